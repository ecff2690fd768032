// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/contours.h"

#include <algorithm>
#include <cmath>

#include "losses/fields/distance.h"

namespace lossscope {

Volume boundary_voxels(const Volume& mask, const Volume& counts) {
  const Grid& grid = mask.grid;
  Volume boundary = make_volume(grid, VoxelType::uint8);
  const auto in = mask.voxels<std::uint8_t>();
  const std::uint8_t* counted = counts.empty() ? nullptr : counts.voxels<std::uint8_t>().data();
  const auto is_background = [&](std::int64_t at) { return in[at] == 0 && (counted == nullptr || counted[at] != 0); };
  const auto out = boundary.voxels<std::uint8_t>();
  const std::array<std::int64_t, 3> stride{1, grid.size[0], grid.size[0] * grid.size[1]};
  std::int64_t at = 0;
  for (std::int64_t k = 0; k < grid.size[2]; ++k) {
    for (std::int64_t j = 0; j < grid.size[1]; ++j) {
      for (std::int64_t i = 0; i < grid.size[0]; ++i, ++at) {
        const std::array<std::int64_t, 3> index{i, j, k};
        bool edge = false;
        for (int axis = 0; axis < 3 && in[at] != 0; ++axis) {
          const std::int64_t n = grid.size[axis];
          edge = edge || (n > 1 && (index[axis] == 0 || index[axis] == n - 1 || is_background(at - stride[axis]) ||
                                    is_background(at + stride[axis])));
        }
        out[at] = edge ? 1 : 0;
      }
    }
  }
  return boundary;
}

double image_diagonal(const Grid& grid, const std::array<double, 3>& spacing) {
  double squared = 0;
  for (int axis = 0; axis < 3; ++axis) {
    squared += std::pow(static_cast<double>(grid.size[axis] - 1) * spacing[axis], 2);
  }
  return std::sqrt(squared);
}

double mean_contour_distance(const Volume& from, const Volume& to, const std::array<double, 3>& spacing,
                             const std::stop_token& stop, const Volume& counts) {
  const Volume source = boundary_voxels(from, counts);
  const Volume target = boundary_voxels(to, counts);
  const auto any = [](const Volume& v) {
    return std::ranges::any_of(v.voxels<std::uint8_t>(), [](std::uint8_t x) { return x != 0; });
  };
  const bool has_source = any(source);
  const bool has_target = any(target);
  if (has_source != has_target) {
    return image_diagonal(from.grid, spacing);
  }
  if (!has_source) {
    return 0;
  }
  const Volume distance = distance_to(target, spacing, 0, stop);
  const auto d = distance.voxels<float>();
  const auto at = source.voxels<std::uint8_t>();
  double sum = 0;
  double count = 0;
  for (std::size_t i = 0; i < d.size(); ++i) {
    sum += at[i] != 0 ? static_cast<double>(d[i]) : 0.0;
    count += at[i];
  }
  return sum / count;
}

}  // namespace lossscope
