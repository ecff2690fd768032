// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <stop_token>

#include "losses/volume.h"

namespace lossscope {

/// uint8 mask of the foreground voxels with a background or outside-image neighbour across a face. Along an axis of a
/// single voxel there is no outside: a 2-D image is not all boundary. Nor is there a boundary to a voxel that does not
/// count (`counts` as in Problem, the mask 0 there).
[[nodiscard]] Volume boundary_voxels(const Volume& mask, const Volume& counts = {});

/// Distance between the centres of opposite corner voxels (spacing units).
[[nodiscard]] double image_diagonal(const Grid& grid, const std::array<double, 3>& spacing);

/// Mean distance of the first mask's boundary voxels to the nearest boundary voxel of the second (spacing units). 0
/// when both have none, the diagonal of the image when exactly one has none. Throws Cancelled.
[[nodiscard]] double mean_contour_distance(const Volume& from, const Volume& to, const std::array<double, 3>& spacing,
                                           const std::stop_token& stop, const Volume& counts = {});

}  // namespace lossscope
