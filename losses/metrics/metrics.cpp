// SPDX-License-Identifier: Apache-2.0
#include "losses/metrics/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>

#include "losses/fields/compute.h"
#include "losses/fields/contours.h"
#include "losses/fields/distance.h"

namespace lossscope {
namespace {

double ratio(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : Metrics::kUndefined;
}

void count_overlap(const Volume& mask, const Volume& predicted, Metrics& metrics) {
  const auto g = mask.voxels<std::uint8_t>();
  const auto p = predicted.voxels<std::uint8_t>();
  double tp = 0, fp = 0, fn = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    tp += g[i] & p[i];
    fp += p[i] & (1 - g[i]);
    fn += g[i] & (1 - p[i]);
  }
  const double tn = static_cast<double>(g.size()) - tp - fp - fn;
  metrics.dice = ratio(2 * tp, 2 * tp + fp + fn);
  metrics.jaccard = ratio(tp, tp + fp + fn);
  metrics.sensitivity = ratio(tp, tp + fn);
  metrics.specificity = ratio(tn, tn + fp);
  metrics.precision = ratio(tp, tp + fp);
  const auto& h = mask.grid.spacing;
  const double voxel = h[0] * h[1] * h[2];
  metrics.volume_mask = (tp + fn) * voxel;
  metrics.volume_prediction = (tp + fp) * voxel;
}

/// First and last voxel along each axis.
struct Box {
  std::array<std::int64_t, 3> first, last;
};

/// The box of both masks, and one voxel more on each side where the grid has one, so that a surface in the box is a
/// surface in the grid.
Box box_around(const Volume& a, const Volume& b) {
  const auto& size = a.grid.size;
  Box box{size, {-1, -1, -1}};
  const auto include = [&box](const std::array<std::int64_t, 3>& voxel) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      box.first[axis] = std::min(box.first[axis], voxel[axis]);
      box.last[axis] = std::max(box.last[axis], voxel[axis]);
    }
  };
  for (const Volume* mask : {&a, &b}) {
    const std::uint8_t* row = mask->voxels<std::uint8_t>().data();
    for (std::int64_t k = 0; k < size[2]; ++k) {
      for (std::int64_t j = 0; j < size[1]; ++j, row += size[0]) {
        const std::uint8_t* const end = row + size[0];
        const std::uint8_t* const first = std::find(row, end, std::uint8_t{1});
        if (first != end) {
          const auto last =
              std::find(std::make_reverse_iterator(end), std::make_reverse_iterator(row), std::uint8_t{1});
          include({first - row, j, k});
          include({last.base() - row - 1, j, k});
        }
      }
    }
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.first[axis] = std::max<std::int64_t>(box.first[axis] - 1, 0);
    box.last[axis] = std::min(box.last[axis] + 1, size[axis] - 1);
  }
  return box;
}

Volume cropped(const Volume& mask, const Box& box) {
  Grid grid = mask.grid;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grid.size[axis] = box.last[axis] - box.first[axis] + 1;
  }
  Volume part = make_volume(grid, VoxelType::uint8);
  auto out = part.voxels<std::uint8_t>().begin();
  for (std::int64_t k = box.first[2]; k <= box.last[2]; ++k) {
    for (std::int64_t j = box.first[1]; j <= box.last[1]; ++j) {
      const auto row = mask.voxels<std::uint8_t>().begin() + mask.grid.offset(box.first[0], j, k);
      out = std::copy_n(row, grid.size[0], out);
    }
  }
  return part;
}

/// Distances of one surface's voxels to the nearest voxel of the other surface.
std::vector<double> distances(const Volume& from, const Volume& to, int threads, const std::stop_token& stop) {
  const Volume map = distance_to(to, to.grid.spacing, threads, stop);
  const auto d = map.voxels<float>();
  const auto at = from.voxels<std::uint8_t>();
  std::vector<double> result;
  for (std::size_t i = 0; i < d.size(); ++i) {
    if (at[i] != 0) {
      result.push_back(static_cast<double>(d[i]));
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Percentile of sorted values with linear interpolation, as NumPy's default.
double percentile_of(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], at - static_cast<double>(below));
}

}  // namespace

Metrics compute_metrics(const Problem& problem, int threads, std::stop_token stop) {
  Metrics metrics;
  Volume predicted = thresholded(problem, 0.5);
  count_overlap(problem.mask, predicted, metrics);
  if (metrics.volume_mask == 0 || metrics.volume_prediction == 0) {
    return metrics;
  }
  const Box box = box_around(problem.mask, predicted);  // a distance map of the whole volume would fill the memory
  const Volume surface = boundary_voxels(cropped(problem.mask, box));
  predicted = cropped(predicted, box);
  const Volume other = boundary_voxels(predicted);
  const auto forward = distances(other, surface, threads, stop);
  const auto backward = distances(surface, other, threads, stop);
  if (forward.empty() || backward.empty()) {
    return metrics;  // a single voxel in a grid of one has no surface
  }
  metrics.hausdorff = std::max(forward.back(), backward.back());
  metrics.hausdorff95 = std::max(percentile_of(forward, 0.95), percentile_of(backward, 0.95));
  const double sum =
      std::accumulate(forward.begin(), forward.end(), 0.0) + std::accumulate(backward.begin(), backward.end(), 0.0);
  metrics.mean_surface_distance = sum / static_cast<double>(forward.size() + backward.size());
  return metrics;
}

}  // namespace lossscope
