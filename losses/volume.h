// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>

#include "losses/grid.h"

namespace lossscope {

enum class VoxelType : std::uint8_t { uint8, int32, float32 };

template <class T>
struct VoxelTypeOf;
template <>
struct VoxelTypeOf<std::uint8_t> {
  static constexpr VoxelType value = VoxelType::uint8;
};
template <>
struct VoxelTypeOf<std::int32_t> {
  static constexpr VoxelType value = VoxelType::int32;
};
template <>
struct VoxelTypeOf<float> {
  static constexpr VoxelType value = VoxelType::float32;
};

[[nodiscard]] constexpr std::size_t bytes_per_voxel(VoxelType type) { return type == VoxelType::uint8 ? 1 : 4; }

/// A voxel grid and one shared buffer of voxels (i fastest). Copies share the buffer: the same bytes are what the
/// reader wrote to shared memory, what LibTorch's tensors view and what a VTK array displays.
struct Volume {
  Grid grid;
  VoxelType type = VoxelType::float32;
  std::shared_ptr<void> data;  ///< keeps the memory alive (heap or mapping)

  [[nodiscard]] bool empty() const { return !data; }

  /// The voxels as T. Throws std::logic_error when T is not the stored type.
  template <class T>
  [[nodiscard]] std::span<T> voxels() const {
    if (VoxelTypeOf<T>::value != type) {
      throw std::logic_error("Volume: voxels asked for as another type than they are stored in");
    }
    return {static_cast<T*>(data.get()), static_cast<std::size_t>(grid.voxels())};
  }
};

/// A new zeroed volume on `grid`. Throws std::bad_alloc, and std::invalid_argument for an empty grid.
[[nodiscard]] Volume make_volume(const Grid& grid, VoxelType type);

}  // namespace lossscope
