// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/class_weighted.h"

namespace lossscope {

inline constexpr std::array<std::string_view, 2> kClassWeights{"auto", "manual"};
inline constexpr std::array<std::string_view, 2> kMeanOrWeights{"mean", "weight_sum"};
inline constexpr std::pair<std::string_view, double> kSegLossExpLog[]{
    {"gamma_cross", 1}, {"smooth", 1e-5}, {"include_background", 0}, {"class_weights", 1}, {"reduction", 1}};
inline constexpr std::array kExpLogPresets{
    Preset{"SegLoss ExpLog", kSegLossExpLog},
};

/// Exponential-logarithmic loss (Wong et al. 2018; losses.md K).
template <class T>
struct ExpLog {
  using Value = T;
  T w_dice = T(0.8), w_cross = T(0.2), gamma_dice = T(0.3), gamma_cross = T(0.3), smooth = 1, include_background = 1,
    class_weights = 0, weight_foreground = 1, weight_background = 1, reduction = 0;

  static constexpr Declaration declaration{
      .id = "exp_log",
      .name = "Exponential logarithmic",
      .family = "Compound",
      .in_survey = true,
      .formula =
          R"(L = w_D\, \mathrm{E}_l\left[ (-\ln \mathrm{Dice}_l)^{\gamma_D} \right] + w_C\, \mathrm{E}_i\left[ w_i\, \ell_i^{\gamma_C} \right])",
      .live =
          "{w_dice} / (1 + {include_background}) · ((-ln((2 · {s1} + {smooth}) / ({s0} + 2 · {s1} + {smooth}))) ^ "
          "{gamma_dice} + {include_background} · (-ln((2 · {s2} + {smooth}) / ({s0} + 2 · {s2} + {smooth}))) ^ "
          "{gamma_dice}) + {c5} · {s3} + {c6} · {s4}",
      .summary =
          "Powers below 1 of the logarithms of Dice and of cross-entropy: what is nearly right still pulls, so that "
          "small structures keep their gradient.",
      .use_when = "Several structures of very different size must all be found.",
      .avoid_when = "Gradients must stay bounded near a perfect prediction: look at dL/dz rather than dL/dp.",
      .citation =
          "Wong, Moradi, Tang, Syeda-Mahmood: 3D segmentation with exponential logarithmic loss for highly unbalanced "
          "object sizes. MICCAI 2018.",
      .link = "https://arxiv.org/abs/1809.00076",
      .slips =
          "The survey prints the exponents inside the logarithms. SegLoss does not exponentiate the cross-entropy. "
          "Automatic class weights are those of the shown mask, not of a training set.",
      .presets = kExpLogPresets,
  };
  static constexpr std::array parameters{
      Parameter<ExpLog>{&ExpLog::w_dice,
                        {.id = "w_dice",
                         .symbol = R"(w_D)",
                         .label = "Weight of Dice",
                         .meaning = "Weight of the Dice part.",
                         .minimum = 0,
                         .maximum = 10,
                         .slider_minimum = 0,
                         .slider_maximum = 1,
                         .default_value = 0.8,
                         .in_terms = false}},
      Parameter<ExpLog>{&ExpLog::w_cross,
                        {.id = "w_cross",
                         .symbol = R"(w_C)",
                         .label = "Weight of cross-entropy",
                         .meaning = "Weight of the cross-entropy part.",
                         .minimum = 0,
                         .maximum = 10,
                         .slider_minimum = 0,
                         .slider_maximum = 1,
                         .default_value = 0.2,
                         .in_terms = false}},
      Parameter<ExpLog>{&ExpLog::gamma_dice,
                        {.id = "gamma_dice",
                         .symbol = R"(\gamma_D)",
                         .label = "Exponent of Dice",
                         .meaning = "Below 1 it stays steep near a perfect overlap.",
                         .minimum = 0.05,
                         .maximum = 10,
                         .slider_minimum = 0.1,
                         .slider_maximum = 3,
                         .default_value = 0.3,
                         .in_terms = false}},
      Parameter<ExpLog>{&ExpLog::gamma_cross,
                        {.id = "gamma_cross",
                         .symbol = R"(\gamma_C)",
                         .label = "Exponent of cross-entropy",
                         .meaning = "Below 1 voxels that are nearly right still count.",
                         .minimum = 0.05,
                         .maximum = 10,
                         .slider_minimum = 0.1,
                         .slider_maximum = 3,
                         .default_value = 0.3}},
      Parameter<ExpLog>{&ExpLog::smooth, smooth_parameter("smooth", "e", "Smoothing", 1,
                                                          "Added to numerator and denominator of each Dice.")},
      Parameter<ExpLog>{
          &ExpLog::include_background,
          {.id = "include_background",
           .symbol = R"(l)",
           .label = "Background is a label",
           .meaning = "on: the mean of the Dice parts runs over mask and background. off: the mask alone.",
           .minimum = 0,
           .maximum = 1,
           .slider_minimum = 0,
           .slider_maximum = 1,
           .default_value = 1,
           .choices = kOffOrOn,
           .in_terms = false}},
      Parameter<ExpLog>{&ExpLog::class_weights,
                        {.id = "class_weights",
                         .symbol = R"(w_l)",
                         .label = "Class weights",
                         .meaning = "auto: the root of N over the number of voxels of the class, in the shown mask. "
                                    "manual: the two weights below.",
                         .minimum = 0,
                         .maximum = 1,
                         .slider_minimum = 0,
                         .slider_maximum = 1,
                         .default_value = 0,
                         .choices = kClassWeights,
                         .in_terms = false}},
      Parameter<ExpLog>{&ExpLog::weight_foreground,
                        {.id = "weight_foreground",
                         .symbol = R"(w_1)",
                         .label = "Weight of the mask",
                         .meaning = "Used with manual class weights.",
                         .minimum = 0,
                         .maximum = 1000,
                         .slider_minimum = 0,
                         .slider_maximum = 10,
                         .default_value = 1,
                         .in_terms = false}},
      Parameter<ExpLog>{&ExpLog::weight_background,
                        {.id = "weight_background",
                         .symbol = R"(w_0)",
                         .label = "Weight of the background",
                         .meaning = "Used with manual class weights.",
                         .minimum = 0,
                         .maximum = 1000,
                         .slider_minimum = 0,
                         .slider_maximum = 10,
                         .default_value = 1,
                         .in_terms = false}},
      Parameter<ExpLog>{&ExpLog::reduction, reduction_parameter(kMeanOrWeights)},
  };

  static constexpr int kTerms = 5, kCoefficients = 8;

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const {
    const T power = pow_of(v.l, gamma_cross);
    return {{v.q, v.g * v.pt, (T(1) - v.g) * v.pt, v.g * power, (T(1) - v.g) * power}};
  }

  /// One label's Dice part from its errors and its overlap: {value; factors of the error's contribution, of the
  /// overlap's and of the size's slope}.
  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<3> dice_part(double errors, double overlap, double weight) const {
    const auto base = finish_ratio(errors, errors + 2 * overlap, double(smooth), double(smooth), 1);
    const double gamma = double(gamma_dice);
    const double index = larger(1 - base.value, kFloor);
    const double logarithm = base.value < 0.5 ? minus_log1m(base.value) : -log_of(index);
    const double value = weight * pow_of(larger(logarithm, 0.0), gamma);
    const double slope = weight * gamma * pow_of(larger(logarithm, kFloor), gamma - 1) / index;
    const double share = base.value > 0 ? value / base.value : 0.0;
    return {value, {{share * base.coefficients[0], slope * base.coefficients[0], slope * base.coefficients[2]}}};
  }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double n = totals.voxels;
    const double n1 = totals.positives;
    const bool both = include_background > T(0.5);
    const double weight = double(w_dice) * (both ? 0.5 : 1.0);
    const auto mask = dice_part(sums[0], sums[1], weight);
    const auto background = both ? dice_part(sums[0], sums[2], weight) : Finished<3>{};
    const bool manual = class_weights > T(0.5);
    const double w1 = manual ? double(weight_foreground) : (n1 > 0 ? std::sqrt(n / n1) : 0.0);
    const double w0 = manual ? double(weight_background) : (n > n1 ? std::sqrt(n / (n - n1)) : 0.0);
    const double divisor = reduction > T(0.5) ? w1 * n1 + w0 * (n - n1) : n;
    const auto cross = finish_class_weighted({{sums[3], sums[4]}}, double(w_cross) * w1, double(w_cross) * w0, divisor);
    const auto& m = mask.coefficients;
    const auto& b = background.coefficients;
    return {mask.value + background.value + cross.value,
            {{m[0] + b[0], m[1], m[2], b[1], b[2], cross.coefficients[0], cross.coefficients[1],
              pow_of(kFloor, double(gamma_cross))}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    const bool foreground = v.g > T(0.5);
    const T dice_slope = foreground ? (c[2] - T(2) * c[1]) - c[4] : c[2] - (c[4] - T(2) * c[3]);
    const T weight = foreground ? c[5] : c[6];
    const T pull = (foreground ? c[5] : -c[6]) * gamma_cross;
    const T power = pow_of(v.l, gamma_cross);
    // l^(gamma - 1) with l held above the floor, from the power that is there already; one division for both slopes.
    const T floored_power = v.l < T(kFloor) ? c[7] : power;
    const T steep = pull * floored_power / (larger(v.l, T(kFloor)) * larger(v.pt, T(kFloor)));
    const T q_over_l = v.l > T(0) ? v.q / larger(v.l, T(1e-37)) : T(1);
    return {v.q * c[0] + weight * power, dice_slope - steep, dice_slope * v.pt * v.q - pull * power * q_over_l};
  }
};

}  // namespace lossscope
