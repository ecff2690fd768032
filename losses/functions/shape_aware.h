// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

inline constexpr std::array<std::string_view, 2> kShapeScopes{"mismatch", "all"};

/// Shape-aware loss (Al Arif et al. 2017; survey eq. 15 and 16; losses.md I).
template <class T>
struct ShapeAware {
  using Value = T;
  T lam = 1, scope = 0, threshold = T(0.5);

  static constexpr Declaration declaration{
      .id = "shape_aware",
      .name = "Shape-aware",
      .family = "Boundary",
      .in_survey = true,
      .formula = R"(L = \frac{1}{N}\sum_i (1 + \lambda E\, m_i)\, \ell_i,\quad E = \mathrm{mean}\ D(\hat C, C))",
      .live = "{c0} · {s0} + {c1} · {s1}",
      .summary =
          "Cross-entropy that is raised, where prediction and mask disagree, by the mean distance between their "
          "contours.",
      .use_when = "The shape of one compact structure matters and its contour is reliable.",
      .avoid_when = "There are many components or empty masks: one distance for the whole image says little.",
      .citation =
          "Al Arif, Knapp, Slabaugh: Shape-aware deep convolutional neural network for vertebrae segmentation. MSKI "
          "2017.",
      .link = "https://doi.org/10.1007/978-3-319-74113-0_2",
      .slips =
          "The survey subtracts the cross-entropy that already has its minus, and sums the second term over all "
          "pixels. The value jumps when a voxel crosses the threshold.",
  };
  static constexpr std::array parameters{
      Parameter<ShapeAware>{&ShapeAware::lam,
                            {.id = "lam",
                             .symbol = R"(\lambda)",
                             .label = "Weight of the shape term",
                             .meaning = "A disagreeing voxel weighs 1 + lambda E.",
                             .minimum = 0,
                             .maximum = 100,
                             .slider_minimum = 0,
                             .slider_maximum = 5,
                             .default_value = 1,
                             .in_terms = false}},
      Parameter<ShapeAware>{&ShapeAware::scope,
                            {.id = "scope",
                             .symbol = R"(m)",
                             .label = "Scope",
                             .meaning = "mismatch: voxels where the thresholded prediction differs from the mask "
                                        "(original). all: every voxel (survey).",
                             .minimum = 0,
                             .maximum = 1,
                             .slider_minimum = 0,
                             .slider_maximum = 1,
                             .default_value = 0,
                             .choices = kShapeScopes}},
      Parameter<ShapeAware>{&ShapeAware::threshold, threshold_parameter()},
  };

  static constexpr int kTerms = 2, kCoefficients = 2, kFields = 1;
  static constexpr Known kCoefficientsKnown = Known::before;

  [[nodiscard]] std::array<FieldRequest, kFields> fields() const {
    return {{{FieldKind::boundary_mismatch, {double(threshold), double(scope)}}}};
  }

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{v.l, v.f[0] * v.l}}; }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double shape = double(lam) * totals.scalars[0][0];
    return {(sums[0] + shape * sums[1]) / totals.voxels, {{1 / totals.voxels, shape / totals.voxels}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return weighted_cross_entropy(v, c[0] + c[1] * v.f[0]);
  }
};

}  // namespace lossscope
