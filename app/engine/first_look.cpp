// SPDX-License-Identifier: Apache-2.0
#include "app/engine/first_look.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/engine/percentile.h"

namespace lossscope {

std::pair<float, float> automatic_window(const Volume& image) {
  const auto voxels = image.voxels<float>();
  constexpr std::size_t kEnough = 200'000;
  const std::size_t step = voxels.size() / kEnough + 1;
  std::vector<float> finite;
  finite.reserve(voxels.size() / step + 1);
  for (std::size_t at = 0; at < voxels.size(); at += step) {
    if (std::isfinite(voxels[at])) {
      finite.push_back(voxels[at]);
    }
  }
  if (finite.empty()) {
    return {0.0F, 1.0F};
  }
  float low = percentile(finite, 0.01), high = percentile(finite, 0.99);
  if (low == high) {  // nearly all voxels are the same: show what differs
    low = *std::min_element(finite.begin(), finite.end());
    high = *std::max_element(finite.begin(), finite.end());
  }
  return {low, low < high ? high : low + 1.0F};
}

std::array<std::int64_t, 3> middle(const Grid& grid) { return {grid.size[0] / 2, grid.size[1] / 2, grid.size[2] / 2}; }

std::array<std::int64_t, 3> centroid(const Volume& mask) {
  const auto voxels = mask.voxels<std::uint8_t>();
  const auto& size = mask.grid.size;
  std::array<std::int64_t, 3> sums{};
  std::int64_t count = 0;
  std::size_t at = 0;
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      std::int64_t in_row = 0, sum_i = 0;
      for (std::int64_t i = 0; i < size[0]; ++i, ++at) {
        in_row += voxels[at];
        sum_i += voxels[at] * i;
      }
      count += in_row;
      sums = {sums[0] + sum_i, sums[1] + in_row * j, sums[2] + in_row * k};
    }
  }
  if (count == 0) {
    return middle(mask.grid);
  }
  return {(sums[0] + count / 2) / count, (sums[1] + count / 2) / count, (sums[2] + count / 2) / count};
}

}  // namespace lossscope
