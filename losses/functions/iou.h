// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/tversky_terms.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kMonaiIou[]{{"smooth_nr", 5e-6}, {"smooth_dr", 5e-6}};
inline constexpr std::pair<std::string_view, double> kSmpIou[]{{"smooth_nr", 0}, {"smooth_dr", 0}};
inline constexpr std::array kIouPresets{
    Preset{"MONAI DiceLoss(jaccard=True)", kMonaiIou},
    Preset{"smp JaccardLoss(mode='binary')", kSmpIou, "smp's value is 0 for an empty mask"},
};

/// Soft intersection over union (Rahman & Wang 2016; losses.md section 7): Tversky with both weights 1.
template <class T>
struct Iou {
  using Value = T;
  T smooth_nr = 1, smooth_dr = 1;

  static constexpr Declaration declaration{
      .id = "iou",
      .name = "IoU (Jaccard)",
      .family = "Region",
      .formula = R"(L = 1 - \frac{\sum_i p_i g_i + s_n}{\sum_i p_i + \sum_i g_i - \sum_i p_i g_i + s_d})",
      .live = "1 - ({s0} + {smooth_nr}) / ({s0} + {s1} + {s2} + {smooth_dr})",
      .summary =
          "One minus the intersection over the union of prediction and mask. Without smoothing it orders predictions "
          "as "
          "Dice does, and a poor overlap costs more.",
      .use_when = "You report IoU, or poor overlaps should weigh more than they do under Dice.",
      .avoid_when = "Masks may be empty. As with Dice, the gradient by the logit vanishes at confidently wrong voxels.",
      .citation =
          "Rahman, Wang: Optimizing intersection-over-union in deep neural networks for image segmentation. ISVC 2016.",
      .link = "https://doi.org/10.1007/978-3-319-50835-1_22",
      .presets = kIouPresets,
  };
  static constexpr std::array parameters{
      Parameter<Iou>{&Iou::smooth_nr,
                     smooth_parameter("smooth_nr", "s_n", "Smoothing, numerator", 1,
                                      "Added once to the intersection; at most the other one, contributions are never "
                                      "negative.")},
      Parameter<Iou>{&Iou::smooth_dr,
                     smooth_parameter("smooth_dr", "s_d", "Smoothing, denominator", 1,
                                      "Added once to the union; keeps the loss defined where mask and prediction are "
                                      "empty, and sets how steep it is there.")},
  };

  static constexpr int kTerms = 3, kCoefficients = 3;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return tversky_sums(v); }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    return finish_tversky(sums, 1, 1, double(smooth_nr), double(smooth_dr), totals.voxels);
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return ratio_effect(v, tversky_terms(v, T(1), T(1)), c[0], c[1], c[2]);
  }
};

}  // namespace lossscope
