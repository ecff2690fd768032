// SPDX-License-Identifier: Apache-2.0
#include "app/io/known_spacing.h"

#include <algorithm>
#include <array>

namespace lossscope {

bool knows_spacing(const LoadedVolume& file) {
  const bool silent = !file.has_grid || std::ranges::any_of(file.assumptions, [](const Assumption& assumption) {
    return assumption.code == "W_NO_SPACING";
  });
  // A file may say it of some axes and not of others: those it says count.
  return !file.grid.empty() && (!silent || file.grid.spacing != std::array<double, 3>{1, 1, 1});
}

}  // namespace lossscope
