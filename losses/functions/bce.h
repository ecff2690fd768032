// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"
#include "losses/loss.h"

namespace lossscope {

/// Binary cross-entropy (Ma et al. 2004; survey eq. 1; losses.md A).
template <class T>
struct Bce {
  using Value = T;
  T reduction = 0;

  static constexpr Declaration declaration{
      .id = "bce",
      .name = "Binary cross-entropy",
      .family = "Distribution",
      .in_survey = true,
      .true_class = true,
      .formula = R"(L = -\frac{1}{N}\sum_i \left[ g_i \ln p_i + (1 - g_i) \ln (1 - p_i) \right])",
      .live = "{c0} · {s0}",
      .summary =
          "Every voxel pays the negative logarithm of the probability that it gave to its true class. "
          "All voxels weigh the same, wherever they are.",
      .use_when = "Foreground and background are of similar size and calibrated probabilities matter.",
      .avoid_when = "The structure is small: the background's many small costs outweigh it.",
      .citation =
          "Ma Yi-de, Liu Qing, Qian Zhi-bai: Automated image segmentation using improved PCNN model based on "
          "cross-entropy. ISIMP 2004.",
      .link = "https://doi.org/10.1109/ISIMP.2004.1434171",
  };
  static constexpr std::array parameters{
      Parameter<Bce>{&Bce::reduction, reduction_parameter(kMeanOrSum)},
  };

  static constexpr int kTerms = 1, kCoefficients = 1;
  static constexpr Known kCoefficientsKnown = Known::before;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{v.l}}; }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double scale = reduction > T(0.5) ? 1.0 : 1.0 / totals.voxels;
    return {sums[0] * scale, {{scale}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return weighted_cross_entropy(v, c[0]);
  }
};

}  // namespace lossscope
