// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "losses/volume.h"

namespace lossscope {

/// uint8 mask of the voxels of a label map (uint8 or int32) for which `chosen` holds.
template <class Chosen>
[[nodiscard]] Volume voxels_where(const Volume& labels, const Chosen& chosen) {
  Volume mask = make_volume(labels.grid, VoxelType::uint8);
  const auto put = [&](auto voxels) {
    std::ranges::transform(voxels, mask.voxels<std::uint8_t>().begin(),
                           [&](auto label) { return static_cast<std::uint8_t>(chosen(label) ? 1 : 0); });
  };
  if (labels.type == VoxelType::uint8) {
    put(labels.voxels<std::uint8_t>());
  } else {
    put(labels.voxels<std::int32_t>());
  }
  return mask;
}

}  // namespace lossscope
