// SPDX-License-Identifier: Apache-2.0
// Auxiliary fields against naive formulations in double, straight from losses.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "losses/fields/compute.h"
#include "losses/fields/contours.h"
#include "losses/fields/structural.h"

namespace lossscope {
namespace {

using Index = std::array<std::int64_t, 3>;

Problem random_problem(Index size, std::array<double, 3> spacing, unsigned seed) {
  Grid grid;
  grid.size = size;
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), {}, spacing};
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> draw(0.02, 0.98);
  for (std::size_t i = 0; i < static_cast<std::size_t>(grid.voxels()); ++i) {
    problem.prediction.voxels<float>()[i] = static_cast<float>(draw(engine));
    problem.mask.voxels<std::uint8_t>()[i] = draw(engine) < 0.3 ? 1 : 0;
  }
  return problem;
}

std::vector<double> doubles(const Volume& volume) {
  const auto v = volume.voxels<float>();
  return {v.begin(), v.end()};
}

std::vector<double> labels(const Volume& volume) {
  const auto v = volume.voxels<std::uint8_t>();
  return {v.begin(), v.end()};
}

Index index_of(const Grid& grid, std::int64_t at) {
  return {at % grid.size[0], at / grid.size[0] % grid.size[1], at / grid.size[0] / grid.size[1]};
}

/// Distance of every voxel to the nearest one of the other class, by trying all.
std::vector<double> to_other_class(const std::vector<double>& mask, const Grid& grid, const std::array<double, 3>& h) {
  std::vector<double> nearest(mask.size(), INFINITY);
  for (std::int64_t a = 0; a < grid.voxels(); ++a) {
    for (std::int64_t b = 0; b < grid.voxels(); ++b) {
      if (mask[a] != mask[b]) {
        const Index x = index_of(grid, a);
        const Index y = index_of(grid, b);
        nearest[a] = std::min(
            nearest[a], std::hypot(double(x[0] - y[0]) * h[0], double(x[1] - y[1]) * h[1], double(x[2] - y[2]) * h[2]));
      }
    }
  }
  return nearest;
}

TEST(Fields, BoundaryPenaltyIsTheInvertedDistanceOfEachRegion) {
  const Problem problem = random_problem({11, 9, 5}, {0.7, 1.3, 2.5}, 3);
  const auto g = labels(problem.mask);
  const auto d = to_other_class(g, problem.mask.grid, problem.spacing);
  std::array<double, 2> largest{0, 0};
  std::array<double, 2> largest_penalty{0, 0};
  for (std::size_t i = 0; i < d.size(); ++i) {
    largest[g[i] > 0] = std::max(largest[g[i] > 0], d[i]);
  }
  for (std::size_t i = 0; i < d.size(); ++i) {
    largest_penalty[g[i] > 0] = std::max(largest_penalty[g[i] > 0], largest[g[i] > 0] - d[i]);
  }
  for (const bool normalise : {false, true}) {
    const auto phi = doubles(compute_field({FieldKind::boundary_penalty, {double(normalise)}}, problem, {}).map);
    for (std::size_t i = 0; i < d.size(); ++i) {
      const double expected = (largest[g[i] > 0] - d[i]) / (normalise ? largest_penalty[g[i] > 0] : 1);
      ASSERT_NEAR(phi[i], expected, 1e-5);
    }
  }
}

TEST(Fields, HausdorffWeightAddsPowersOfBothDistances) {
  const Problem problem = random_problem({10, 8, 6}, {1.2, 1, 2}, 4);
  std::vector<double> predicted;
  for (const double p : doubles(problem.prediction)) {
    predicted.push_back(p > 0.6 ? 1 : 0);
  }
  const auto dg = to_other_class(labels(problem.mask), problem.mask.grid, problem.spacing);
  const auto dp = to_other_class(predicted, problem.mask.grid, problem.spacing);
  for (const double alpha : {1.0, 2.0, 3.5}) {
    for (const bool one_sided : {false, true}) {
      const FieldRequest request{FieldKind::hausdorff_weight, {alpha, double(one_sided), 0.6}};
      const auto weight = doubles(compute_field(request, problem, {}).map);
      for (std::size_t i = 0; i < weight.size(); ++i) {
        const double expected = std::pow(dg[i], alpha) + (one_sided ? 0 : std::pow(dp[i], alpha));
        ASSERT_NEAR(weight[i], expected, 1e-5 * expected);
      }
    }
  }
}

TEST(Fields, MeanContourDistanceEqualsTryingAllPairs) {
  const Problem problem = random_problem({9, 8, 4}, {1, 1.5, 3}, 5);
  const Volume predicted = thresholded(problem, 0.5);
  const Volume from = boundary_voxels(predicted);
  const Volume to = boundary_voxels(problem.mask);
  double sum = 0;
  double count = 0;
  const Grid& grid = problem.mask.grid;
  for (std::int64_t a = 0; a < grid.voxels(); ++a) {
    if (from.voxels<std::uint8_t>()[a] == 0) {
      continue;
    }
    double nearest = INFINITY;
    for (std::int64_t b = 0; b < grid.voxels(); ++b) {
      if (to.voxels<std::uint8_t>()[b] != 0) {
        const Index x = index_of(grid, a);
        const Index y = index_of(grid, b);
        nearest =
            std::min(nearest, std::hypot(double(x[0] - y[0]), double(x[1] - y[1]) * 1.5, double(x[2] - y[2]) * 3));
      }
    }
    sum += nearest;
    ++count;
  }
  EXPECT_NEAR(mean_contour_distance(predicted, problem.mask, problem.spacing, {}), sum / count, 1e-6);
}

/// The structural part of losses.md N from scratch: direct 3-D windows, no separability.
struct NaiveStructure {
  Grid grid;
  int radius;
  double sigma, c4, floor, beta;
  bool renormalise;

  [[nodiscard]] std::vector<double> scores(const std::vector<double>& x) const {
    std::vector<double> result(x.size());
    for (std::int64_t at = 0; at < grid.voxels(); ++at) {
      const Index c = index_of(grid, at);
      double inside = 0, whole = 0, mean = 0, square = 0;
      Index o{};
      const auto reach = [&](int axis) { return grid.size[axis] > 1 ? radius : 0; };
      for (o[2] = -reach(2); o[2] <= reach(2); ++o[2]) {
        for (o[1] = -reach(1); o[1] <= reach(1); ++o[1]) {
          for (o[0] = -reach(0); o[0] <= reach(0); ++o[0]) {
            const double w = std::exp(-0.5 * double(o[0] * o[0] + o[1] * o[1] + o[2] * o[2]) / (sigma * sigma));
            whole += w;
            const Index n{c[0] + o[0], c[1] + o[1], c[2] + o[2]};
            if (n[0] < 0 || n[1] < 0 || n[2] < 0 || n[0] >= grid.size[0] || n[1] >= grid.size[1] ||
                n[2] >= grid.size[2]) {
              continue;
            }
            const double v = x[grid.offset(n[0], n[1], n[2])];
            inside += w;
            mean += w * v;
            square += w * v * v;
          }
        }
      }
      const double total = renormalise ? inside : whole;
      mean /= total;
      const double deviation = std::sqrt(std::max(square / total - mean * mean, 0.0) + floor);
      result[at] = (x[at] - mean + c4) / (deviation + c4);
    }
    return result;
  }

  /// {e of every voxel, cut below beta e_max}
  [[nodiscard]] std::vector<double> error(const std::vector<double>& g, const std::vector<double>& p) const {
    const auto a = scores(g);
    const auto b = scores(p);
    std::vector<double> e(a.size());
    double largest = 0;
    for (std::size_t i = 0; i < e.size(); ++i) {
      e[i] = std::abs(a[i] - b[i]);
      largest = std::max(largest, e[i]);
    }
    for (double& x : e) {
      x = x > beta * largest ? x : 0;
    }
    return e;
  }
};

TEST(Fields, StructuralErrorEqualsANaiveWindow) {
  for (const Index size : {Index{9, 8, 5}, Index{12, 9, 1}, Index{1, 21, 3}}) {
    const Problem problem = random_problem(size, {1, 1, 1}, 6);
    for (const bool renormalise : {true, false}) {
      const NaiveStructure naive{problem.mask.grid, 2, 1.5, 0.01, 1e-8, 0.1, renormalise};
      const auto expected = naive.error(labels(problem.mask), doubles(problem.prediction));
      const FieldRequest request{FieldKind::structural_error, {0.1, 5, 1.5, 0.01, 1e-8, renormalise ? 0.0 : 1.0}};
      const Field field = compute_field(request, problem, {});
      double counted = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        counted += expected[i] > 0 ? 1 : 0;
        ASSERT_NEAR(field.map.voxels<float>()[i], expected[i], 1e-5 * (1 + expected[i]));
      }
      EXPECT_EQ(field.scalars[0], counted);
    }
  }
}

TEST(Fields, StructuralFieldsAreTheSameInPiecesAndOnThreads) {
  const Problem problem = random_problem({17, 11, 29}, {1, 1, 1}, 11);
  for (const double width : {3.0, 5.0}) {
    for (const double zero_padding : {0.0, 1.0}) {
      const FieldRequest request{FieldKind::structural_error, {0.1, width, 1.5, 0.01, 1e-8, zero_padding, 0.25}};
      for (const auto compute : {structural_error, structural_slope}) {
        const Field whole = compute(request, problem, {}, {.slices = 1 << 20, .rows = 1 << 20}, 1);
        for (const int threads : {1, 3}) {
          const Field parts = compute(request, problem, {}, {.slices = 1, .rows = 1}, threads);
          EXPECT_EQ(doubles(whole.map), doubles(parts.map));
          EXPECT_EQ(whole.scalars, parts.scalars);
        }
      }
    }
  }
}

TEST(Fields, StructuralSlopeEqualsDifferencesOfTheNaiveLoss) {
  const Problem problem = random_problem({11, 7, 4}, {1, 1, 1}, 7);  // rows that are not whole vectors
  const double lambda = 0.25;
  const NaiveStructure naive{problem.mask.grid, 1, 1.5, 0.01, 1e-8, 0, true};
  const auto g = labels(problem.mask);
  const auto p = doubles(problem.prediction);
  const FieldRequest request{FieldKind::structural_slope, {0, 3, 1.5, 0.01, 1e-8, 0, lambda}};
  const auto slope = doubles(compute_field(request, problem, {}).map);
  // With beta 0 every voxel counts, so that M does not change; the cross-entropy is held: only e is differentiated.
  const auto value = [&](const std::vector<double>& changed) {
    const auto e = naive.error(g, changed);
    double sum = 0;
    for (std::size_t i = 0; i < e.size(); ++i) {
      sum += e[i] * -std::log(g[i] > 0 ? p[i] : 1 - p[i]);
    }
    return (1 - lambda) * sum / static_cast<double>(e.size());
  };
  double largest = 0;
  for (const double s : slope) {
    largest = std::max(largest, std::abs(s));
  }
  for (std::size_t i = 0; i < p.size(); i += 5) {
    auto up = p;
    auto down = p;
    up[i] += 1e-6;
    down[i] -= 1e-6;
    EXPECT_NEAR(slope[i], (value(up) - value(down)) / 2e-6, 1e-5 * largest) << i;
  }
}

TEST(Fields, AreComputedOnceAndAgainWhenTheirDataChange) {
  Problem problem = random_problem({9, 8, 7}, {1, 1, 1}, 8);
  FieldCache cache;
  const FieldRequest by_mask{FieldKind::mask_distance, {}};
  const FieldRequest by_prediction{FieldKind::prediction_distance, {0.5}};
  const FieldPtr mask_field = cache.get(by_mask, problem);
  const FieldPtr prediction_field = cache.get(by_prediction, problem);
  EXPECT_EQ(cache.get(by_mask, problem), mask_field);
  EXPECT_EQ(cache.get(by_prediction, problem), prediction_field);
  problem.prediction = random_problem({9, 8, 7}, {1, 1, 1}, 9).prediction;
  EXPECT_EQ(cache.get(by_mask, problem), mask_field);
  EXPECT_NE(cache.get(by_prediction, problem), prediction_field);
  problem.spacing = {2, 1, 1};
  EXPECT_NE(cache.get(by_mask, problem), mask_field);
}

}  // namespace
}  // namespace lossscope
