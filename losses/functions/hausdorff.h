// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/hausdorff_terms.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kMonaiHausdorff[]{{"alpha", 2}, {"one_sided", 0}};
inline constexpr std::array kHausdorffPresets{
    Preset{"MONAI HausdorffDTLoss()", kMonaiHausdorff, "measured in voxels: set the spacing to unit"},
    Preset{"SegLoss HausdorffDTLoss()", kMonaiHausdorff, "measured in voxels; differs for a full mask"},
};

/// Hausdorff distance loss, distance-transform form (Karimi & Salcudean 2020; losses.md M).
template <class T>
struct Hausdorff {
  using Value = T;
  T alpha = 2, one_sided = 0, threshold = T(0.5);

  static constexpr Declaration declaration{
      .id = "hausdorff",
      .name = "Hausdorff (distance transform)",
      .family = "Boundary",
      .in_survey = true,
      .formula = R"(L = \frac{1}{N}\sum_i (p_i - g_i)^2 \left( d_{g,i}^{\alpha} + d_{p,i}^{\alpha} \right))",
      .live = "{s0} / {N}",
      .summary = "Squared error that weighs by a power of the distance to both boundaries: errors far away cost most.",
      .use_when = "Outliers and far false positives are what you report (Hausdorff distance).",
      .avoid_when = "Alone at the start of training, or with empty masks: combine it with Dice.",
      .citation =
          "Karimi, Salcudean: Reducing the Hausdorff distance in medical image segmentation with convolutional neural "
          "networks. IEEE TMI 39(2), 2020.",
      .link = "https://arxiv.org/abs/1904.10030",
      .slips =
          "The survey says that the goal is to maximise the Hausdorff distance; it must be minimised. The value jumps "
          "when a voxel crosses the threshold.",
      .blind =
          "An empty or full mask has no boundary and a prediction below the threshold everywhere has none: both "
          "distances are 0, whatever was predicted.",
      .presets = kHausdorffPresets,
  };
  static constexpr std::array parameters = hausdorff_parameters<Hausdorff>();

  static constexpr int kTerms = 1, kCoefficients = 1, kFields = 1;
  static constexpr Known kCoefficientsKnown = Known::before;

  [[nodiscard]] std::array<FieldRequest, kFields> fields() const {
    return hausdorff_field(double(alpha), double(one_sided), double(threshold));
  }

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{hausdorff_error(v)}}; }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    return {sums[0] / totals.voxels, {{1 / totals.voxels}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return hausdorff_effect(v, c[0], c[0]);
  }
};

}  // namespace lossscope
