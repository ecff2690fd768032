// SPDX-License-Identifier: Apache-2.0
// One plane of a volume, changed where it lies.
#pragma once

#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

/// Writes values in plane order (plane_layout) into a float32 volume.
void put_plane(const std::vector<float>& values, Plane plane, const Volume& volume);

}  // namespace lossscope
