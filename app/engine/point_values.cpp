// SPDX-License-Identifier: Apache-2.0
#include "app/engine/point_values.h"

#include <algorithm>
#include <cmath>

#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kPlanes = 4;  ///< that a thread fills at a time, and one more above them

/// The voxel below a coordinate, 0 to size - 1.
std::int64_t below(float coordinate, std::int64_t size) {
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(coordinate)), 0, size - 1);
}

/// Points by the plane of voxels below them: those of plane k are `order[first[k]]` to `order[first[k + 1] - 1]`.
struct ByPlane {
  std::vector<std::size_t> first;
  std::vector<std::uint32_t> order;

  ByPlane(std::span<const std::array<float, 3>> points, std::int64_t planes)
      : first(static_cast<std::size_t>(planes) + 1), order(points.size()) {
    const auto plane = [&](const std::array<float, 3>& point) {
      return static_cast<std::size_t>(below(point[2], planes));
    };
    for (const auto& point : points) {
      ++first[plane(point) + 1];
    }
    for (std::size_t k = 1; k < first.size(); ++k) {
      first[k] += first[k - 1];
    }
    std::vector<std::size_t> next(first.begin(), first.end() - 1);
    for (std::size_t at = 0; at < points.size(); ++at) {
      order[next[plane(points[at])]++] = static_cast<std::uint32_t>(at);
    }
  }
};

/// Rows of some planes, all between the lowest and the highest point.
class Rows {
 public:
  Rows(const Grid& grid, std::int64_t first_row, std::int64_t last_row, std::int64_t first_plane,
       std::int64_t last_plane, const RangeValues& values)
      : size_(grid.size), row_(first_row), plane_(first_plane), plane_size_((last_row - first_row + 1) * size_[0]) {
    voxels_.resize(static_cast<std::size_t>(plane_size_ * (last_plane - first_plane + 1)));
    for (std::int64_t k = first_plane; k <= last_plane; ++k) {
      const auto begin = static_cast<std::size_t>((k - first_plane) * plane_size_);
      values(grid.offset(0, first_row, k), std::span(voxels_).subspan(begin, static_cast<std::size_t>(plane_size_)));
    }
  }

  [[nodiscard]] float around(const std::array<float, 3>& point) const {
    std::array<std::int64_t, 3> low{}, high{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      low[axis] = below(point[axis], size_[axis]);
      high[axis] = std::min(low[axis] + 1, size_[axis] - 1);
    }
    float largest = 0;
    for (std::int64_t k = low[2]; k <= high[2]; ++k) {
      for (std::int64_t j = low[1]; j <= high[1]; ++j) {
        for (std::int64_t i = low[0]; i <= high[0]; ++i) {
          const float value = voxels_[static_cast<std::size_t>((k - plane_) * plane_size_ + (j - row_) * size_[0] + i)];
          if (!std::isfinite(value)) {
            return value;
          }
          largest = std::abs(value) > std::abs(largest) ? value : largest;
        }
      }
    }
    return largest;
  }

 private:
  std::array<std::int64_t, 3> size_;
  std::int64_t row_, plane_, plane_size_;
  std::vector<float> voxels_;
};

}  // namespace

RangeValues map_values(LossResultPtr result, MapKind kind) {
  return [result = std::move(result), kind](std::int64_t begin, std::span<float> out) {
    result->map_range(begin, {&kind, 1}, {&out, 1});
  };
}

RangeValues volume_values(Volume volume) {
  return [volume = std::move(volume)](std::int64_t begin, std::span<float> out) {
    const auto voxels = volume.voxels<float>().subspan(static_cast<std::size_t>(begin), out.size());
    std::copy(voxels.begin(), voxels.end(), out.begin());
  };
}

std::vector<float> values_around(const Grid& grid, std::span<const std::array<float, 3>> points,
                                 const RangeValues& values, int threads, std::stop_token stop) {
  std::vector<float> found(points.size());
  if (points.empty()) {
    return found;
  }
  const auto [low, high] =
      std::minmax_element(points.begin(), points.end(), [](const auto& a, const auto& b) { return a[1] < b[1]; });
  const std::int64_t first_row = below((*low)[1], grid.size[1]);
  const std::int64_t last_row = std::min(below((*high)[1], grid.size[1]) + 1, grid.size[1] - 1);
  const ByPlane planes(points, grid.size[2]);
  parallel_pieces(grid.size[2], kPlanes, threads, std::move(stop), [&](std::int64_t begin, std::int64_t end) {
    const std::span mine(
        planes.order.begin() + static_cast<std::ptrdiff_t>(planes.first[static_cast<std::size_t>(begin)]),
        planes.order.begin() + static_cast<std::ptrdiff_t>(planes.first[static_cast<std::size_t>(end)]));
    if (mine.empty()) {
      return;
    }
    const Rows rows(grid, first_row, last_row, begin, std::min(end, grid.size[2] - 1), values);
    for (const std::uint32_t at : mine) {
      found[at] = rows.around(points[at]);
    }
  });
  return found;
}

}  // namespace lossscope
