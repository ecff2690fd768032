// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/dice_terms.h"

namespace lossscope {

/// Soft Dice loss (Milletari et al. 2016, Sudre et al. 2017; survey eq. 8; losses.md E).
template <class T>
struct Dice {
  using Value = T;
  T smooth_nr = 1, smooth_dr = 1, denominator = 0;

  static constexpr Declaration declaration{
      .id = "dice",
      .name = "Dice",
      .family = "Region",
      .in_survey = true,
      .formula = R"(L = 1 - \frac{2 \sum_i p_i g_i + s_n}{\sum_i p_i + \sum_i g_i + s_d})",
      .live = "1 - ({s1-s0} + {smooth_nr}) / ({s1} + {smooth_dr})",
      .summary =
          "One minus the overlap of prediction and mask. The background enters only where something was "
          "predicted there, so that the size of the volume does not matter.",
      .use_when = "The structure is small against the volume, and overlap is what you report.",
      .avoid_when =
          "Masks may be empty, or boundaries matter more than overlap. Its gradient vanishes at confidently "
          "wrong voxels when taken with respect to the logit.",
      .citation =
          "Milletari, Navab, Ahmadi: V-Net. 3DV 2016. Sudre et al.: Generalised Dice overlap as a deep learning "
          "loss function for highly unbalanced segmentations. DLMIA 2017.",
      .link = "https://arxiv.org/abs/1707.03237",
      .slips =
          "The survey prints the smoothing 1 inside the per-pixel formula; it is meant once per image, as in its code.",
      .presets = kDicePresets,
  };
  static constexpr std::array parameters = dice_parameters<Dice>();

  static constexpr int kTerms = 2, kCoefficients = 3;
  static constexpr std::array usual{Usual<Dice>{&Dice::denominator, 0}};

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const {
    const RatioTerms<T> t = dice_terms(v, denominator);
    return {{t.a, t.d}};
  }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    return finish_ratio(sums[0], sums[1], double(smooth_nr), double(smooth_dr), totals.voxels);
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return ratio_effect(v, dice_terms(v, denominator), c[0], c[1], c[2]);
  }
};

}  // namespace lossscope
