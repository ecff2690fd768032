// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

inline constexpr std::pair<std::string_view, double> kMonaiFocal[]{{"alpha", -1}, {"gamma", 2}};
inline constexpr std::pair<std::string_view, double> kOriginalFocal[]{{"alpha", 0.25}, {"gamma", 2}};
inline constexpr std::array kFocalPresets{
    Preset{"MONAI FocalLoss()", kMonaiFocal},
    Preset{"MONAI FocalLoss(alpha=.25)", kOriginalFocal},
    Preset{"SemSegLoss focal", kOriginalFocal},
    Preset{"SegLoss FocalLoss(alpha=.5)", kMonaiFocal, "SegLoss's value is half of ours, up to its smoothing of 2e-5"},
};

/// Focal loss (Lin et al. 2017; survey eq. 7; losses.md D).
template <class T>
struct Focal {
  using Value = T;
  T alpha = T(0.25), gamma = 2, reduction = 0;

  static constexpr Declaration declaration{
      .id = "focal",
      .name = "Focal",
      .family = "Distribution",
      .in_survey = true,
      .true_class = true,
      .formula = R"(L = -\frac{1}{N}\sum_i \alpha_{t,i} (1 - p_{t,i})^{\gamma} \ln p_{t,i})",
      .live = "{c0} · {s0} + {c1} · {s1}",
      .summary =
          "Cross-entropy in which a voxel weighs by how wrong it is: what is already right hardly counts, so that few "
          "hard voxels are not drowned by many easy ones.",
      .use_when = "The imbalance is extreme and most of the background is easy.",
      .avoid_when = "Labels are noisy: the wrong ones are the hard ones.",
      .citation = "Lin, Goyal, Girshick, He, Dollar: Focal loss for dense object detection. ICCV 2017.",
      .link = "https://arxiv.org/abs/1708.02002",
      .slips = "SegLoss applies its alpha to class 0, the background.",
      .presets = kFocalPresets,
  };
  static constexpr std::array parameters{
      Parameter<Focal>{&Focal::alpha,
                       {.id = "alpha",
                        .symbol = R"(\alpha)",
                        .label = "Weight of the foreground",
                        .meaning = "Weight of a mask voxel; the background gets one minus it. off: both weigh 1.",
                        .minimum = 0,
                        .maximum = 1,
                        .slider_minimum = 0,
                        .slider_maximum = 1,
                        .default_value = 0.25,
                        .special = "off",
                        .in_terms = false}},
      Parameter<Focal>{
          &Focal::gamma,
          {.id = "gamma",
           .symbol = R"(\gamma)",
           .label = "Focus",
           .meaning = "Exponent of the error probability; 0 is cross-entropy, larger looks at hard voxels only.",
           .minimum = 0,
           .maximum = 10,
           .slider_minimum = 0,
           .slider_maximum = 5,
           .default_value = 2}},
      Parameter<Focal>{&Focal::reduction, reduction_parameter(kMeanOrSum)},
  };

  static constexpr int kTerms = 2, kCoefficients = 2;
  static constexpr Known kCoefficientsKnown = Known::before;
  static constexpr std::array usual{Usual<Focal>{&Focal::gamma, 2}};

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const {
    const T weighted = pow_of(v.q, gamma) * v.l;
    return {{v.g * weighted, (T(1) - v.g) * weighted}};
  }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double scale = reduction > T(0.5) ? 1.0 : 1.0 / totals.voxels;
    const double foreground = alpha < T(0) ? scale : double(alpha) * scale;
    const double background = alpha < T(0) ? scale : (1 - double(alpha)) * scale;
    return {foreground * sums[0] + background * sums[1], {{foreground, background}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    const T weight = (v.g > T(0.5) ? c[0] : c[1]) * pow_of(v.q, gamma);
    const T l_over_q = v.q > T(0) ? v.l / larger(v.q, T(1e-37)) : T(1);
    return {weight * v.l, -v.s * weight * (gamma * l_over_q + v.slope), -v.s * weight * (gamma * v.pt * v.l + v.q)};
  }
};

}  // namespace lossscope
