// SPDX-License-Identifier: Apache-2.0
// A prediction with one file a channel: liver_0.nii.gz, liver_1.nii.gz, ...
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lossscope {

/// The files in the order of the numbers in their names, where they are one series: of one folder, at least two, and
/// their names differ in one number alone (p_2 comes before p_10). None where they are no series.
[[nodiscard]] std::optional<std::vector<std::string>> channel_series(std::span<const std::string> paths);

/// The channels in their order: by their numbers where they are a series, whatever order they came in (a shell lists
/// p_10 before p_2), otherwise as they came. Throws std::invalid_argument where a file is named twice.
[[nodiscard]] std::vector<std::string> in_channel_order(const std::vector<std::string>& paths);

}  // namespace lossscope
