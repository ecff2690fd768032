// SPDX-License-Identifier: Apache-2.0
// All subcommands, each in a file of its name, in the order of the help. Only the command line includes it.
#pragma once

#include "app/commands/command.h"

namespace lossscope::commands {

/// Adds one subcommand to `app`; `chosen` gets what it does when it is the one that was typed.
using AddSubcommand = void(CLI::App& app, Chosen& chosen);

AddSubcommand add_losses, add_info, add_eval, add_sweep, add_render, add_report, add_devices, add_bench, add_demo;

inline constexpr AddSubcommand* kSubcommands[] = {add_losses, add_info,    add_eval,  add_sweep, add_render,
                                                  add_report, add_devices, add_bench, add_demo};

}  // namespace lossscope::commands
