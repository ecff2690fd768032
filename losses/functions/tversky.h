// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/tversky_terms.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kMonaiJaccard[]{
    {"alpha", 1}, {"beta", 1}, {"smooth_nr", 5e-6}, {"smooth_dr", 5e-6}};
inline constexpr std::pair<std::string_view, double> kMonaiTversky[]{
    {"alpha", 0.5}, {"beta", 0.5}, {"smooth_nr", 1e-5}, {"smooth_dr", 1e-5}};
inline constexpr std::pair<std::string_view, double> kNiftyNetTversky[]{
    {"alpha", 0.5}, {"beta", 0.5}, {"smooth_nr", 0}, {"smooth_dr", 1e-5}};
inline constexpr std::pair<std::string_view, double> kOriginalTversky[]{
    {"alpha", 0.3}, {"beta", 0.7}, {"smooth_nr", 1}, {"smooth_dr", 1}};
inline constexpr std::array kTverskyPresets{
    Preset{"MONAI DiceLoss(jaccard=True)", kMonaiJaccard},
    Preset{"MONAI TverskyLoss()", kMonaiTversky},
    Preset{"NiftyNet Tversky", kNiftyNetTversky},
    Preset{"SegLoss TverskyLoss()", kOriginalTversky, "SegLoss's value is ours minus 1", 1, -1},
    Preset{"SemSegLoss tversky", kOriginalTversky},
};

/// Tversky loss (Salehi et al. 2017; survey eq. 9 and 10; losses.md F).
template <class T>
struct Tversky {
  using Value = T;
  T alpha = T(0.3), beta = T(0.7), smooth_nr = 1, smooth_dr = 1;

  static constexpr Declaration declaration{
      .id = "tversky",
      .name = "Tversky",
      .family = "Region",
      .in_survey = true,
      .formula =
          R"(L = 1 - \frac{TP + s_n}{TP + \alpha\, FP + \beta\, FN + s_d},\quad TP = \sum_i p_i g_i,\quad FP = \sum_i p_i (1 - g_i),\quad FN = \sum_i (1 - p_i) g_i)",
      .live = "1 - ({s0} + {smooth_nr}) / ({s0} + {alpha} · {s1} + {beta} · {s2} + {smooth_dr})",
      .summary = "Dice with separate prices for false positives and false negatives.",
      .use_when = "Structures are small and recall matters more than precision, or the other way round.",
      .avoid_when = "Masks may be empty, or you report Dice itself.",
      .citation =
          "Salehi, Erdogmus, Gholipour: Tversky loss function for image segmentation using 3D fully convolutional deep "
          "networks. MLMI 2017.",
      .link = "https://arxiv.org/abs/1706.05721",
      .slips =
          "The survey has one parameter, its beta on false positives and 1 - beta on false negatives. SemSegLoss's "
          "alpha weighs false negatives.",
      .presets = kTverskyPresets,
  };
  static constexpr std::array parameters = tversky_parameters<Tversky>();

  static constexpr int kTerms = 3, kCoefficients = 3;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return tversky_sums(v); }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    return finish_tversky(sums, double(alpha), double(beta), double(smooth_nr), double(smooth_dr), totals.voxels);
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return ratio_effect(v, tversky_terms(v, alpha, beta), c[0], c[1], c[2]);
  }
};

}  // namespace lossscope
