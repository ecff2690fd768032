// SPDX-License-Identifier: Apache-2.0
#include "losses/volume.h"

#include <cstdlib>
#include <new>

namespace lossscope {

Volume make_volume(const Grid& grid, VoxelType type) {
  if (grid.voxels() <= 0) {
    throw std::invalid_argument("make_volume: the grid has no voxels");
  }
  // calloc: large blocks come as untouched zero pages, so that a map costs memory only where it is written.
  void* memory = std::calloc(static_cast<std::size_t>(grid.voxels()), bytes_per_voxel(type));
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return {grid, type, std::shared_ptr<void>(memory, std::free)};
}

}  // namespace lossscope
