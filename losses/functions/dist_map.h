// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kSegLossDistance[]{{"lam", 1}, {"normalize", 1}};
inline constexpr std::array kDistMapPresets{
    Preset{"SegLoss phi + CE (as intended)", kSegLossDistance,
           "measured in voxels; as coded, SegLoss returns the unweighted cross-entropy"},
};

/// Distance-map penalised cross-entropy (Caliva et al. 2019; losses.md L).
template <class T>
struct DistMap {
  using Value = T;
  T lam = 1, normalize = 1;

  static constexpr Declaration declaration{
      .id = "dist_map",
      .name = "Distance-map penalty",
      .family = "Boundary",
      .in_survey = true,
      .formula = R"(L = \frac{1}{N}\sum_i (1 + \lambda \varphi_i)\, \ell_i,\quad \ell_i = -\ln p_{t,i})",
      .live = "{s0} / {N}",
      .summary =
          "Cross-entropy in which voxels near the mask's boundary weigh more: phi is large at the boundary and 0 "
          "at the points farthest from it, inside and outside.",
      .use_when = "Boundaries are hard to find and errors there matter.",
      .avoid_when = "The mask's boundary is not trustworthy, or the far background holds the errors you care for.",
      .citation =
          "Caliva, Iriondo, Martinez, Majumdar, Pedoia: Distance map loss penalty term for semantic segmentation. "
          "MIDL 2019.",
      .link = "https://arxiv.org/abs/1908.03679",
      .slips =
          "SegLoss's DisPenalizedCE computes the weighted loss and returns the unweighted mean; its distance maps are "
          "NaN on empty slices.",
      .presets = kDistMapPresets,
  };
  static constexpr std::array parameters{
      Parameter<DistMap>{&DistMap::lam,
                         {.id = "lam",
                          .symbol = "\\lambda",
                          .label = "Weight of the boundary",
                          .meaning = "A voxel weighs 1 + lambda phi; 0 is plain cross-entropy.",
                          .minimum = 0,
                          .maximum = 100,
                          .slider_minimum = 0,
                          .slider_maximum = 10,
                          .default_value = 1}},
      Parameter<DistMap>{
          &DistMap::normalize,
          {.id = "normalize",
           .symbol = "\\hat{\\varphi}",
           .label = "Normalise distances",
           .meaning = "on: phi is scaled to at most 1 inside and outside. off: phi is in the unit of the "
                      "distances.",
           .minimum = 0,
           .maximum = 1,
           .slider_maximum = 1,
           .default_value = 1,
           .choices = kOffOrOn}},
  };

  static constexpr int kTerms = 1, kCoefficients = 1, kFields = 1;
  static constexpr Known kCoefficientsKnown = Known::before;

  [[nodiscard]] std::array<FieldRequest, kFields> fields() const {
    return {{{FieldKind::boundary_penalty, {double(normalize)}}}};
  }

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{(T(1) + lam * v.f[0]) * v.l}}; }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    return {sums[0] / totals.voxels, {{1 / totals.voxels}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return weighted_cross_entropy(v, (T(1) + lam * v.f[0]) * c[0]);
  }
};

}  // namespace lossscope
