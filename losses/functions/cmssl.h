// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

inline constexpr std::array<std::string_view, 2> kPaddings{"renorm", "zero"};

/// Correlation-maximised structural similarity loss (Zhao et al. 2019; losses.md N).
template <class T>
struct Cmssl {
  using Value = T;
  T beta = T(0.1), lam = 0, window = 3, sigma = T(1.5), c4 = T(0.01), var_floor = T(1e-8), padding = 0,
    through_weights = 0;

  static constexpr Declaration declaration{
      .id = "cmssl",
      .name = "Correlation-maximised structural similarity",
      .family = "Boundary",
      .in_survey = true,
      .formula =
          R"(L = \lambda\, \mathrm{CE} + (1 - \lambda) \frac{1}{M}\sum_i f_i e_i \ell_i,\quad e = \mathrm{abs}\biggl( \frac{g - \mu_g + C_4}{\sigma_g + C_4} - \frac{p - \mu_p + C_4}{\sigma_p + C_4} \biggr),\quad f = [e > \beta\, e_{\max}])",
      .live = "{c0} · {s0} + {c1} · {s1}",
      .summary = "Cross-entropy that counts only where the local structure of prediction and mask differs most.",
      .use_when = "Fine structure and texture of the boundary matter.",
      .avoid_when = "Large flat errors are possible: it does not see them unless some plain cross-entropy is mixed in.",
      .citation =
          "Zhao, Wu, Chu, Hu, Cai: Correlation maximized structural similarity loss for semantic segmentation. 2019.",
      .link = "https://arxiv.org/abs/1910.08711",
      .slips =
          "A transcription of the survey prints mu for sigma in the second denominator; a third-party code swaps the "
          "means of prediction and truth.",
      .blind =
          "Regions where mask and prediction are flat have no structural error, however wrong they are. A lambda above "
          "0 mixes in plain cross-entropy.",
  };
  static constexpr std::array parameters{
      Parameter<Cmssl>{&Cmssl::beta,
                       {.id = "beta",
                        .symbol = R"(\beta)",
                        .label = "Threshold of the error",
                        .meaning = "Share of the largest structural error above which a voxel counts.",
                        .minimum = 0,
                        .maximum = 0.999,
                        .slider_minimum = 0,
                        .slider_maximum = 0.95,
                        .default_value = 0.1}},
      Parameter<Cmssl>{&Cmssl::lam,
                       {.id = "lam",
                        .symbol = R"(\lambda)",
                        .label = "Share of cross-entropy",
                        .meaning = "0 is the form of the survey, 0.5 the mix used in training.",
                        .minimum = 0,
                        .maximum = 1,
                        .slider_minimum = 0,
                        .slider_maximum = 1,
                        .default_value = 0}},
      Parameter<Cmssl>{&Cmssl::window,
                       {.id = "window",
                        .symbol = R"(w)",
                        .label = "Window",
                        .meaning = "Width of the local statistics in voxels; even numbers count as the next odd one.",
                        .minimum = 3,
                        .maximum = 31,
                        .slider_minimum = 3,
                        .slider_maximum = 15,
                        .default_value = 3}},
      Parameter<Cmssl>{&Cmssl::sigma,
                       {.id = "sigma",
                        .symbol = R"(\sigma_w)",
                        .label = "Gaussian sigma",
                        .meaning = "Standard deviation of the window in voxels.",
                        .minimum = 0.1,
                        .maximum = 20,
                        .slider_minimum = 0.5,
                        .slider_maximum = 5,
                        .default_value = 1.5}},
      Parameter<Cmssl>{&Cmssl::c4,
                       {.id = "c4",
                        .symbol = R"(C_4)",
                        .label = "Stabiliser C4",
                        .meaning = "Added to numerators and denominators.",
                        .minimum = 1e-6,
                        .maximum = 1,
                        .slider_minimum = 0.001,
                        .slider_maximum = 0.1,
                        .default_value = 0.01,
                        .scale = Scale::logarithmic}},
      Parameter<Cmssl>{&Cmssl::var_floor,
                       {.id = "var_floor",
                        .symbol = R"(\varepsilon)",
                        .label = "Variance floor",
                        .meaning = "Added to the variance before its root.",
                        .minimum = 0,
                        .maximum = 1,
                        .slider_minimum = 1e-12,
                        .slider_maximum = 1e-2,
                        .default_value = 1e-8,
                        .scale = Scale::logarithmic}},
      Parameter<Cmssl>{&Cmssl::padding,
                       {.id = "padding",
                        .symbol = R"(b)",
                        .label = "Border",
                        .meaning = "renorm: the window is cut at the border and scaled up. zero: outside counts as 0.",
                        .minimum = 0,
                        .maximum = 1,
                        .slider_minimum = 0,
                        .slider_maximum = 1,
                        .default_value = 0,
                        .choices = kPaddings}},
      Parameter<Cmssl>{&Cmssl::through_weights,
                       {.id = "through_weights",
                        .symbol = R"(h)",
                        .label = "Gradient through the weights",
                        .meaning = "on: the structural error is differentiated too, as autograd does in third-party "
                                   "codes. off: it is a constant weight.",
                        .minimum = 0,
                        .maximum = 1,
                        .slider_minimum = 0,
                        .slider_maximum = 1,
                        .default_value = 0,
                        .choices = kOffOrOn}},
  };

  static constexpr int kTerms = 2, kCoefficients = 2, kFields = 2;
  static constexpr Known kCoefficientsKnown = Known::before;
  static constexpr std::array usual{Usual<Cmssl>{&Cmssl::through_weights, 0}};

  [[nodiscard]] std::array<FieldRequest, kFields> fields() const {
    const FieldRequest error{
        FieldKind::structural_error,
        {double(beta), double(window), double(sigma), double(c4), double(var_floor), double(padding)}};
    FieldRequest slope = error;  // without the option, the slope is never read: the error stands in for it
    if (through_weights > T(0.5)) {
      slope.kind = FieldKind::structural_slope;
      slope.arguments[6] = double(lam);
    }
    return {{error, slope}};
  }

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{v.l, v.f[0] * v.l}}; }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double counted = totals.scalars[0][0];
    const double plain = double(lam) / totals.voxels;
    const double structural = counted > 0 ? (1 - double(lam)) / counted : 0.0;
    return {plain * sums[0] + structural * sums[1], {{plain, structural}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    Effect<T> e = weighted_cross_entropy(v, c[0] + c[1] * v.f[0]);
    const T through = through_weights > T(0.5) ? v.f[1] : T(0);
    e.gradient_probability += through;
    e.gradient_logit += through * v.pt * v.q;
    return e;
  }
};

}  // namespace lossscope
