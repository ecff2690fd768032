// SPDX-License-Identifier: Apache-2.0
#include "losses/metrics/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace lossscope {
namespace {

/// A ball of mask and another of prediction, which may leave the grid.
Problem two_balls(const std::array<std::int64_t, 3>& size, const std::array<double, 3>& spacing, double radius,
                  const std::array<double, 3>& mask_at, const std::array<double, 3>& prediction_at) {
  Problem problem;
  const Grid grid{size, spacing};
  problem.mask = make_volume(grid, VoxelType::uint8);
  problem.prediction = make_volume(grid, VoxelType::float32);
  const auto inside = [radius](const std::array<double, 3>& centre, std::int64_t i, std::int64_t j, std::int64_t k) {
    return std::hypot(double(i) - centre[0], double(j) - centre[1], double(k) - centre[2]) < radius;
  };
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i) {
        const auto at = grid.offset(i, j, k);
        problem.mask.voxels<std::uint8_t>()[at] = inside(mask_at, i, j, k) ? 1 : 0;
        problem.prediction.voxels<float>()[at] = inside(prediction_at, i, j, k) ? 0.9F : 0.1F;
      }
    }
  }
  problem.spacing = spacing;
  return problem;
}

/// Voxels of an object with a neighbour across a face that is not of it, or at the grid's edge.
std::vector<std::array<double, 3>> surface_of(const Grid& grid, const std::vector<bool>& in) {
  std::vector<std::array<double, 3>> points;
  const auto& n = grid.size;
  const auto is_in = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    const bool outside = i < 0 || j < 0 || k < 0 || i >= n[0] || j >= n[1] || k >= n[2];
    return !outside && in[grid.offset(i, j, k)];
  };
  for (std::int64_t k = 0; k < n[2]; ++k) {
    for (std::int64_t j = 0; j < n[1]; ++j) {
      for (std::int64_t i = 0; i < n[0]; ++i) {
        const bool hidden = is_in(i - 1, j, k) && is_in(i + 1, j, k) && is_in(i, j - 1, k) && is_in(i, j + 1, k) &&
                            is_in(i, j, k - 1) && is_in(i, j, k + 1);
        if (is_in(i, j, k) && !hidden) {
          points.push_back({double(i) * grid.spacing[0], double(j) * grid.spacing[1], double(k) * grid.spacing[2]});
        }
      }
    }
  }
  return points;
}

/// Largest and summed distance of each point to the nearest of the others.
std::pair<double, double> nearest(const std::vector<std::array<double, 3>>& from,
                                  const std::vector<std::array<double, 3>>& to) {
  double largest = 0, sum = 0;
  for (const auto& a : from) {
    double best = std::numeric_limits<double>::infinity();
    for (const auto& b : to) {
      best = std::min(best, std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
    largest = std::max(largest, best);
    sum += best;
  }
  return {largest, sum};
}

void expect_as_by_brute_force(const Problem& problem) {
  const Metrics metrics = compute_metrics(problem);
  std::vector<bool> mask, predicted;
  for (const std::uint8_t g : problem.mask.voxels<std::uint8_t>()) {
    mask.push_back(g != 0);
  }
  for (const float p : problem.prediction.voxels<float>()) {
    predicted.push_back(p > 0.5F);
  }
  const auto a = surface_of(problem.mask.grid, mask), b = surface_of(problem.mask.grid, predicted);
  const auto [a_largest, a_sum] = nearest(a, b);
  const auto [b_largest, b_sum] = nearest(b, a);
  EXPECT_NEAR(metrics.hausdorff, std::max(a_largest, b_largest), 1e-5);
  EXPECT_NEAR(metrics.mean_surface_distance, (a_sum + b_sum) / double(a.size() + b.size()), 1e-5);
}

TEST(Metrics, SurfaceDistancesAreThoseByBruteForceWhereverTheObjectsLie) {
  const std::array<double, 3> spacing{0.5, 1.5, 1};
  expect_as_by_brute_force(two_balls({30, 28, 26}, spacing, 5, {12, 13, 12}, {15, 12, 11}));  // deep inside
  expect_as_by_brute_force(two_balls({20, 18, 16}, spacing, 6, {1, 9, 15}, {3, 9, 13}));      // cut by the edge
  expect_as_by_brute_force(two_balls({20, 18, 16}, spacing, 30, {9, 9, 9}, {9, 9, 9}));       // the whole grid
  expect_as_by_brute_force(two_balls({24, 9, 9}, spacing, 1.2, {2, 4, 4}, {21, 4, 4}));       // far apart
}

TEST(Metrics, AFlatPictureHasDistancesToo) {
  const Metrics metrics = compute_metrics(two_balls({20, 20, 1}, {1, 1, 1}, 4, {8, 9, 0}, {11, 9, 0}));
  EXPECT_NEAR(metrics.hausdorff, 3, 1e-6);
}

}  // namespace
}  // namespace lossscope
