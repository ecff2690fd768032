// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <stop_token>

#include "losses/evaluate.h"

namespace lossscope {

/// Overlap and surface metrics of a prediction thresholded at 0.5 against a mask, of the voxels that count. NaN where
/// undefined.
struct Metrics {
  static constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  double dice = kUndefined, jaccard = kUndefined;
  double sensitivity = kUndefined, specificity = kUndefined, precision = kUndefined;
  /// mm, between surface voxels (foreground with a background or outside neighbour across a face, as in MONAI and
  /// MedPy), symmetric: the larger of both directions; the mean runs over both directions' distances together.
  double hausdorff = kUndefined, hausdorff95 = kUndefined, mean_surface_distance = kUndefined;
  double volume_mask = 0, volume_prediction = 0;  ///< mm^3
};

/// Metrics of a problem; distances are in mm by `grid.spacing` of its mask. Throws Cancelled, and
/// std::invalid_argument for a mask or prediction that misses or is of another size.
[[nodiscard]] Metrics compute_metrics(const Problem& problem, int threads = 0, std::stop_token stop = {});

}  // namespace lossscope
