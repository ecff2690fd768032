// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "losses/grid.h"

namespace lossscope::testing {

/// A loss on a small volume, written down from losses.md in double precision without any code of the program; distances
/// by brute force.
struct ReferenceMaps {
  double value = 0;
  std::vector<double> contribution, gradient_probability, gradient_logit;
};

[[nodiscard]] ReferenceMaps reference_bce(const std::vector<int>& g, const std::vector<double>& p);
[[nodiscard]] ReferenceMaps reference_dice(const std::vector<int>& g, const std::vector<double>& p);
[[nodiscard]] ReferenceMaps reference_dist_map(const std::vector<int>& g, const std::vector<double>& p,
                                               const Grid& grid);

}  // namespace lossscope::testing
