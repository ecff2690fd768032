// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/volume.h"

namespace lossscope {

/// `source` at the voxel centres of `grid`: the nearest voxel or, for float32 alone, trilinear; `outside` beyond the
/// source's voxels.
[[nodiscard]] Volume resample(const Volume& source, const Grid& grid, bool linear, double outside = 0);

}  // namespace lossscope
