// SPDX-License-Identifier: Apache-2.0
#include "losses/metrics/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "losses/counts.h"
#include "losses/fields/compute.h"
#include "losses/fields/contours.h"
#include "losses/fields/distance.h"

namespace lossscope {
namespace {

double ratio(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : Metrics::kUndefined;
}

/// The two objects of a problem: the mask, and what of the prediction lies above one half. Neither is copied as a
/// whole.
struct Objects {
  const std::uint8_t *mask, *counts;
  const float* prediction;
  float level;

  explicit Objects(const Problem& problem)
      : mask(problem.mask.voxels<std::uint8_t>().data()),
        counts(problem.counted()),
        prediction(problem.prediction.voxels<float>().data()),
        level(level_of(problem, 0.5)) {}

  [[nodiscard]] bool count(std::int64_t at) const { return counts_at(counts, at); }
  [[nodiscard]] bool in_mask(std::int64_t at) const { return mask[at] != 0 && count(at); }
  [[nodiscard]] bool in_prediction(std::int64_t at) const { return prediction[at] > level && count(at); }
};

void count_overlap(const Problem& problem, Metrics& metrics) {
  const Objects objects(problem);
  const std::int64_t n = problem.mask.grid.voxels();
  std::int64_t both = 0, in_mask = 0, in_prediction = 0, counted = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t g = objects.in_mask(i) ? 1 : 0, p = objects.in_prediction(i) ? 1 : 0;
    both += g & p;
    in_mask += g;
    in_prediction += p;
    counted += objects.count(i) ? 1 : 0;
  }
  const auto tp = static_cast<double>(both);
  const double fp = static_cast<double>(in_prediction) - tp, fn = static_cast<double>(in_mask) - tp;
  const double tn = static_cast<double>(counted) - tp - fp - fn;
  metrics.dice = ratio(2 * tp, 2 * tp + fp + fn);
  metrics.jaccard = ratio(tp, tp + fp + fn);
  metrics.sensitivity = ratio(tp, tp + fn);
  metrics.specificity = ratio(tn, tn + fp);
  metrics.precision = ratio(tp, tp + fp);
  const auto& h = problem.mask.grid.spacing;
  const double voxel = h[0] * h[1] * h[2];
  metrics.volume_mask = (tp + fn) * voxel;
  metrics.volume_prediction = (tp + fp) * voxel;
}

/// First and last voxel along each axis.
struct Box {
  std::array<std::int64_t, 3> first, last;
};

/// The box of both objects, and one voxel more on each side where the grid has one, so that a surface in the box is a
/// surface in the grid.
Box box_around(const Problem& problem) {
  const auto& size = problem.mask.grid.size;
  Box box{size, {-1, -1, -1}};
  const auto include = [&box](const std::array<std::int64_t, 3>& voxel) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      box.first[axis] = std::min(box.first[axis], voxel[axis]);
      box.last[axis] = std::max(box.last[axis], voxel[axis]);
    }
  };
  const auto include_row = [&](std::int64_t j, std::int64_t k, auto in) {
    const std::int64_t row = problem.mask.grid.offset(0, j, k);
    std::int64_t first = 0, last = size[0] - 1;
    while (first <= last && !in(row + first)) {
      ++first;
    }
    while (first <= last && !in(row + last)) {
      --last;
    }
    if (first <= last) {
      include({first, j, k});
      include({last, j, k});
    }
  };
  const Objects objects(problem);
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      include_row(j, k, [&](std::int64_t at) { return objects.in_mask(at); });
      include_row(j, k, [&](std::int64_t at) { return objects.in_prediction(at); });
    }
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.first[axis] = std::max<std::int64_t>(box.first[axis] - 1, 0);
    box.last[axis] = std::min(box.last[axis] + 1, size[axis] - 1);
  }
  return box;
}

/// uint8, of the box alone: 1 where `in` holds for the voxel at an offset of the whole grid.
template <class In>
Volume cropped(const Grid& whole, const Box& box, In in) {
  Grid grid = whole;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grid.size[axis] = box.last[axis] - box.first[axis] + 1;
  }
  Volume part = make_volume(grid, VoxelType::uint8);
  auto out = part.voxels<std::uint8_t>().begin();
  for (std::int64_t k = box.first[2]; k <= box.last[2]; ++k) {
    for (std::int64_t j = box.first[1]; j <= box.last[1]; ++j) {
      const std::int64_t row = whole.offset(box.first[0], j, k);
      for (std::int64_t at = row; at < row + grid.size[0]; ++at) {
        *out++ = in(at) ? 1 : 0;
      }
    }
  }
  return part;
}

/// The offsets of a surface's voxels: far fewer than the volume has.
std::vector<std::int64_t> places_of(const Volume& surface) {
  const auto voxels = surface.voxels<std::uint8_t>();
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    if (voxels[i] != 0) {
      places.push_back(static_cast<std::int64_t>(i));
    }
  }
  return places;
}

/// Sorted distances of one surface's voxels (in order) to the nearest voxel of the other surface. `scratch` is a volume
/// of zeros, and is so again at the end.
std::vector<double> distances(std::span<const std::int64_t> from, std::span<const std::int64_t> to,
                              const Volume& scratch, int threads, const std::stop_token& stop) {
  const auto seeds = scratch.voxels<std::uint8_t>();
  for (const std::int64_t place : to) {
    seeds[place] = 1;
  }
  std::vector<double> result(from.size());
  const std::int64_t slice = scratch.grid.size[0] * scratch.grid.size[1];
  visit_distance_to(scratch, scratch.grid.spacing, threads, stop, [&](std::int64_t k, std::span<const float> distance) {
    const auto first = std::ranges::lower_bound(from, k * slice);
    const auto last = std::ranges::lower_bound(first, from.end(), (k + 1) * slice);
    std::transform(first, last, result.begin() + (first - from.begin()),
                   [&](std::int64_t place) { return static_cast<double>(distance[place - k * slice]); });
  });
  for (const std::int64_t place : to) {
    seeds[place] = 0;
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
  if (problem.mask.empty() || problem.prediction.empty() || problem.mask.grid.size != problem.prediction.grid.size) {
    throw std::invalid_argument("metrics need a mask and a prediction of the same size");
  }
  Metrics metrics;
  count_overlap(problem, metrics);
  if (metrics.volume_mask == 0 || metrics.volume_prediction == 0) {
    return metrics;
  }
  const Box box = box_around(problem);  // outside of it there is nothing to measure
  const Grid& grid = problem.mask.grid;
  const Objects objects(problem);
  const Volume counts =
      objects.counts == nullptr ? Volume() : cropped(grid, box, [&](std::int64_t at) { return objects.count(at); });
  const auto surface_places = [&](auto in) { return places_of(boundary_voxels(cropped(grid, box, in), counts)); };
  const auto surface = surface_places([&](std::int64_t at) { return objects.in_mask(at); });
  const auto other = surface_places([&](std::int64_t at) { return objects.in_prediction(at); });
  const Volume scratch = cropped(grid, box, [](std::int64_t) { return false; });
  const auto forward = distances(other, surface, scratch, threads, stop);
  const auto backward = distances(surface, other, scratch, threads, stop);
  if (forward.empty() || backward.empty()) {
    return metrics;  // no surface: a single voxel in a grid of one, or nothing beside an object counts
  }
  metrics.hausdorff = std::max(forward.back(), backward.back());
  metrics.hausdorff95 = std::max(percentile_of(forward, 0.95), percentile_of(backward, 0.95));
  const double sum =
      std::accumulate(forward.begin(), forward.end(), 0.0) + std::accumulate(backward.begin(), backward.end(), 0.0);
  metrics.mean_surface_distance = sum / static_cast<double>(forward.size() + backward.size());
  return metrics;
}

}  // namespace lossscope
