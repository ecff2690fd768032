// SPDX-License-Identifier: Apache-2.0
#include "losses/grid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lossscope {

std::array<double, 3> Grid::to_world(const std::array<double, 3>& index) const {
  std::array<double, 3> world = origin;
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      world[row] += direction[3 * row + column] * spacing[column] * index[column];
    }
  }
  return world;
}

std::array<double, 3> Grid::to_index(const std::array<double, 3>& world) const {
  const auto& d = direction;
  const double determinant =
      d[0] * (d[4] * d[8] - d[5] * d[7]) - d[1] * (d[3] * d[8] - d[5] * d[6]) + d[2] * (d[3] * d[7] - d[4] * d[6]);
  if (std::abs(determinant) < 1e-12) {
    throw std::domain_error("Grid: the direction matrix is singular");
  }
  const std::array<double, 9> cofactors{
      d[4] * d[8] - d[5] * d[7], d[2] * d[7] - d[1] * d[8], d[1] * d[5] - d[2] * d[4],
      d[5] * d[6] - d[3] * d[8], d[0] * d[8] - d[2] * d[6], d[2] * d[3] - d[0] * d[5],
      d[3] * d[7] - d[4] * d[6], d[1] * d[6] - d[0] * d[7], d[0] * d[4] - d[1] * d[3]};
  std::array<double, 3> index{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      index[row] += cofactors[3 * row + column] / determinant * (world[column] - origin[column]);
    }
    index[row] /= spacing[row];
  }
  return index;
}

double corner_deviation(const Grid& a, const Grid& b) {
  if (a.size != b.size) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0;
  for (int corner = 0; corner < 8; ++corner) {
    std::array<double, 3> index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      index[axis] = ((corner >> axis) & 1) != 0 ? static_cast<double>(a.size[axis] - 1) : 0.0;
    }
    const auto p = a.to_world(index);
    const auto q = b.to_world(index);
    largest = std::max(largest, std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
  }
  return largest / *std::min_element(a.spacing.begin(), a.spacing.end());
}

}  // namespace lossscope
