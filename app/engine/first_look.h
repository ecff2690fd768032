// SPDX-License-Identifier: Apache-2.0
// What a case is first shown with: the grey values of its image and the voxel that the slices go through.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "losses/volume.h"

namespace lossscope {

/// The grey values (low < high) that a float image is shown between: its percentiles 1 and 99, from at most about
/// 200 000 of its finite voxels; (0, 1) when no voxel is finite.
[[nodiscard]] std::pair<float, float> automatic_window(const Volume& image);

/// The voxel in the middle of a grid.
[[nodiscard]] std::array<std::int64_t, 3> middle(const Grid& grid);

/// The voxel nearest to the centroid of a mask (uint8, 0 or 1); the middle of an empty one.
[[nodiscard]] std::array<std::int64_t, 3> centroid(const Volume& mask);

}  // namespace lossscope
