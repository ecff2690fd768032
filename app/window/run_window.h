// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/session/window_options.h"

namespace lossscope {

class MainWindow;

/// Opens the main window and runs until it closes. Returns the exit code of the command line contract.
/// `started` is called once the window is up.
int run_window(int& argc, char** argv, const WindowOptions& options,
               const std::function<void(MainWindow&)>& started = {});

}  // namespace lossscope
