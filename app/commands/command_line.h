// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "app/window/run_window.h"

namespace lossscope {

/// Parses the command line (contract: exit codes 0, 2, 3, 4, 5, 130). Runs the subcommand and returns its exit code, or
/// fills `window` and returns nothing when the window is meant.
[[nodiscard]] std::optional<int> run_command_line(int argc, char** argv, WindowOptions& window);

}  // namespace lossscope
