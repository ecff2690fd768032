// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "losses/volume.h"

namespace lossscope {

/// Non-zero voxels [begin, begin + length) of one row (memory offsets) and the component they belong to.
struct Run {
  std::int64_t begin = 0, length = 0;
  std::int64_t component = 0;
};

/// The connected components of a mask as runs along i. Voxels that share a face, an edge or a corner are connected
/// (26 neighbours). Components are numbered from 0 in the order in which their first voxel is stored.
struct Components {
  std::vector<Run> runs;
  std::int64_t count = 0;
};

/// Labels the non-zero voxels of a uint8 mask. Throws std::logic_error for another voxel type.
[[nodiscard]] Components connected_components(const Volume& mask);

/// How large a component is and where.
struct ComponentPlace {
  std::int64_t voxels = 0;
  std::array<double, 3> centroid{};     ///< continuous index
  std::array<std::int64_t, 3> voxel{};  ///< the one of its voxels that is nearest to the centroid (mm)
};

/// Size and place of each component, in their order. `grid` is that of the labelled mask.
[[nodiscard]] std::vector<ComponentPlace> places_of(const Components& components, const Grid& grid);

/// How many of a component's voxels are not 0 in `other`, a mask on the same grid, for each component.
[[nodiscard]] std::vector<std::int64_t> shared_with(const Components& components, std::span<const std::uint8_t> other);

}  // namespace lossscope
