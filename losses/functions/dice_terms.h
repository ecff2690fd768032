// SPDX-License-Identifier: Apache-2.0
// What Dice and the losses built on it share: per-voxel terms, parameters and presets.
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

inline constexpr std::array<std::string_view, 3> kDiceDenominators{"linear", "squared", "squared_counts"};

inline constexpr std::pair<std::string_view, double> kMonaiDice[]{
    {"smooth_nr", 1e-5}, {"smooth_dr", 1e-5}, {"denominator", 0}};
inline constexpr std::pair<std::string_view, double> kMonaiSquaredDice[]{
    {"smooth_nr", 1e-5}, {"smooth_dr", 1e-5}, {"denominator", 1}};
inline constexpr std::pair<std::string_view, double> kSegLossDice[]{
    {"smooth_nr", 1}, {"smooth_dr", 1}, {"denominator", 0}};
inline constexpr std::pair<std::string_view, double> kSegLossSquaredDice[]{
    {"smooth_nr", 1}, {"smooth_dr", 1}, {"denominator", 2}};
inline constexpr std::pair<std::string_view, double> kVNetDice[]{
    {"smooth_nr", 0}, {"smooth_dr", 0}, {"denominator", 1}};
inline constexpr std::array kDicePresets{
    Preset{"MONAI DiceLoss()", kMonaiDice},
    Preset{"MONAI DiceLoss(squared_pred=True)", kMonaiSquaredDice},
    Preset{"SegLoss SoftDiceLoss()", kSegLossDice, "SegLoss's value is ours minus 1", 1, -1},
    Preset{"SegLoss nnU-Net trainer", kMonaiDice, "SegLoss's value is ours minus 1", 1, -1},
    Preset{"SegLoss SoftDiceLoss(square=True)", kSegLossSquaredDice, "SegLoss's value is ours minus 1", 1, -1},
    Preset{"SemSegLoss dice", kSegLossDice},
    Preset{"V-Net", kVNetDice, "V-Net maximises one minus ours", -1, 1},
};

template <class L>
constexpr auto dice_parameters() {
  return std::array{
      Parameter<L>{
          &L::smooth_nr,
          smooth_parameter("smooth_nr", "s_n", "Smoothing, numerator", 1,
                           "Added once to the numerator. Equal to the other one, a perfect prediction costs 0; "
                           "at most the other one, contributions are never negative.")},
      Parameter<L>{&L::smooth_dr,
                   smooth_parameter("smooth_dr", "s_d", "Smoothing, denominator", 1,
                                    "Added once to the denominator; keeps the loss defined where mask and prediction "
                                    "are empty, and sets how steep it is there.")},
      Parameter<L>{
          &L::denominator,
          {.id = "denominator",
           .symbol = "d",
           .label = "Denominator",
           .meaning = "linear: sum of p and g (MONAI). squared: sum of p squared and g (V-Net). squared_counts: "
                      "TP, FP and FN maps squared (SegLoss square=True), a different formula.",
           .minimum = 0,
           .maximum = 2,
           .slider_maximum = 2,
           .choices = kDiceDenominators}},
  };
}

template <class T>
LOSSSCOPE_FUNCTION RatioTerms<T> dice_terms(const Voxel<T>& v, T denominator) {
  const T g = v.g;
  const T p = v.p;
  // |p - g| = q, so that p + g - 2 p g and (p - g)^2 need no subtraction of near equals.
  const T q2 = v.q * v.q;
  if (LOSSSCOPE_KNOWN(denominator) && denominator < T(0.5)) {
    return {v.q, p + g, T(2) * g, T(1)};
  }
  // Factors of 0 and 1 choose the form: a branch would keep the loop from being vectorised.
  const T linear = denominator < T(0.5) ? T(1) : T(0);
  const T counts = denominator < T(1.5) ? T(0) : T(1);
  const T squared = T(1) - linear - counts;
  return {v.q * (linear + (T(1) - linear) * v.q),
          linear * (p + g) + squared * (p * p + g) + counts * (T(2) * p * p * g + q2),
          (linear + squared) * (T(2) * g) + counts * (T(4) * p * g),
          linear + squared * (T(2) * p) + counts * (T(4) * p * g - T(2) * v.s * v.q)};
}

}  // namespace lossscope
