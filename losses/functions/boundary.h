// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kKervadec[]{{"reduction", 0}};
inline constexpr std::array kBoundaryPresets{
    Preset{"boundary-loss BoundaryLoss(idc=[1])", kKervadec,
           "measured in voxels where its loader is given no resolution: set the spacing to unit then"},
};

/// Boundary loss (Kervadec et al. 2019; losses.md section 7).
template <class T>
struct Boundary {
  using Value = T;
  T reduction = 0;

  static constexpr Declaration declaration{
      .id = "boundary",
      .name = "Boundary loss",
      .family = "Boundary",
      .formula = R"(L = \frac{1}{N}\sum_i \varphi_i\, p_i)",
      .live = "{c0} · {s0} + {c1} · {s1}",
      .summary =
          "Each voxel's probability times its distance to the mask's boundary, which counts negative inside: what is "
          "predicted far outside costs, what is predicted deep inside is rewarded. The best value is below 0.",
      .use_when =
          "Beside Dice or cross-entropy, with a weight that grows during training: it brings distances into a very "
          "unbalanced problem.",
      .avoid_when =
          "Alone: a prediction that is empty costs 0, and the gradient does not depend on what was predicted. Missed "
          "voxels contribute nothing, they only lack their reward.",
      .citation =
          "Kervadec, Bouchtiba, Desrosiers, Granger, Dolz, Ben Ayed: Boundary loss for highly unbalanced segmentation. "
          "MIDL 2019.",
      .link = "https://arxiv.org/abs/1812.07032",
      .slips =
          "The paper's distance is measured between the two surfaces; its code gives the voxels at the rim inside 0 "
          "and "
          "those outside 1, which is what stands here.",
      .blind = "An empty or full mask has no boundary: all distances are 0, whatever was predicted.",
      .zero_when_perfect = false,
      .rewards = true,
      .presets = kBoundaryPresets,
  };
  static constexpr std::array parameters{
      Parameter<Boundary>{&Boundary::reduction, reduction_parameter(kMeanOrSum)},
  };

  static constexpr int kTerms = 2, kCoefficients = 2, kFields = 1;
  static constexpr Known kCoefficientsKnown = Known::before;
  static constexpr bool kSumsCancel = true;  // distances have both signs

  [[nodiscard]] std::array<FieldRequest, kFields> fields() const { return {{{FieldKind::mask_distance, {}}}}; }

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{v.f[0] * v.p, v.g * v.p}}; }

  /// phi is the signed distance between voxels, plus 1 inside; 0 where the mask has no boundary.
  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double scale = reduction > T(0.5) ? 1.0 : 1.0 / totals.voxels;
    const double inside = totals.scalars[0][0] > 0 ? scale : 0.0;
    return {scale * sums[0] + inside * sums[1], {{scale, inside}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    const T weight = c[0] * v.f[0] + c[1] * v.g;
    return {weight * v.p, weight, weight * v.pt * v.q};
  }
};

}  // namespace lossscope
