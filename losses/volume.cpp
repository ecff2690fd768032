// SPDX-License-Identifier: Apache-2.0
#include "losses/volume.h"

#include <new>

#include "basics/address_space.h"
#include "basics/large_pages.h"
#include "losses/outputs.h"

namespace lossscope {
namespace {

std::shared_ptr<void> new_memory(std::size_t bytes) {
  leave_address_space(bytes);
  return zeroed_memory(bytes);
}

}  // namespace

Volume make_volume(const Grid& grid, VoxelType type) {
  if (grid.voxels() <= 0) {
    throw std::invalid_argument("make_volume: the grid has no voxels");
  }
  const std::size_t bytes = static_cast<std::size_t>(grid.voxels()) * bytes_per_voxel(type);
  try {
    return {grid, type, new_memory(bytes)};
  } catch (const std::bad_alloc&) {  // what is kept for later results is needed now
    free_spare_outputs();
    return {grid, type, new_memory(bytes)};
  }
}

}  // namespace lossscope
