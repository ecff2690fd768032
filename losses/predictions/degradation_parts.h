// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "losses/predictions/degrade.h"

namespace lossscope {

/// Everything that is known of one number of a degradation, in one row: the text's key, the window's slider and what a
/// sweep can run along. (A shift is three numbers, the seed is no measure: whoever offers those does so by name.)
struct DegradationPart {
  std::string_view key;   ///< in `degrade:...`, and of a sweep
  std::string_view name;  ///< of an axis: "dilation"
  std::string_view label, meaning;
  std::string_view unit;  ///< "mm", or empty for a number without one
  double Degradation::*value = nullptr;
  double minimum = 0, maximum = 0;                ///< legal
  double slider_minimum = 0, slider_maximum = 0;  ///< what is offered
  double sweep_from = 0, sweep_to = 0;            ///< what a sweep begins with; equal: there is none
};
/// In the order of the struct.
[[nodiscard]] std::span<const DegradationPart> degradation_parts();
/// The part of that key; null when there is none.
[[nodiscard]] const DegradationPart* degradation_part(std::string_view key);

}  // namespace lossscope
