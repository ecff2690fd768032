// SPDX-License-Identifier: Apache-2.0
// The builders that several losses share (losses.md, section 1).
#pragma once

#include "losses/loss.h"

namespace lossscope {

inline constexpr std::array<std::string_view, 2> kMeanOrSum{"mean", "sum"};
inline constexpr std::array<std::string_view, 3> kMeanSumOrWeights{"mean", "sum", "weight_sum"};
inline constexpr std::array<std::string_view, 2> kOffOrOn{"off", "on"};

constexpr ParameterInfo reduction_parameter(std::span<const std::string_view> choices) {
  return {.id = "reduction",
          .symbol = "Z",
          .label = "Reduction",
          .meaning =
              "What the sum over the voxels is divided by. With the mean, maps scale as one over the number of voxels.",
          .minimum = 0,
          .maximum = static_cast<double>(choices.size() - 1),
          .slider_maximum = static_cast<double>(choices.size() - 1),
          .choices = choices,
          .in_terms = false};
}

constexpr ParameterInfo smooth_parameter(std::string_view id, std::string_view symbol, std::string_view label,
                                         double default_value, std::string_view meaning) {
  return {.id = id,
          .symbol = symbol,
          .label = label,
          .meaning = meaning,
          .minimum = 0,
          .maximum = 1e6,
          .slider_minimum = 0,
          .slider_maximum = 10,
          .default_value = default_value,
          .scale = Scale::logarithmic,
          .in_terms = false};
}

/// Where a loss cuts the prediction to look at its shape.
constexpr ParameterInfo threshold_parameter() {
  return {.id = "threshold",
          .symbol = R"(\tau)",
          .label = "Threshold",
          .meaning = "Probability above which a voxel is predicted.",
          .minimum = 0.01,
          .maximum = 0.99,
          .slider_minimum = 0.05,
          .slider_maximum = 0.95,
          .default_value = 0.5};
}

/// A weight w of one voxel's cross-entropy; w already holds 1 / Z and is constant in p.
template <class T>
LOSSSCOPE_FUNCTION Effect<T> weighted_cross_entropy(const Voxel<T>& v, T w) {
  return {w * v.l, -v.s * w * v.slope, -v.s * w * v.q};
}

/// One voxel in a ratio loss: its error a and its part d of the denominator, so that L = sum a / sum d; `overlap_slope`
/// is the derivative of d - a and `d_slope` that of d.
template <class T>
struct RatioTerms {
  T a, d, overlap_slope, d_slope;
};

/// The ratio builder: L = (sum a + sd - sn) / D with D = sum d + sd, as {value; 1/D, share of each voxel, (1 - L)/D}.
/// An empty denominator (nothing to find, nothing found, no smoothing) gives 0 everywhere.
LOSSSCOPE_FUNCTION Finished<3> finish_ratio(double a, double d, double smooth_nr, double smooth_dr, double voxels) {
  const double denominator = d + smooth_dr;
  if (denominator <= 0) {  // false for NaN, which must be seen
    return {0, {{0, 0, 0}}};
  }
  const double value = (a + smooth_dr - smooth_nr) / denominator;
  return {value, {{1 / denominator, (smooth_dr - smooth_nr) / (voxels * denominator), (1 - value) / denominator}}};
}

/// dL/dp = (a' - L d') / D, written as (1 - L) d' / D - (d - a)' / D: with L near 1 the first form cancels in float.
template <class T>
LOSSSCOPE_FUNCTION Effect<T> ratio_effect(const Voxel<T>& v, const RatioTerms<T>& t, T inverse, T share,
                                          T complement_over_denominator) {
  const T gradient = t.d_slope * complement_over_denominator - t.overlap_slope * inverse;
  return {t.a * inverse + share, gradient, gradient * v.pt * v.q};
}

}  // namespace lossscope
