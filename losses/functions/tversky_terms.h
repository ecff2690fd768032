// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

/// Sums of true positives, false positives and false negatives: a change of the errors' weights needs no new sums.
template <class T>
LOSSSCOPE_FUNCTION Numbers<T, 3> tversky_sums(const Voxel<T>& v) {
  return {{v.g * v.p, (T(1) - v.g) * v.p, v.g * v.q}};
}

LOSSSCOPE_FUNCTION Finished<3> finish_tversky(const Numbers<double, 3>& sums, double alpha, double beta,
                                              double smooth_nr, double smooth_dr, double voxels) {
  const double errors = alpha * sums[1] + beta * sums[2];
  return finish_ratio(errors, sums[0] + errors, smooth_nr, smooth_dr, voxels);
}

template <class T>
LOSSSCOPE_FUNCTION RatioTerms<T> tversky_terms(const Voxel<T>& v, T alpha, T beta) {
  const bool foreground = v.g > T(0.5);
  const T error = (foreground ? beta : alpha) * v.q;
  return {error, v.g * v.p + error, v.g, foreground ? T(1) - beta : alpha};
}

template <class L>
constexpr auto tversky_parameters() {
  return std::array{
      Parameter<L>{&L::alpha,
                   {.id = "alpha",
                    .symbol = R"(\alpha)",
                    .label = "FP weight",
                    .meaning = "Weight of false positives. 0.5 on both is Dice, 1 on both is Jaccard.",
                    .minimum = 0,
                    .maximum = 2,
                    .slider_maximum = 1,
                    .default_value = 0.3,
                    .in_terms = false}},
      Parameter<L>{
          &L::beta,
          {.id = "beta",
           .symbol = R"(\beta)",
           .label = "FN weight",
           .meaning = "Weight of false negatives. Above the FP weight, missing a voxel costs more than a false alarm.",
           .minimum = 0,
           .maximum = 2,
           .slider_maximum = 1,
           .default_value = 0.7,
           .in_terms = false}},
      Parameter<L>{
          &L::smooth_nr,
          smooth_parameter("smooth_nr", "s_n", "Smoothing, numerator", 1,
                           "Added once to the numerator; at most the other one, contributions are never negative.")},
      Parameter<L>{
          &L::smooth_dr,
          smooth_parameter(
              "smooth_dr", "s_d", "Smoothing, denominator", 1,
              "Added once to the denominator; sets how steep the loss is where mask and prediction are empty.")},
  };
}

}  // namespace lossscope
