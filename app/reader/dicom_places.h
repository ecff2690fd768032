// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/reader/gates/finding.h"

namespace lossscope::reader {

inline constexpr double kSamePlace = 1e-3;  ///< mm within which frames lie at one place

/// Where frames lie along their normal, mm, in the order of their numbers; none of a frame that does not say it.
using Places = std::vector<std::optional<double>>;

/// `places` without those that two frames claim.
[[nodiscard]] Places without_doubles(Places places);

/// The missing places as the order of the frames gives them: between those before and behind, or one step beyond the
/// last. None where the order settles nothing: the known places do not run in one direction, or a gap is not as wide as
/// the frames that it must hold.
[[nodiscard]] std::optional<std::vector<double>> places_in_order(const Places& places);

/// "frame 6 does not say ..." or "2 of 9 frames, the first of them frame 6, do not say ...".
[[nodiscard]] std::string without_place(const std::vector<std::string>& names, std::size_t all);

/// Places frames by their order, or leaves out those without a place.
[[nodiscard]] Choice choice_of_order();
[[nodiscard]] Choice choice_of_placed(const std::string& effect);
/// Which of two at one place counts. `number`: what orders them.
[[nodiscard]] std::vector<Choice> choices_of_duplicates(const std::string& number);

}  // namespace lossscope::reader
