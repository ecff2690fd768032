// SPDX-License-Identifier: Apache-2.0
#include "losses/volume.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

#include "basics/address_space.h"

namespace lossscope {
namespace {

/// Asks for pages of 2 MB, where the system has them: a new map is then written without a fault for every 4 kB.
void advise_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
  constexpr std::uintptr_t kLarge = std::uintptr_t{2} << 20;
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t begin = (address + kLarge - 1) / kLarge * kLarge;
  const std::uintptr_t end = (address + bytes) / kLarge * kLarge;
  if (begin < end) {
    (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // advice: may be refused
  }
#endif
}

}  // namespace

Volume make_volume(const Grid& grid, VoxelType type) {
  if (grid.voxels() <= 0) {
    throw std::invalid_argument("make_volume: the grid has no voxels");
  }
  leave_address_space(static_cast<std::size_t>(grid.voxels()) * bytes_per_voxel(type));
  // calloc: large blocks come as untouched zero pages, so that a map costs memory only where it is written.
  void* memory = std::calloc(static_cast<std::size_t>(grid.voxels()), bytes_per_voxel(type));
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  advise_large_pages(memory, static_cast<std::size_t>(grid.voxels()) * bytes_per_voxel(type));
  return {grid, type, std::shared_ptr<void>(memory, std::free)};
}

}  // namespace lossscope
