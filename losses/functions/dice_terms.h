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
    Preset{"SegLoss SoftDiceLoss()", kSegLossDice, "SegLoss's value is ours minus 1"},
    Preset{"SegLoss nnU-Net trainer", kMonaiDice, "SegLoss's value is ours minus 1"},
    Preset{"SegLoss SoftDiceLoss(square=True)", kSegLossSquaredDice, "SegLoss's value is ours minus 1"},
    Preset{"SemSegLoss dice", kSegLossDice},
    Preset{"V-Net", kVNetDice, "V-Net maximises one minus ours"},
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
  const RatioTerms<T> linear{v.q, p + g, T(2) * g, T(1)};
  const RatioTerms<T> squared{q2, p * p + g, T(2) * g, T(2) * p};
  const RatioTerms<T> counts{q2, T(2) * p * p * g + q2, T(4) * p * g, T(4) * p * g - T(2) * v.s * v.q};
  const auto pick = [&](T a, T b, T c) { return denominator < T(0.5) ? a : (denominator < T(1.5) ? b : c); };
  return {pick(linear.a, squared.a, counts.a), pick(linear.d, squared.d, counts.d),
          pick(linear.overlap_slope, squared.overlap_slope, counts.overlap_slope),
          pick(linear.d_slope, squared.d_slope, counts.d_slope)};
}

}  // namespace lossscope
