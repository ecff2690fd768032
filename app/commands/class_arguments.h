// SPDX-License-Identifier: Apache-2.0
// What the command line says of classes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/command.h"
#include "app/engine/class_case.h"
#include "app/session/session.h"
#include "losses/classes/class_settings.h"

namespace lossscope::commands {

struct ClassArguments {
  std::string classes, activation, regions, which;

  /// Whether classes are asked about; otherwise there is one structure.
  [[nodiscard]] bool given() const { return !classes.empty() || !regions.empty(); }
};
/// `of_class` says what --class does in this command.
void add_class_options(CLI::App& command, ClassArguments& arguments, const std::string& of_class);

/// Which classes are meant. Throws UsageError, also where --activation or --class is said without classes.
[[nodiscard]] ClassChoice class_choice(const ClassArguments& arguments);

/// The class that --class names, by its label or its name; nullopt where it was not said. Throws UsageError.
[[nodiscard]] std::optional<std::size_t> named_class(const ClassArguments& arguments, const ClassCase& classes);

/// OUT of a class: its label stands for {class}.
inline constexpr std::string_view kClassMark = "{class}";
[[nodiscard]] std::string class_path(std::string pattern, const ClassCase& classes, std::size_t which);

/// Puts the classes that flags name, and how `settings` combine them, into a session; where no flag names any, those of
/// the session stay. Throws UsageError, also for settings that differ between losses, which a picture cannot show.
void choose_classes(const ClassArguments& arguments, const std::vector<ClassSetting>& settings,
                    const std::vector<ConfiguredLoss>& losses, Session& session);

/// Takes from `settings` those of classes, NAME=VALUE each.
[[nodiscard]] std::vector<ClassSetting> take_class_settings(std::vector<std::string>& settings);

}  // namespace lossscope::commands
