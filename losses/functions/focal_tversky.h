// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/transform.h"
#include "losses/functions/tversky_terms.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kOriginalFocalTversky[]{
    {"alpha", 0.3}, {"beta", 0.7}, {"smooth_nr", 1}, {"smooth_dr", 1}, {"exponent", 0.75}};
inline constexpr std::array kFocalTverskyPresets{
    Preset{"SegLoss FocalTversky", kOriginalFocalTversky},
    Preset{"SemSegLoss focal_tversky", kOriginalFocalTversky},
};

/// Focal Tversky loss (Abraham & Khan 2019; survey eq. 11; losses.md G).
template <class T>
struct FocalTversky {
  using Value = T;
  T alpha = T(0.3), beta = T(0.7), smooth_nr = 1, smooth_dr = 1, exponent = T(0.75);

  static constexpr Declaration declaration{
      .id = "focal_tversky",
      .name = "Focal Tversky",
      .family = "Region",
      .in_survey = true,
      .formula =
          R"(L = (1 - \mathrm{TI})^{k},\quad k = 1/\gamma,\quad \mathrm{TI} = \frac{TP + s_n}{TP + \alpha\, FP + \beta\, FN + s_d})",
      .live = "(1 - ({s0} + {smooth_nr}) / ({s0} + {alpha} · {s1} + {beta} · {s2} + {smooth_dr})) ^ {exponent}",
      .summary =
          "A power of the Tversky loss. Below 1 it stays steep where the loss is already small, so that training does "
          "not stop at the easy part.",
      .use_when = "Small structures, where Tversky alone stalls near its end.",
      .avoid_when = "The gradient must stay bounded near a perfect prediction: with k below 1 it does not.",
      .citation =
          "Abraham, Khan: A novel focal Tversky loss function with improved attention U-Net for lesion segmentation. "
          "ISBI 2019.",
      .link = "https://arxiv.org/abs/1810.07842",
      .slips =
          "The survey prints the exponent gamma in [1, 3]; the original is 1/gamma, which has the opposite effect.",
      .presets = kFocalTverskyPresets,
  };
  static constexpr std::array parameters = [] {
    constexpr auto base = tversky_parameters<FocalTversky>();
    return std::array{
        base[0], base[1], base[2], base[3],
        Parameter<FocalTversky>{
            &FocalTversky::exponent,
            {.id = "exponent",
             .symbol = R"(k)",
             .label = "Exponent k",
             .meaning = "1 / gamma of the paper; 1 is Tversky, smaller is steeper near a perfect prediction.",
             .minimum = 0.05,
             .maximum = 10,
             .slider_minimum = 0.25,
             .slider_maximum = 4,
             .default_value = 0.75,
             .in_terms = false}}};
  }();

  static constexpr int kTerms = 3, kCoefficients = 4;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return tversky_sums(v); }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const auto base =
        finish_tversky(sums, double(alpha), double(beta), double(smooth_nr), double(smooth_dr), totals.voxels);
    const double k = double(exponent);
    return transformed(base, pow_of(larger(base.value, 0.0), k), k * pow_of(larger(base.value, kFloor), k - 1));
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return transformed_effect(v, tversky_terms(v, alpha, beta), c);
  }
};

}  // namespace lossscope
