// SPDX-License-Identifier: Apache-2.0
// How lossscope-reader and the window lay out the volumes of one file in shared memory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lossscope {

/// Where volume `which` begins: each has room for 4 bytes a voxel, and starts on a page of its own.
[[nodiscard]] constexpr std::size_t offset_of_volume(std::size_t which, std::int64_t voxels) {
  constexpr std::size_t kPage = std::size_t{1} << 16;  // of any system
  const std::size_t bytes = 4 * static_cast<std::size_t>(voxels);
  return which * ((bytes + kPage - 1) / kPage * kPage);
}

}  // namespace lossscope
