// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace lossscope {

enum class Theme { system, dark, light };

/// The remembered choice; the environment variable LOSSSCOPE_THEME (dark, light, system) goes before it.
[[nodiscard]] Theme chosen_theme();
/// Gives the application Qt's Fusion style and a palette, and remembers the choice.
void apply_theme(Theme theme, bool remember);
/// A number in the system's fixed-width digits, so that nothing moves when it changes.
[[nodiscard]] QString fixed_digits_family();

}  // namespace lossscope
