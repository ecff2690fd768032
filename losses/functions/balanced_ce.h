// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/class_weighted.h"

namespace lossscope {

/// Class-balanced cross-entropy (Xie & Tu 2015; survey eq. 3; losses.md C).
template <class T>
struct BalancedCe {
  using Value = T;
  T beta = -1;

  static constexpr Declaration declaration{
      .id = "balanced_ce",
      .name = "Balanced cross-entropy",
      .family = "Distribution",
      .in_survey = true,
      .true_class = true,
      .formula =
          R"(L = -\frac{1}{N}\sum_i \left[ \beta g_i \ln p_i + (1 - \beta)(1 - g_i) \ln (1 - p_i) \right],\quad \beta = \frac{n_0}{N})",
      .live = "{c0} · {s0} + {c1} · {s1}",
      .summary =
          "Cross-entropy in which the two classes weigh by the share of the other one, so that a small structure "
          "counts as much as its background.",
      .use_when = "The structure is small, as edges are, and its share varies from case to case.",
      .avoid_when = "Cases may have no structure at all: then the loss sees nothing.",
      .citation = "Xie, Tu: Holistically-nested edge detection. ICCV 2015.",
      .link = "https://arxiv.org/abs/1504.06375",
      .slips = "The survey writes beta with the label of one pixel; the sum over the image is meant.",
      .blind =
          "With an empty or a full mask the class that is there gets weight 0: whatever was predicted, value and "
          "gradient are 0.",
  };
  static constexpr std::array parameters{
      Parameter<BalancedCe>{
          &BalancedCe::beta,
          {.id = "beta",
           .symbol = R"(\beta)",
           .label = "Weight of the foreground",
           .meaning = "Weight of a mask voxel; the background gets one minus it. auto: the share of the background.",
           .minimum = 0,
           .maximum = 1,
           .slider_minimum = 0,
           .slider_maximum = 1,
           .default_value = -1,
           .special = "auto",
           .in_terms = false}},
  };

  static constexpr int kTerms = 2, kCoefficients = 2;
  static constexpr Known kCoefficientsKnown = Known::after_mask;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return class_cross_entropies(v); }

  /// beta, or the share of the background.
  [[nodiscard]] LOSSSCOPE_FUNCTION double foreground_weight(const Totals& totals) const {
    return beta < T(0) ? 1 - totals.positives / totals.voxels : double(beta);
  }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double foreground = foreground_weight(totals);
    return finish_class_weighted(sums, foreground, 1 - foreground, totals.voxels);
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return class_weighted_effect(v, c[0], c[1]);
  }
};

}  // namespace lossscope
