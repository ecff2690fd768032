// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

inline constexpr std::array<std::string_view, 2> kSensSpecForms{"squared", "linear"};
inline constexpr std::pair<std::string_view, double> kSegLossSensSpec[]{{"r", 0.1}, {"smooth", 1}, {"form", 0}};
inline constexpr std::pair<std::string_view, double> kNiftyNetSensSpec[]{{"r", 0.05}, {"smooth", 1e-5}, {"form", 0}};
inline constexpr std::array kSensSpecPresets{
    Preset{"SegLoss SSLoss(), foreground channel", kSegLossSensSpec},
    Preset{"NiftyNet sensitivity-specificity", kNiftyNetSensSpec},
};

/// Sensitivity-specificity loss (Brosch et al. 2015; survey eq. 12 to 14; losses.md H).
template <class T>
struct SensSpec {
  using Value = T;
  T r = T(0.05), smooth = T(1e-5), form = 0;

  static constexpr Declaration declaration{
      .id = "sens_spec",
      .name = "Sensitivity-specificity",
      .family = "Region",
      .in_survey = true,
      .formula =
          R"(L = r\, E_1 + (1 - r)\, E_0,\quad E_1 = \frac{\sum_i (p_i - g_i)^2 g_i}{\sum_i g_i + s},\quad E_0 = \frac{\sum_i (p_i - g_i)^2 (1 - g_i)}{\sum_i (1 - g_i) + s})",
      .live = "{c0} · {s0} + {c1} · {s1}",
      .summary = "Mean squared error within the mask and within the background, each by its own size, mixed by r.",
      .use_when = "Sensitivity and specificity are what you report and you know their prices.",
      .avoid_when = "Voxels far on the wrong side must be pulled back: the gradient w.r.t. the logit vanishes there.",
      .citation =
          "Brosch, Yoo, Tang, Li, Traboulsee, Tam: Deep convolutional encoder networks for multiple sclerosis lesion "
          "segmentation. MICCAI 2015.",
      .link = "https://doi.org/10.1007/978-3-319-24574-4_1",
      .slips =
          "The survey prints a score with hard counts, to be maximised, not this loss. NiftyNet and SegLoss swap the "
          "names of the two parts; with two softmax channels r cancels out.",
      .presets = kSensSpecPresets,
  };
  static constexpr std::array parameters{
      Parameter<SensSpec>{&SensSpec::r,
                          {.id = "r",
                           .symbol = R"(r)",
                           .label = "Weight of sensitivity",
                           .meaning = "Share of the error within the mask; the rest goes to the background.",
                           .minimum = 0,
                           .maximum = 1,
                           .slider_minimum = 0,
                           .slider_maximum = 1,
                           .default_value = 0.05,
                           .in_terms = false}},
      Parameter<SensSpec>{&SensSpec::smooth, smooth_parameter("smooth", "s", "Smoothing", 1e-5,
                                                              "Added to the number of voxels of each class.")},
      Parameter<SensSpec>{&SensSpec::form,
                          {.id = "form",
                           .symbol = R"(f)",
                           .label = "Form",
                           .meaning = "squared: squared error (original). linear: absolute error, one minus the score "
                                      "of the survey with soft counts.",
                           .minimum = 0,
                           .maximum = 1,
                           .slider_minimum = 0,
                           .slider_maximum = 1,
                           .default_value = 0,
                           .choices = kSensSpecForms}},
  };

  static constexpr int kTerms = 2, kCoefficients = 2;
  static constexpr Known kCoefficientsKnown = Known::after_mask;
  static constexpr std::array usual{Usual<SensSpec>{&SensSpec::form, 0}};

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const {
    const T error = form > T(0.5) ? v.q : v.q * v.q;
    return {{v.g * error, (T(1) - v.g) * error}};
  }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double inside = totals.positives + double(smooth);
    const double outside = totals.voxels - totals.positives + double(smooth);
    const double foreground = inside > 0 ? double(r) / inside : 0.0;
    const double background = outside > 0 ? (1 - double(r)) / outside : 0.0;
    return {foreground * sums[0] + background * sums[1], {{foreground, background}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    const T weight = v.g * c[0] + (T(1) - v.g) * c[1];  // GCC 14 vectorises no second branch on g
    const bool linear = form > T(0.5);
    const T gradient = -v.s * weight * (linear ? T(1) : T(2) * v.q);
    return {weight * (linear ? v.q : v.q * v.q), gradient, gradient * v.pt * v.q};
  }
};

}  // namespace lossscope
