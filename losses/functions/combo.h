// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/class_weighted.h"
#include "losses/functions/dice_terms.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kComboPaper[]{{"alpha", 0.5}, {"beta", 0.5}, {"smooth", 1}};
inline constexpr std::pair<std::string_view, double> kMonaiDiceCe[]{
    {"alpha", 2.0 / 3}, {"beta", 0.5}, {"smooth", 1e-5}};
inline constexpr std::pair<std::string_view, double> kSemSegLossBceDice[]{
    {"alpha", 2.0 / 3}, {"beta", 0.5}, {"smooth", 1}};
inline constexpr std::array kComboPresets{
    Preset{"Combo paper", kComboPaper, "the paper's value is ours minus (1 - alpha)", 1, -0.5},
    Preset{"MONAI DiceCELoss(sigmoid=True)", kMonaiDiceCe, "MONAI's value is 3 times ours", 3},
    Preset{"SemSegLoss bce_dice", kSemSegLossBceDice, "SemSegLoss's value is 1.5 times ours", 1.5},
};

/// Combo loss (Taghanaki et al. 2019; survey eq. 17 and 18; losses.md J).
template <class T>
struct Combo {
  using Value = T;
  T alpha = T(0.5), beta = T(0.5), smooth = 1;

  static constexpr Declaration declaration{
      .id = "combo",
      .name = "Combo",
      .family = "Compound",
      .in_survey = true,
      .formula =
          R"(L = \alpha\, \frac{1}{N}\sum_i \left[ \beta g_i + (1 - \beta)(1 - g_i) \right] \ell_i + (1 - \alpha)\, \mathrm{DL})",
      .live = "{alpha} · ({beta} · {s0} + (1 - {beta}) · {s1}) / {N} + (1 - {alpha}) · {s2} / ({s3} + {smooth})",
      .summary =
          "Weighted cross-entropy plus Dice: the first keeps every voxel honest, the second balances the classes.",
      .use_when = "Lightly imbalanced cases where both calibration and overlap matter.",
      .avoid_when = "You cannot afford to tune two weights.",
      .citation =
          "Taghanaki, Zheng, Zhou, Georgescu, Sharma, Xu, Comaniciu, Hamarneh: Combo loss. Computerized Medical "
          "Imaging and Graphics 75, 2019.",
      .link = "https://arxiv.org/abs/1805.02798",
      .slips =
          "The survey subtracts the Dice loss and prints a minus for a product; the official code has a parenthesis "
          "that rewards false positives.",
      .presets = kComboPresets,
  };
  static constexpr std::array parameters{
      Parameter<Combo>{&Combo::alpha,
                       {.id = "alpha",
                        .symbol = R"(\alpha)",
                        .label = "Share of cross-entropy",
                        .meaning = "The rest is the share of Dice.",
                        .minimum = 0,
                        .maximum = 1,
                        .slider_minimum = 0,
                        .slider_maximum = 1,
                        .default_value = 0.5,
                        .in_terms = false}},
      Parameter<Combo>{&Combo::beta,
                       {.id = "beta",
                        .symbol = R"(\beta)",
                        .label = "FN emphasis",
                        .meaning = "Weight of the mask within the cross-entropy; below 0.5 false positives cost more.",
                        .minimum = 0,
                        .maximum = 1,
                        .slider_minimum = 0,
                        .slider_maximum = 1,
                        .default_value = 0.5,
                        .in_terms = false}},
      Parameter<Combo>{&Combo::smooth, smooth_parameter("smooth", "s", "Smoothing", 1,
                                                        "Added to numerator and denominator of the Dice part.")},
  };

  static constexpr int kTerms = 4, kCoefficients = 4;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const {
    return {{v.g * v.l, (T(1) - v.g) * v.l, v.q, v.p + v.g}};
  }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double cross = double(alpha);
    const Numbers<double, 2> entropies{{sums[0], sums[1]}};
    const auto ce = finish_class_weighted(entropies, double(beta), 1 - double(beta), totals.voxels);
    const auto dice = finish_ratio(sums[2], sums[3], double(smooth), double(smooth), totals.voxels);
    return {cross * ce.value + (1 - cross) * dice.value,
            {{cross * ce.coefficients[0], cross * ce.coefficients[1], (1 - cross) * dice.coefficients[0],
              (1 - cross) * dice.coefficients[2]}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    const Effect<T> ce = class_weighted_effect(v, c[0], c[1]);
    const Effect<T> dice = ratio_effect(v, dice_terms(v, T(0)), c[2], T(0), c[3]);
    return {ce.contribution + dice.contribution, ce.gradient_probability + dice.gradient_probability,
            ce.gradient_logit + dice.gradient_logit};
  }
};

}  // namespace lossscope
