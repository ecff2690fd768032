// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app/commands/answer_options.h"
#include "app/commands/command.h"
#include "app/session/window_options.h"

namespace lossscope::commands {

/// The options of the program without a subcommand.
struct WindowArguments {
  std::vector<std::string> files, predictions, settings;
  std::string image, mask, loss, session, sample, device, screenshot, size, demo;
  bool recover = false;
  AnswerArguments answers;
};
void add_window_options(CLI::App& app, WindowArguments& arguments);
/// What the arguments ask of the window. Throws UsageError, DeviceFailure, Refusal (a session file that cannot be
/// read).
[[nodiscard]] WindowOptions window_options(WindowArguments arguments);

}  // namespace lossscope::commands
