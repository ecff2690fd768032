// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace lossscope {

/// A regular voxel grid in patient space.
/// Index order is (i, j, k); i varies fastest in memory. World coordinates are LPS, in millimetres:
/// x = origin + direction * (spacing .* index). `direction` is 3 x 3, row by row, its columns are the unit axes
/// of i, j and k; a negative determinant (left-handed grid) is allowed.
struct Grid {
  std::array<std::int64_t, 3> size{0, 0, 0};
  std::array<double, 3> spacing{1, 1, 1};
  std::array<double, 3> origin{0, 0, 0};
  std::array<double, 9> direction{1, 0, 0, 0, 1, 0, 0, 0, 1};

  [[nodiscard]] std::int64_t voxels() const { return size[0] * size[1] * size[2]; }
  [[nodiscard]] bool empty() const { return voxels() == 0; }
  [[nodiscard]] std::int64_t offset(std::int64_t i, std::int64_t j, std::int64_t k) const {
    return i + size[0] * (j + size[1] * k);
  }

  /// World position (LPS, mm) of a continuous index; voxel centres have whole-numbered indices.
  [[nodiscard]] std::array<double, 3> to_world(const std::array<double, 3>& index) const;
  /// Continuous index of a world position. Throws std::domain_error when `direction` is singular.
  [[nodiscard]] std::array<double, 3> to_index(const std::array<double, 3>& world) const;

  bool operator==(const Grid&) const = default;
};

/// The largest distance between corresponding corner voxel centres of two grids, in units of the smallest spacing
/// of `a`; infinity where the sizes differ.
[[nodiscard]] double corner_deviation(const Grid& a, const Grid& b);

}  // namespace lossscope
