// SPDX-License-Identifier: Apache-2.0
#include "app/io/lattice.h"

#include <algorithm>
#include <cmath>

namespace lossscope {
namespace {

using Index = std::array<std::int64_t, 3>;

/// The same voxels with the axes in the reference's order.
Grid reordered(const Grid& old, const Placement& order) {
  Grid grid;
  std::array<double, 3> first{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t from = order.from[axis];
    grid.size[axis] = old.size[from];
    grid.spacing[axis] = old.spacing[from];
    first[from] = order.flip[axis] ? static_cast<double>(grid.size[axis] - 1) : 0;
    for (std::size_t row = 0; row < 3; ++row) {
      grid.direction[3 * row + axis] = old.direction[3 * row + from] * (order.flip[axis] ? -1 : 1);
    }
  }
  grid.origin = old.to_world(first);
  return grid;
}

/// Fills in where the block lies; false when its voxel centres are no lattice points of the reference.
bool settle(Placement& block, const Grid& reference, const Grid& other) {
  const Grid grid = reordered(other, block);
  const auto at = reference.to_index(grid.origin);
  Grid ideal = reference;
  ideal.size = block.size = grid.size;
  std::array<double, 3> first{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!(std::abs(at[axis]) < 1e9)) {
      return false;
    }
    block.first[axis] = std::llround(at[axis]);
    first[axis] = static_cast<double>(block.first[axis]);
  }
  ideal.origin = reference.to_world(first);
  return corner_deviation(ideal, grid) <= kPlaceTolerance;
}

template <class T>
void place(const Volume& source, const Volume& out, const Placement& block, T outside) {
  const auto from = source.voxels<T>(), to = out.voxels<T>();
  std::ranges::fill(to, outside);
  Index low{}, high{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    low[axis] = std::max<std::int64_t>(0, block.first[axis]);
    high[axis] = std::min(out.grid.size[axis], block.first[axis] + block.size[axis]);
  }
  const auto source_index = [&](std::size_t axis, std::int64_t at) {
    const std::int64_t along = at - block.first[axis];
    return block.flip[axis] ? block.size[axis] - 1 - along : along;
  };
  Index voxel{};
  for (std::int64_t k = low[2]; k < high[2]; ++k) {
    voxel[block.from[2]] = source_index(2, k);
    for (std::int64_t j = low[1]; j < high[1]; ++j) {
      voxel[block.from[1]] = source_index(1, j);
      for (std::int64_t i = low[0]; i < high[0]; ++i) {
        voxel[block.from[0]] = source_index(0, i);
        to[static_cast<std::size_t>(out.grid.offset(i, j, k))] =
            from[static_cast<std::size_t>(source.grid.offset(voxel[0], voxel[1], voxel[2]))];
      }
    }
  }
}

template <std::size_t N>
bool is_near(const std::array<double, N>& a, const std::array<double, N>& b) {
  constexpr double kNear = 1e-6;
  return std::ranges::equal(a, b, [](double x, double y) { return std::abs(x - y) <= kNear; });
}

bool has_no_origin(const Grid& grid) { return is_near(grid.origin, {0, 0, 0}); }

bool has_default_axes(const Grid& grid) {
  const std::array<double, 9> lps{1, 0, 0, 0, 1, 0, 0, 0, 1}, ras{-1, 0, 0, 0, -1, 0, 0, 0, 1};
  return is_near(grid.direction, lps) || is_near(grid.direction, ras);
}

}  // namespace

bool Placement::keeps_order() const {
  return from == std::array<std::size_t, 3>{0, 1, 2} && flip == std::array<bool, 3>{};
}

bool Placement::is_within(const Grid& reference) const {
  bool within = true;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    within = within && first[axis] >= 0 && first[axis] + size[axis] <= reference.size[axis];
  }
  return within;
}

bool Placement::covers(const Grid& reference) const {
  bool around = true;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    around = around && first[axis] <= 0 && first[axis] + size[axis] >= reference.size[axis];
  }
  return around;
}

bool Placement::overlaps(const Grid& reference) const {
  bool common = true;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    common = common && first[axis] < reference.size[axis] && first[axis] + size[axis] > 0;
  }
  return common;
}

std::optional<Placement> placement(const Grid& reference, const Grid& other) {
  std::array<std::size_t, 3> from{0, 1, 2};
  do {
    for (unsigned flips = 0; flips < 8; ++flips) {
      Placement block{from, {(flips & 1) != 0, (flips & 2) != 0, (flips & 4) != 0}, {}, {}};
      if (settle(block, reference, other)) {
        return block;
      }
    }
  } while (std::next_permutation(from.begin(), from.end()));
  return std::nullopt;
}

Grid part_of_lattice(const Grid& reference, const Index& first, const Index& last) {
  Grid grid = reference;
  std::array<double, 3> corner{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grid.size[axis] = last[axis] - first[axis] + 1;
    corner[axis] = static_cast<double>(first[axis]);
  }
  grid.origin = reference.to_world(corner);
  return grid;
}

Grid united(const Grid& reference, const Placement& block) {
  Index first{}, last{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    first[axis] = std::min<std::int64_t>(0, block.first[axis]);
    last[axis] = std::max(reference.size[axis], block.first[axis] + block.size[axis]) - 1;
  }
  return part_of_lattice(reference, first, last);
}

Grid covering(const Grid& reference, const Grid& other) {
  Index first{}, last{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    last[axis] = reference.size[axis] - 1;
  }
  const auto voxels_for = [](double beyond) {  // half a voxel more needs none of its own
    return static_cast<std::int64_t>(std::ceil(std::clamp(beyond, 0.0, 1e9) - 0.5 - kPlaceTolerance));
  };
  for (unsigned corner = 0; corner < 8; ++corner) {
    std::array<double, 3> index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      index[axis] = ((corner >> axis) & 1) != 0 ? static_cast<double>(other.size[axis]) - 0.5 : -0.5;
    }
    const auto at = reference.to_index(other.to_world(index));
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto end = static_cast<double>(reference.size[axis]) - 0.5;
      first[axis] = std::min(first[axis], -voxels_for(-0.5 - at[axis]));
      last[axis] = std::max(last[axis], reference.size[axis] - 1 + voxels_for(at[axis] - end));
    }
  }
  return part_of_lattice(reference, first, last);
}

Volume placed(const Volume& source, const Grid& grid, const Placement& block, double outside) {
  Volume out = make_volume(grid, source.type);
  if (source.type == VoxelType::uint8) {
    place(source, out, block, static_cast<std::uint8_t>(outside));
  } else if (source.type == VoxelType::int32) {
    place(source, out, block, static_cast<std::int32_t>(outside));
  } else {
    place(source, out, block, static_cast<float>(outside));
  }
  return out;
}

bool has_default_place(const Grid& grid) { return has_no_origin(grid) && has_default_axes(grid); }

bool may_have_lost_its_place(const Grid& grid, const Grid& reference) {
  const std::array<double, 3> unit{1, 1, 1};
  const bool spacing = is_near(grid.spacing, unit) && !is_near(reference.spacing, unit);
  const bool origin = has_no_origin(grid) && !has_no_origin(reference);
  return spacing || origin || (has_default_axes(grid) && !has_default_axes(reference));
}

}  // namespace lossscope
