// SPDX-License-Identifier: Apache-2.0
// How losses combine classes, as people write it: `--set dice.class_weights=inverse`, and the same from Python.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/classes/class_evaluation.h"
#include "losses/configured_loss.h"

namespace lossscope {

/// [ID.]include_background = 0, 1, off or on; [ID.]class_weights = uniform, inverse, inverse_squared or W0,W1,...;
/// [ID.]absent_classes = count or skip. ID is a loss or a part of a sum; without one the setting is for all.
struct ClassSetting {
  std::string loss, name, value;
};

/// What [ID.]NAME and its value set; nullopt where NAME is nothing of classes.
[[nodiscard]] std::optional<ClassSetting> class_setting(const std::string& name, const std::string& value);

/// `asked` is what the person wrote it with, for errors. Throws std::invalid_argument for a setting of a loss that is
/// not among these and no part of one.
void check_class_settings(std::string_view asked, const std::vector<ClassSetting>& settings,
                          const std::vector<ConfiguredLoss>& losses);

/// How a loss combines the classes: one combination for each part of a sum, or one. Throws std::invalid_argument for a
/// value that is none.
[[nodiscard]] std::vector<ClassCombination> combinations_of(std::string_view asked, const ConfiguredLoss& loss,
                                                            const std::vector<ClassSetting>& settings);

}  // namespace lossscope
