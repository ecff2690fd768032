// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/class_weighted.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kSemSegLossWce[]{{"beta", 1.0 / 3}, {"reduction", 0}};
inline constexpr std::array kWcePresets{
    Preset{"SemSegLoss weighted CE", kSemSegLossWce, "4/3 of balanced_ce with beta 0.25"},
};

/// Cross-entropy with a weight on the foreground (Pihur et al. 2007; survey eq. 2; losses.md B).
template <class T>
struct Wce {
  using Value = T;
  T beta = 2, reduction = 0;

  static constexpr Declaration declaration{
      .id = "wce",
      .name = "Weighted cross-entropy",
      .family = "Distribution",
      .in_survey = true,
      .true_class = true,
      .formula = R"(L = -\frac{1}{Z}\sum_i \left[ \beta g_i \ln p_i + (1 - g_i) \ln (1 - p_i) \right])",
      .live = "{c0} · {s0} + {c1} · {s1}",
      .summary =
          "Cross-entropy in which a voxel of the mask weighs beta times a voxel of the background. Above 1 it punishes "
          "false negatives more, below 1 false positives.",
      .use_when = "The structure is small and missing it costs more than a false alarm.",
      .avoid_when = "The shares of the classes vary much from case to case: one beta does not fit all.",
      .citation =
          "Pihur, Datta, Datta: Weighted rank aggregation of cluster validation measures. Bioinformatics 23(13), 2007. "
          "Ronneberger, Fischer, Brox: U-Net. MICCAI 2015.",
      .link = "https://arxiv.org/abs/1505.04597",
      .slips = "SemSegLoss's beta of 0.25 acts as a positive weight of 1/3: it weighs the foreground down.",
      .presets = kWcePresets,
  };
  static constexpr std::array parameters{
      Parameter<Wce>{&Wce::beta,
                     {.id = "beta",
                      .symbol = R"(\beta)",
                      .label = "Weight of the foreground",
                      .meaning = "How much a voxel of the mask weighs against one of the background. auto: background "
                                 "voxels per mask voxel.",
                      .minimum = 0,
                      .maximum = 10000,
                      .slider_minimum = 0.01,
                      .slider_maximum = 100,
                      .default_value = 2,
                      .scale = Scale::logarithmic,
                      .special = "auto",
                      .in_terms = false}},
      Parameter<Wce>{&Wce::reduction, reduction_parameter(kMeanSumOrWeights)},
  };

  static constexpr int kTerms = 2, kCoefficients = 2;
  static constexpr Known kCoefficientsKnown = Known::after_mask;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return class_cross_entropies(v); }

  /// beta, or the background's voxels for each of the mask; 1 where one of the two has none.
  [[nodiscard]] LOSSSCOPE_FUNCTION double foreground_weight(const Totals& totals) const {
    const double negatives = totals.voxels - totals.positives;
    const double automatic = totals.positives > 0 && negatives > 0 ? negatives / totals.positives : 1.0;
    return beta < T(0) ? automatic : double(beta);
  }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double foreground = foreground_weight(totals);
    return finish_class_weighted(sums, foreground, 1, divisor_of(double(reduction), foreground, 1, totals));
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return class_weighted_effect(v, c[0], c[1]);
  }
};

}  // namespace lossscope
