// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lossscope {

enum class Scale : std::uint8_t { linear, logarithmic };

/// What the window, the command line, a session and the tests know of one parameter. Every value is a double; a
/// choice is the index of its name in `choices`, a switch is a choice of {"off", "on"}.
struct ParameterInfo {
  std::string_view id;                            ///< name on the command line and in sessions, e.g. "smooth_nr"
  std::string_view symbol;                        ///< TeX, e.g. "\\alpha"
  std::string_view label;                         ///< in the panel, e.g. "FP weight"
  std::string_view meaning;                       ///< one sentence, the tooltip
  double minimum = 0, maximum = 1;                ///< legal range
  double slider_minimum = 0, slider_maximum = 1;  ///< range of the slider
  double default_value = 0;
  Scale scale = Scale::linear;
  std::span<const std::string_view> choices{};  ///< names of a choice; empty for a number
  std::string_view special{};                   ///< name of the value -1 ("auto", "off"); empty where there is none
  bool in_terms = true;                         ///< a change needs the reduction (or a field) again
};

/// A named set of parameter values that reproduces another code's convention.
struct Preset {
  std::string_view name;
  std::span<const std::pair<std::string_view, double>> values;
  std::string_view note{};  ///< how its value differs (constant, factor); empty when it is the same
  double peer_factor = 1,
         peer_constant = 0;  ///< where it differs by these: the other code's value is factor * ours + constant
  std::string_view id{};     ///< what --preset takes besides the name; of sums, which it chooses, too

  [[nodiscard]] constexpr bool says_another_value() const { return peer_factor != 1 || peer_constant != 0; }
  [[nodiscard]] constexpr double peer_value(double ours) const { return peer_factor * ours + peer_constant; }
};

/// Everything about a loss that is not arithmetic.
struct Declaration {
  std::string_view id{}, name{};
  std::string_view family{};  ///< "Distribution", "Region", "Boundary" or "Compound"
  bool in_survey = false;     ///< one of the 15 of Jadon's survey, which are shown by default
  /// Over several classes: each voxel costs what its own class costs it (cross-entropies). Otherwise each class is a
  /// structure against the rest, and the values are averaged (losses.md section 6).
  bool true_class = false;
  std::string_view formula{};  ///< TeX
  /// The same in numbers: {s0} is the first sum of `terms`, {c0} the first coefficient of `finish`, {v0} the value of
  /// the first part of a sum of losses, {N} the number of voxels, and a parameter stands by its id.
  std::string_view live{};
  std::string_view summary{};  ///< what it does
  std::string_view use_when{}, avoid_when{};
  std::string_view citation{}, link{};
  std::string_view slips{};  ///< known errors in print and code
  std::string_view blind{};  ///< which errors the loss cannot see; empty when it sees all
  /// Whether p = g everywhere costs 0 at the default parameters. Not so where a perfect prediction keeps a cost (label
  /// smoothing) or earns a reward (boundary loss): there a value of 0 says nothing about what the loss can see.
  bool zero_when_perfect = true;
  /// Whether a voxel that was found may contribute less than nothing, so that one that was missed contributes nothing.
  bool rewards = false;
  std::span<const Preset> presets{};
};

enum class FieldKind : std::uint8_t {
  mask_distance,        ///< signed Euclidean distance to the mask's boundary, negative inside (spacing units);
                        ///< scalar 0: the largest distance, of either sign
  prediction_distance,  ///< the same for the thresholded prediction; argument 0: threshold
  boundary_penalty,     ///< phi of losses.md L; argument 0: normalise (0 or 1)
  boundary_mismatch,    ///< losses.md I: map 1 where the thresholded prediction differs; scalar 0: E; arguments:
                        ///< threshold, scope (0 mismatch, 1 all)
  hausdorff_weight,     ///< losses.md M: d_g^alpha + d_p^alpha; arguments: alpha, one-sided, threshold
  structural_error,     ///< losses.md N: f e; scalars: M, e_max; arguments: beta, window, sigma, C4, variance floor,
                        ///< padding (0 renormalised, 1 zero)
  structural_slope,     ///< losses.md N, `through_weights`: what f e adds to dL/dp; argument 6: lambda
};

/// One auxiliary field that a loss needs: equal requests on the same data are computed once.
struct FieldRequest {
  FieldKind kind{};
  std::array<double, 8> arguments{};
  bool operator==(const FieldRequest&) const = default;
};

}  // namespace lossscope
