// SPDX-License-Identifier: Apache-2.0
// What the command line says of classes, and how losses combine them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/engine/class_case.h"
#include "losses/classes/class_evaluation.h"
#include "losses/configured_loss.h"

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

/// Takes from `settings` those of classes: [ID.]include_background=0|1, [ID.]class_weights=uniform|inverse|
/// inverse_squared|W0,W1,... and [ID.]absent_classes=count|skip, where ID is a loss or a part of a sum.
struct ClassSetting {
  std::string loss, name, value;
};
[[nodiscard]] std::vector<ClassSetting> take_class_settings(std::vector<std::string>& settings);

/// Throws UsageError for a setting of a loss that is not among these and no part of one.
void check_class_settings(const std::vector<ClassSetting>& settings, const std::vector<ConfiguredLoss>& losses);

/// How a loss combines the classes: one combination for each part of a sum, or one. Throws UsageError for a value that
/// is none.
[[nodiscard]] std::vector<ClassCombination> combinations_of(const ConfiguredLoss& loss,
                                                            const std::vector<ClassSetting>& settings);

}  // namespace lossscope::commands
