// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace lossscope {

/// A settings file that cannot be parsed is renamed (NAME.broken-1, -2, ...), and the program starts with its defaults.
/// Returns what to tell; empty when the settings are sound, or when their folder cannot be written. (Qt writes settings
/// to a temporary file, flushes it and renames it, under a lock.)
[[nodiscard]] QString set_broken_settings_aside();

}  // namespace lossscope
