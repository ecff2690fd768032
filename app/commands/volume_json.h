// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/commands/command.h"

namespace lossscope::commands {

/// path, sha256 and, of the grid that it was put on, size, spacing, origin and direction.
[[nodiscard]] Json file_json(const LoadedVolume& file, const Grid& grid);
/// size, spacing, origin and direction of a grid.
void add_grid(Json& json, const Grid& grid);
/// "1 x 2 x 3" of any three numbers.
std::string triple(const std::array<double, 3>& values);

}  // namespace lossscope::commands
