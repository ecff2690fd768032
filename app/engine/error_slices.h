// SPDX-License-Identifier: Apache-2.0
// Slices of what is wrong, for the layer of that name.
#pragma once

#include <span>
#include <vector>

namespace lossscope {

/// What a voxel of such a slice is, as the place of its colour.
inline constexpr float kNoError = -1;                 ///< right, or not counted
inline constexpr float kMissed = 0, kFalseAlarm = 1;  ///< of one structure

/// Of one structure: where `found` is above `level` and the mask is 0, or the other way round. All are slices of one
/// size; `counts` is 0 where a voxel does not count, and empty where all do.
[[nodiscard]] std::vector<float> error_slice(std::span<const float> mask, std::span<const float> found, float level,
                                             std::span<const float> counts);

/// Of all classes together: where `errors`, such a slice of all that is no background, has one the place of the class
/// that the voxel is taken for, or `classes`, how many there are, where it is taken for none.
[[nodiscard]] std::vector<float> taken_for_slice(std::vector<float> errors, std::span<const float> found_class,
                                                 std::size_t classes);

}  // namespace lossscope
