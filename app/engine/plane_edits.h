// SPDX-License-Identifier: Apache-2.0
// One plane of a volume, changed where it lies.
#pragma once

#include <vector>

#include "app/io/case.h"
#include "losses/evaluate.h"

namespace lossscope {

/// Writes values in plane order (plane_layout) into a float32 volume.
void put_plane(const std::vector<float>& values, Plane plane, const Volume& volume);
/// Makes the voxels of a plane of a float32 volume background (0) where `labels` (uint8 or int32, on the same grid) are
/// to be ignored.
void clear_ignored(const Volume& volume, Plane plane, const Volume& labels, const LabelChoice& choice);

}  // namespace lossscope
