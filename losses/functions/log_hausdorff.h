// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/hausdorff_terms.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kMonaiLogHausdorff[]{{"alpha", 2}, {"one_sided", 0}};
inline constexpr std::array kLogHausdorffPresets{
    Preset{"MONAI LogHausdorffDTLoss()", kMonaiLogHausdorff, "measured in voxels: set the spacing to unit"},
};

/// Logarithm of one plus the Hausdorff distance loss (MONAI; losses.md section 7).
template <class T>
struct LogHausdorff {
  using Value = T;
  T alpha = 2, one_sided = 0, threshold = T(0.5);

  static constexpr Declaration declaration{
      .id = "log_hausdorff",
      .name = "Log-Hausdorff",
      .family = "Boundary",
      .formula =
          R"(L = \ln (1 + \mathrm{HD}),\quad \mathrm{HD} = \frac{1}{N}\sum_i (p_i - g_i)^2 \left( d_{g,i}^{\alpha} + d_{p,i}^{\alpha} \right))",
      .live = "ln(1 + {s0} / {N})",
      .summary =
          "The logarithm of one plus the Hausdorff loss: the same voxels cost most, and a far outlier no longer drowns "
          "a second loss that is added.",
      .use_when = "The Hausdorff loss is right, and its size jumps by orders of magnitude during training.",
      .avoid_when = "Alone at the start of training, or with empty masks: combine it with Dice.",
      .citation =
          "MONAI consortium: MONAI: An open-source framework for deep learning in healthcare. 2022 "
          "(LogHausdorffDTLoss), "
          "after Karimi, Salcudean, IEEE TMI 39(2), 2020.",
      .link = "https://arxiv.org/abs/2211.02701",
      .blind =
          "An empty or full mask has no boundary and a prediction below the threshold everywhere has none: both "
          "distances are 0, whatever was predicted.",
      .presets = kLogHausdorffPresets,
  };
  static constexpr std::array parameters = hausdorff_parameters<LogHausdorff>();

  static constexpr int kTerms = 1, kCoefficients = 2, kFields = 1;

  [[nodiscard]] std::array<FieldRequest, kFields> fields() const {
    return hausdorff_field(double(alpha), double(one_sided), double(threshold));
  }

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{hausdorff_error(v)}}; }

  /// Contributions keep their shares of the Hausdorff loss.
  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double distance = sums[0] / totals.voxels;
    const double value = std::log1p(distance);
    const double share = distance > 0 ? value / distance : 1.0;
    return {value, {{share / totals.voxels, 1 / ((1 + distance) * totals.voxels)}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return hausdorff_effect(v, c[0], c[1]);
  }
};

}  // namespace lossscope
