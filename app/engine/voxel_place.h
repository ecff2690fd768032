// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace lossscope {

/// The voxel (i, j, k) at an offset of a volume of `size` voxels along its axes.
[[nodiscard]] constexpr std::array<std::int64_t, 3> voxel_place(const std::array<std::int64_t, 3>& size,
                                                                std::int64_t offset) {
  return {offset % size[0], offset / size[0] % size[1], offset / size[0] / size[1]};
}

}  // namespace lossscope
