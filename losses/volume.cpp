// SPDX-License-Identifier: Apache-2.0
#include "losses/volume.h"

#include "basics/address_space.h"
#include "basics/large_pages.h"

namespace lossscope {

Volume make_volume(const Grid& grid, VoxelType type) {
  if (grid.voxels() <= 0) {
    throw std::invalid_argument("make_volume: the grid has no voxels");
  }
  const std::size_t bytes = static_cast<std::size_t>(grid.voxels()) * bytes_per_voxel(type);
  leave_address_space(bytes);
  return {grid, type, zeroed_memory(bytes)};
}

}  // namespace lossscope
