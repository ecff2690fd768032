// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/session/window_options.h"

namespace lossscope {

/// Parses the command line (contract: exit codes 0, 2, 3, 4, 5, 130). Runs the subcommand and returns its exit code, or
/// fills `window` and returns nothing when the window is meant.
[[nodiscard]] std::optional<int> run_command_line(int argc, char** argv, WindowOptions& window);

/// Runs `work` (the window), writes what the time was spent on to `path` (nothing when empty) and returns the exit
/// code.
[[nodiscard]] int run_traced(const std::string& path, const std::function<int()>& work);

}  // namespace lossscope
