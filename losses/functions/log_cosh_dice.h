// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/dice_terms.h"
#include "losses/functions/transform.h"

namespace lossscope {

/// Logarithm of the hyperbolic cosine of the Dice loss (Jadon 2020; survey eq. 32; losses.md O).
template <class T>
struct LogCoshDice {
  using Value = T;
  T smooth_nr = 1, smooth_dr = 1, denominator = 0;

  static constexpr Declaration declaration{
      .id = "log_cosh_dice",
      .name = "Log-cosh Dice",
      .family = "Region",
      .in_survey = true,
      .formula =
          R"(L = \ln \cosh \mathrm{DL},\quad \mathrm{DL} = 1 - \frac{2 \sum_i p_i g_i + s_n}{\sum_i p_i + \sum_i g_i + s_d})",
      .live = "ln cosh(1 - ({s1-s0} + {smooth_nr}) / ({s1} + {smooth_dr}))",
      .summary = "Dice made smooth at its end: quadratic near a perfect prediction, almost straight far from it.",
      .use_when = "Dice is right, and its gradient jumps too much between batches.",
      .avoid_when = "The last per cent matters: all gradients vanish as the prediction becomes perfect.",
      .citation = "Jadon: A survey of loss functions for semantic segmentation. IEEE CIBCB 2020.",
      .link = "https://arxiv.org/abs/2006.14822",
      .slips =
          "The survey gives the slope as in [-1, 1]; on Dice in [0, 1] it is in [0, 0.762]. A transcription prints the "
          "derivative of cosh with a plus.",
      .presets = kDicePresets,
  };
  static constexpr std::array parameters = dice_parameters<LogCoshDice>();

  static constexpr int kTerms = 2, kCoefficients = 4;
  static constexpr std::array usual{Usual<LogCoshDice>{&LogCoshDice::denominator, 0}};

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const {
    const RatioTerms<T> t = dice_terms(v, denominator);
    return {{t.a, t.d}};
  }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const auto base = finish_ratio(sums[0], sums[1], double(smooth_nr), double(smooth_dr), totals.voxels);
    const double sinh = std::sinh(base.value);
    return transformed(base, 0.5 * std::log1p(sinh * sinh), std::tanh(base.value));
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return transformed_effect(v, dice_terms(v, denominator), c);
  }
};

}  // namespace lossscope
