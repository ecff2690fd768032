// SPDX-License-Identifier: Apache-2.0
// What the command line says of classes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/engine/class_case.h"
#include "losses/classes/class_settings.h"

namespace lossscope::commands {

struct ClassArguments {
  std::string classes, activation, regions, which;

  /// Whether classes are asked about; otherwise there is one structure.
  [[nodiscard]] bool given() const { return !classes.empty() || !regions.empty(); }
};
void add_class_options(CLI::App& command, ClassArguments& arguments);

/// Which classes are meant. Throws UsageError, also where --activation or --class is said without classes.
[[nodiscard]] ClassChoice class_choice(const ClassArguments& arguments);

/// The class that --class names, by its label or its name; nullopt where it was not said. Throws UsageError.
[[nodiscard]] std::optional<std::size_t> named_class(const ClassArguments& arguments, const ClassCase& classes);

/// Takes from `settings` those of classes, NAME=VALUE each.
[[nodiscard]] std::vector<ClassSetting> take_class_settings(std::vector<std::string>& settings);

}  // namespace lossscope::commands
