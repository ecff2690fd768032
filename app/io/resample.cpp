// SPDX-License-Identifier: Apache-2.0
#include "app/io/resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace lossscope {
namespace {

/// A voxel of a source volume at a continuous index: nearest, or trilinear.
template <class T>
class Sampler {
 public:
  Sampler(const Volume& volume, double outside) : grid_(volume.grid), voxels_(volume.voxels<T>()), outside_(outside) {}

  [[nodiscard]] T nearest(const std::array<double, 3>& at) const {
    std::array<std::int64_t, 3> index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      index[axis] = std::llround(at[axis]);
      if (index[axis] < 0 || index[axis] >= grid_.size[axis]) {
        return static_cast<T>(outside_);
      }
    }
    return voxels_[static_cast<std::size_t>(grid_.offset(index[0], index[1], index[2]))];
  }

  [[nodiscard]] double linear(const std::array<double, 3>& at) const {
    std::array<std::int64_t, 3> below{};
    std::array<double, 3> share{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (!(at[axis] >= -0.5 && at[axis] <= static_cast<double>(grid_.size[axis]) - 0.5)) {
        return outside_;
      }
      const double held = std::clamp(at[axis], 0.0, static_cast<double>(grid_.size[axis] - 1));
      below[axis] = std::min(static_cast<std::int64_t>(held), std::max<std::int64_t>(0, grid_.size[axis] - 2));
      share[axis] = held - static_cast<double>(below[axis]);
    }
    double value = 0;
    for (int corner = 0; corner < 8; ++corner) {
      double weight = 1;
      std::array<std::int64_t, 3> index = below;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const bool upper = ((corner >> axis) & 1) != 0;
        weight *= upper ? share[axis] : 1 - share[axis];
        index[axis] = std::min(index[axis] + (upper ? 1 : 0), grid_.size[axis] - 1);
      }
      if (weight > 0) {
        value +=
            weight * static_cast<double>(voxels_[static_cast<std::size_t>(grid_.offset(index[0], index[1], index[2]))]);
      }
    }
    return value;
  }

 private:
  const Grid& grid_;
  std::span<T> voxels_;
  double outside_;
};

template <class T>
void resample_into(const Volume& out, const Volume& source, bool linear, double outside) {
  const Sampler<T> sampler(source, outside);
  const auto voxels = out.voxels<T>();
  std::size_t i = 0;
  for (std::int64_t z = 0; z < out.grid.size[2]; ++z) {
    for (std::int64_t y = 0; y < out.grid.size[1]; ++y) {
      for (std::int64_t x = 0; x < out.grid.size[0]; ++x, ++i) {
        const auto at = source.grid.to_index(out.grid.to_world({double(x), double(y), double(z)}));
        voxels[i] = linear ? static_cast<T>(sampler.linear(at)) : sampler.nearest(at);
      }
    }
  }
}

}  // namespace

Volume resample(const Volume& source, const Grid& grid, bool linear, double outside) {
  Volume out = make_volume(grid, source.type);
  if (source.type == VoxelType::uint8) {
    resample_into<std::uint8_t>(out, source, false, outside);
  } else if (source.type == VoxelType::int32) {
    resample_into<std::int32_t>(out, source, false, outside);
  } else {
    resample_into<float>(out, source, linear, outside);
  }
  return out;
}

}  // namespace lossscope
