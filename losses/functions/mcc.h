// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

/// One minus the soft Matthews correlation coefficient (Abhishek & Hamarneh 2021; losses.md section 7).
template <class T>
struct Mcc {
  using Value = T;

  static constexpr Declaration declaration{
      .id = "mcc",
      .name = "Matthews correlation",
      .family = "Region",
      .formula =
          R"(L = 1 - \frac{TP\, TN - FP\, FN}{\sqrt{(TP + FP)(TP + FN)(TN + FP)(TN + FN)}},\quad TP = \sum_i p_i g_i,\ \dots)",
      .live = "1 - {c4}",
      .summary =
          "One minus the correlation of prediction and mask over all voxels. Background that was found counts, too: "
          "unlike Dice it does not care which of the two classes is called foreground.",
      .use_when = "Foreground and background matter alike although their sizes differ.",
      .avoid_when =
          "Mask or prediction may be empty or full: the correlation is not defined there, counts as 0 and has no "
          "gradient.",
      .citation =
          "Abhishek, Hamarneh: Matthews correlation coefficient loss for deep convolutional networks: application to "
          "skin lesion segmentation. ISBI 2021.",
      .link = "https://arxiv.org/abs/2010.13454",
  };
  static constexpr std::array<Parameter<Mcc>, 0> parameters{};

  static constexpr int kTerms = 2, kCoefficients = 5;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{(T(1) - v.g) * v.q, v.g * v.q}}; }

  /// Coefficients: what a false positive and a false negative contribute, the slopes at background and foreground, the
  /// correlation. With G voxels of the mask and P predicted, 1 - r = (D - G (N - G) + (N - G) FN + G FP) / D, where D
  /// is the root: the errors share the value as they stand in it.
  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double false_positive = sums[0], false_negative = sums[1];
    const double mask = totals.positives, rest = totals.voxels - mask;
    const double found = mask - false_negative + false_positive;
    const double not_found = rest - false_positive + false_negative;
    const double weighed = rest * false_negative + mask * false_positive;
    const double root = std::sqrt(mask * rest) * std::sqrt(larger(found * not_found, 0.0));
    if (root <= 0) {  // false for NaN, which must be seen
      const double errors = false_positive + false_negative;
      const double value = errors > 0 ? 1 : 0;
      const double each = errors > 0 ? 1 / errors : 0;
      return {value, {{each, each, 0, 0, 1 - value}}};
    }
    const double correlation = (mask * rest - weighed) / root;
    const double value = 1 - correlation;
    const double share = weighed > 0 ? value / weighed : 0;
    const double by_size = correlation * (not_found - found) / (2 * found * not_found);
    return {value, {{share * mask, share * rest, by_size + mask / root, by_size - rest / root, correlation}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    const bool foreground = v.g > T(0.5);
    const T gradient = foreground ? c[3] : c[2];
    return {(foreground ? c[1] : c[0]) * v.q, gradient, gradient * v.pt * v.q};
  }
};

}  // namespace lossscope
