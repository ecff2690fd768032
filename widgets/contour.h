// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainterPath>
#include <vector>

namespace lossscope::widgets {

/// The lines where a slice of `width` x `height` values crosses `level`, in voxels: the centre of the first one is
/// (0, 0). Joined to lines as long as possible. Empty for a slice less than two voxels wide or high. No line runs
/// beside a voxel whose `counts` is 0 (as many as values, or none: all count).
[[nodiscard]] QPainterPath contour_of(const std::vector<float>& values, int width, int height, double level,
                                      const std::vector<float>& counts = {});

}  // namespace lossscope::widgets
