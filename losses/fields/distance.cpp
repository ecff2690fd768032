// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/distance.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

/// Sweeps all lines along an axis that begin in the row of `width` voxels at `corner`.
class Sweeper {
 public:
  explicit Sweeper(const DistanceAxis& axis)
      : axis_(axis),
        scratch_(static_cast<std::size_t>(2 * axis.n)),
        squares_(static_cast<std::size_t>(axis.n)) {}

  void sweep(float* corner, std::int64_t width, bool last) {
    for (std::int64_t i = 0; i < width; i += kDistanceLanes) {
      const int lanes = static_cast<int>(std::min<std::int64_t>(kDistanceLanes, width - i));
      cpu_kernels().distance.sweep(corner + i, axis_, lanes, last, scratch_.data(), squares_.data());
    }
  }

 private:
  DistanceAxis axis_;
  std::vector<DistanceLanes> scratch_;
  std::vector<float> squares_;
};

/// Signed distance to the other class; with `two_sided` off, 0 where `labels` is not 0.
Volume transform(const Volume& labels, const std::array<double, 3>& spacing, bool two_sided, int threads,
                 const std::stop_token& stop) {
  Volume result = make_volume(labels.grid, VoxelType::float32);
  const std::uint8_t* in = labels.voxels<std::uint8_t>().data();
  float* out = result.voxels<float>().data();
  const std::int64_t width = labels.grid.size[0], height = labels.grid.size[1], depth = labels.grid.size[2];
  const std::int64_t slice = width * height;
  // Rows and columns of a slice while it is in the cache, then the lines across slices.
  parallel_pieces(depth, 1, threads, stop, [&](std::int64_t k, std::int64_t) {
    for (std::int64_t at = k * slice; at < (k + 1) * slice; at += width) {
      cpu_kernels().distance.row(in + at, width, spacing[0], two_sided, out + at);
    }
    Sweeper({height, width, spacing[1]}).sweep(out + k * slice, width, false);
  });
  parallel_pieces(height, 1, threads, stop, [&](std::int64_t j, std::int64_t) {
    Sweeper({depth, slice, spacing[2]}).sweep(out + j * width, width, true);
  });
  return result;
}

}  // namespace

Volume distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads, std::stop_token stop) {
  return transform(seeds, spacing, false, threads, stop);
}

Volume signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads, std::stop_token stop) {
  Volume result = transform(mask, spacing, true, threads, stop);
  const auto values = result.voxels<float>();
  if (std::abs(values[0]) == std::numeric_limits<float>::infinity()) {  // with a class missing, all are
    std::ranges::fill(values, 0.0F);
  }
  return result;
}

}  // namespace lossscope
