// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

/// Cross-entropy summed apart over mask and background, so that the weights of the two classes need no new sums.
template <class T>
LOSSSCOPE_FUNCTION Numbers<T, 2> class_cross_entropies(const Voxel<T>& v) {
  return {{v.g * v.l, (T(1) - v.g) * v.l}};
}

/// The weighted cross-entropy builder: L = (w1 sum g l + w0 sum (1 - g) l) / Z, as {w1 / Z, w0 / Z}.
LOSSSCOPE_FUNCTION Finished<2> finish_class_weighted(const Numbers<double, 2>& sums, double foreground,
                                                     double background, double divisor) {
  if (!(divisor > 0)) {
    return {};
  }
  return {(foreground * sums[0] + background * sums[1]) / divisor, {{foreground / divisor, background / divisor}}};
}

template <class T>
LOSSSCOPE_FUNCTION Effect<T> class_weighted_effect(const Voxel<T>& v, T foreground, T background) {
  return weighted_cross_entropy(v, v.g > T(0.5) ? foreground : background);
}

/// N, 1 or the sum of the weights, as the choice of `reduction` says.
LOSSSCOPE_FUNCTION double divisor_of(double reduction, double foreground, double background, const Totals& totals) {
  const double weights = foreground * totals.positives + background * (totals.voxels - totals.positives);
  return reduction < 0.5 ? totals.voxels : (reduction < 1.5 ? 1.0 : weights);
}

}  // namespace lossscope
