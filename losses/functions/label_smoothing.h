// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kTorchSmoothing[]{{"share", 0.05}, {"reduction", 0}};
inline constexpr std::pair<std::string_view, double> kSmpSmoothing[]{{"share", 0.1}, {"reduction", 0}};
inline constexpr std::array kLabelSmoothingPresets{
    Preset{"torch CrossEntropyLoss(label_smoothing=.1)", kTorchSmoothing, "of two classes: each gets half of the 0.1"},
    Preset{"smp SoftBCEWithLogitsLoss(smooth_factor=.1)", kSmpSmoothing},
};

/// Cross-entropy against softened labels (Szegedy et al. 2016; losses.md section 7).
template <class T>
struct LabelSmoothing {
  using Value = T;
  T share = T(0.05), reduction = 0;

  static constexpr Declaration declaration{
      .id = "label_smoothing",
      .name = "Label-smoothed cross-entropy",
      .family = "Distribution",
      .true_class = true,
      .formula = R"(L = -\frac{1}{N}\sum_i \left[ (1 - a) \ln p_{t,i} + a \ln (1 - p_{t,i}) \right])",
      .live = "{c0} · {s0} + {c1} · {s1}",
      .summary =
          "Cross-entropy in which every label is sure only up to a share a: a voxel costs least where the prediction "
          "gives its true class 1 - a, and being surer than that costs again.",
      .use_when = "Labels are noisy, or the network's probabilities are too sure of themselves.",
      .avoid_when = "The structure is small, as with cross-entropy; or the value should be 0 for a perfect prediction.",
      .citation =
          "Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception architecture for computer vision. "
          "CVPR 2016.",
      .link = "https://arxiv.org/abs/1512.00567",
      .slips = "The share means two things: PyTorch divides it among all classes, smp gives it to the other class.",
      .zero_when_perfect = false,
      .presets = kLabelSmoothingPresets,
  };
  static constexpr std::array parameters{
      Parameter<LabelSmoothing>{
          &LabelSmoothing::share,
          {.id = "share",
           .symbol = "a",
           .label = "Share of the other class",
           .meaning = "How much of each label is given to the class that it is not; 0 is cross-entropy.",
           .minimum = 0,
           .maximum = 0.5,
           .slider_maximum = 0.5,
           .default_value = 0.05,
           .in_terms = false}},
      Parameter<LabelSmoothing>{&LabelSmoothing::reduction, reduction_parameter(kMeanOrSum)},
  };

  static constexpr int kTerms = 2, kCoefficients = 2;
  static constexpr Known kCoefficientsKnown = Known::before;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{v.l, v.l_other}}; }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double scale = reduction > T(0.5) ? 1.0 : 1.0 / totals.voxels;
    const double other = double(share) * scale;
    const double own = scale - other;
    return {own * sums[0] + other * sums[1], {{own, other}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    const T by_logit = v.s * (c[1] * v.pt - c[0] * v.q);
    // By p: c[1] / q - c[0] / pt with the floor under both, as one division by pt q: GCC 14 does not vectorise the two.
    const T floored = larger(v.pt * v.q, T(kFloor));
    const T raised = floored - v.pt * v.q;  // what the floor adds to the smaller of pt and q
    const T by_probability = (by_logit + v.s * raised * (c[1] * v.q - c[0] * v.pt)) / floored;
    return {c[0] * v.l + c[1] * v.l_other, by_probability, by_logit};
  }
};

}  // namespace lossscope
