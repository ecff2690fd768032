// SPDX-License-Identifier: Apache-2.0
// What the Hausdorff losses by distance transform share: the error of a voxel, its field and their parameters.
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

/// The weight of each voxel: what its distances to both boundaries make of it.
constexpr std::array<FieldRequest, 1> hausdorff_field(double alpha, double one_sided, double threshold) {
  return {{{FieldKind::hausdorff_weight, {alpha, one_sided, threshold}}}};
}

template <class T>
LOSSSCOPE_FUNCTION T hausdorff_error(const Voxel<T>& v) {
  return v.q * v.q * v.f[0];
}

/// Of a multiple of the mean error: `share` for the contribution, `slope` for the gradients.
template <class T>
LOSSSCOPE_FUNCTION Effect<T> hausdorff_effect(const Voxel<T>& v, T share, T slope) {
  const T gradient = T(-2) * v.s * v.q * (v.f[0] * slope);
  return {v.q * v.q * (v.f[0] * share), gradient, gradient * v.pt * v.q};
}

template <class L>
constexpr auto hausdorff_parameters() {
  return std::array{
      Parameter<L>{&L::alpha,
                   {.id = "alpha",
                    .symbol = R"(\alpha)",
                    .label = "Power of the distance",
                    .meaning = "2 in the paper; larger looks at the farthest errors only.",
                    .minimum = 0.5,
                    .maximum = 8,
                    .slider_minimum = 1,
                    .slider_maximum = 4,
                    .default_value = 2}},
      Parameter<L>{&L::one_sided,
                   {.id = "one_sided",
                    .symbol = R"(d)",
                    .label = "One-sided",
                    .meaning = "on: only the distance to the mask's boundary is used.",
                    .minimum = 0,
                    .maximum = 1,
                    .slider_minimum = 0,
                    .slider_maximum = 1,
                    .default_value = 0,
                    .choices = kOffOrOn}},
      Parameter<L>{&L::threshold, threshold_parameter()},
  };
}

}  // namespace lossscope
