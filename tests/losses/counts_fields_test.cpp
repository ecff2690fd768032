// SPDX-License-Identifier: Apache-2.0
// Auxiliary fields and surfaces where some voxels do not count, against the definitions of losses.md tried on all pairs
// of voxels and on whole windows: "no boundary runs between an ignored voxel and another".
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "losses/fields/compute.h"
#include "losses/fields/distance.h"
#include "losses/fields/structural.h"
#include "losses/metrics/metrics.h"

namespace lossscope {
namespace {

using Index = std::array<std::int64_t, 3>;
enum class Class : std::uint8_t { ignored, background, mask };
using Classes = std::vector<Class>;

/// A blob with holes, beside a slab and scattered voxels that do not count.
Problem some_problem(Index size, std::array<double, 3> spacing, unsigned seed) {
  const Grid grid{size, spacing};
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), {}, spacing};
  problem.counts = make_volume(grid, VoxelType::uint8);
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> draw(0.02, 0.98);
  for (std::int64_t at = 0; at < grid.voxels(); ++at) {
    const bool slab = at % size[0] < 2 || (at / size[0] % size[1] == size[1] / 2 && at % size[0] > size[0] / 2);
    const bool counts = !slab && draw(engine) > 0.15;
    problem.counts.voxels<std::uint8_t>()[at] = counts ? 1 : 0;
    problem.mask.voxels<std::uint8_t>()[at] = counts && draw(engine) < 0.3 ? 1 : 0;
    problem.prediction.voxels<float>()[at] = static_cast<float>(draw(engine));
  }
  return problem;
}

Classes mask_of(const Problem& problem) {
  Classes classes;
  for (std::size_t i = 0; i < problem.mask.voxels<std::uint8_t>().size(); ++i) {
    classes.push_back(problem.counted()[i] == 0                     ? Class::ignored
                      : problem.mask.voxels<std::uint8_t>()[i] != 0 ? Class::mask
                                                                    : Class::background);
  }
  return classes;
}

Classes predicted_of(const Problem& problem, double threshold) {
  Classes classes = mask_of(problem);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const bool found = static_cast<double>(problem.prediction.voxels<float>()[i]) > threshold;
    classes[i] = classes[i] == Class::ignored ? Class::ignored : found ? Class::mask : Class::background;
  }
  return classes;
}

Index index_of(const Grid& grid, std::int64_t at) {
  return {at % grid.size[0], at / grid.size[0] % grid.size[1], at / grid.size[0] / grid.size[1]};
}

double apart(const Grid& grid, const std::array<double, 3>& h, std::int64_t a, std::int64_t b) {
  const Index x = index_of(grid, a), y = index_of(grid, b);
  return std::hypot(double(x[0] - y[0]) * h[0], double(x[1] - y[1]) * h[1], double(x[2] - y[2]) * h[2]);
}

/// Signed distance of each voxel to the nearest of the other class; 0 where it does not count or there is none.
std::vector<double> signed_distances(const Classes& classes, const Grid& grid, const std::array<double, 3>& h) {
  std::vector<double> result(classes.size());
  for (std::int64_t a = 0; a < grid.voxels(); ++a) {
    double nearest = INFINITY;
    for (std::int64_t b = 0; b < grid.voxels(); ++b) {
      const bool others = classes[a] != Class::ignored && classes[b] != Class::ignored && classes[a] != classes[b];
      nearest = others ? std::min(nearest, apart(grid, h, a, b)) : nearest;
    }
    result[a] = std::isinf(nearest) ? 0 : (classes[a] == Class::mask ? -nearest : nearest);
  }
  return result;
}

/// Voxels of the mask with a face on background or on the outside; not on what does not count.
std::vector<std::int64_t> surface_of(const Classes& classes, const Grid& grid) {
  std::vector<std::int64_t> surface;
  for (std::int64_t at = 0; at < grid.voxels(); ++at) {
    const Index c = index_of(grid, at);
    bool edge = false;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      for (const int step : {-1, 1}) {
        Index n = c;
        n[axis] += step;
        const bool outside = n[axis] < 0 || n[axis] >= grid.size[axis];
        edge =
            edge || (grid.size[axis] > 1 && (outside || classes[grid.offset(n[0], n[1], n[2])] == Class::background));
      }
    }
    if (edge && classes[at] == Class::mask) {
      surface.push_back(at);
    }
  }
  return surface;
}

std::vector<double> nearest_distances(const std::vector<std::int64_t>& from, const std::vector<std::int64_t>& to,
                                      const Grid& grid, const std::array<double, 3>& h) {
  std::vector<double> distances;
  for (const std::int64_t a : from) {
    double nearest = INFINITY;
    for (const std::int64_t b : to) {
      nearest = std::min(nearest, apart(grid, h, a, b));
    }
    distances.push_back(nearest);
  }
  return distances;
}

const std::vector<Problem>& problems() {
  static const std::vector<Problem> kAll{some_problem({13, 9, 5}, {0.7, 1.3, 2.5}, 3),
                                         some_problem({17, 12, 1}, {1, 1, 1}, 4),
                                         some_problem({9, 7, 40}, {2, 1, 1}, 5)};
  return kAll;
}

void expect_near(const Volume& found, const std::vector<double>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(found.voxels<float>()[i], expected[i], 1e-5 * (1 + std::abs(expected[i]))) << i;
  }
}

TEST(CountedFields, DistancesAreToTheOtherClassAmongTheVoxelsThatCount) {
  for (const Problem& problem : problems()) {
    const Grid& grid = problem.mask.grid;
    const auto expected = signed_distances(mask_of(problem), grid, problem.spacing);
    const Field field = compute_field({FieldKind::mask_distance, {}}, problem, {});
    expect_near(field.map, expected);
    const double largest =
        std::abs(*std::ranges::max_element(expected, {}, [](double distance) { return std::abs(distance); }));
    EXPECT_NEAR(field.scalars[0], largest, 1e-5);
    expect_near(compute_field({FieldKind::prediction_distance, {0.4}}, problem, {}).map,
                signed_distances(predicted_of(problem, 0.4), grid, problem.spacing));
    std::vector<float> visited(expected.size());
    visit_signed_distance(
        problem.mask, problem.spacing, 3, {},
        [&](std::int64_t k, std::span<const float> slice) {
          std::ranges::copy(slice, visited.begin() + k * std::ssize(slice));
        },
        problem.counts);
    EXPECT_TRUE(std::ranges::equal(visited, field.map.voxels<float>())) << "slice by slice";
    for (std::int64_t at = 0; at < grid.voxels(); at += 3) {
      EXPECT_NEAR(signed_distance_at(problem.mask, problem.spacing, index_of(grid, at), {}, problem.counts),
                  expected[at], 1e-5);
    }
  }
}

TEST(CountedFields, WithoutACountedVoxelOfAClassThereIsNoDistance) {
  Problem problem = some_problem({8, 7, 3}, {1, 1, 1}, 6);
  problem.mask = make_volume(problem.mask.grid, VoxelType::uint8);
  const Volume none = make_volume(problem.mask.grid, VoxelType::uint8);
  for (const Volume& counts : {problem.counts, none}) {
    const Volume distance = signed_distance(problem.mask, {1, 1, 1}, 0, {}, counts);
    EXPECT_EQ(std::ranges::count(distance.voxels<float>(), 0.0F), problem.mask.grid.voxels());
  }
}

TEST(CountedFields, PenaltiesAndWeightsFollowTheDefinitions) {
  for (const Problem& problem : problems()) {
    const Grid& grid = problem.mask.grid;
    const Classes g = mask_of(problem);
    const auto dg = signed_distances(g, grid, problem.spacing);
    const auto dp = signed_distances(predicted_of(problem, 0.6), grid, problem.spacing);
    std::array<double, 2> far{}, highest{};
    for (std::size_t i = 0; i < g.size(); ++i) {
      far[g[i] == Class::mask] = std::max(far[g[i] == Class::mask], std::abs(dg[i]));
    }
    std::vector<double> phi, normalised, weight, one_sided;
    for (std::size_t i = 0; i < g.size(); ++i) {
      const bool counts = g[i] != Class::ignored;
      phi.push_back(counts ? far[g[i] == Class::mask] - std::abs(dg[i]) : 0);
      highest[g[i] == Class::mask] = std::max(highest[g[i] == Class::mask], phi.back());
      weight.push_back(std::pow(std::abs(dg[i]), 1.5) + std::pow(std::abs(dp[i]), 1.5));
      one_sided.push_back(dg[i] * dg[i]);
    }
    for (std::size_t i = 0; i < g.size(); ++i) {
      const double by = highest[g[i] == Class::mask];
      normalised.push_back(by > 0 ? phi[i] / by : 0);
    }
    expect_near(compute_field({FieldKind::boundary_penalty, {0}}, problem, {}).map, phi);
    expect_near(compute_field({FieldKind::boundary_penalty, {1}}, problem, {}).map, normalised);
    expect_near(compute_field({FieldKind::hausdorff_weight, {1.5, 0, 0.6}}, problem, {}).map, weight);
    expect_near(compute_field({FieldKind::hausdorff_weight, {2, 1, 0.6}}, problem, {}).map, one_sided);
  }
}

TEST(CountedFields, ContoursRunBetweenVoxelsThatCount) {
  for (const Problem& problem : problems()) {
    const Grid& grid = problem.mask.grid;
    const Classes g = mask_of(problem), p = predicted_of(problem, 0.5);
    const auto distances = nearest_distances(surface_of(p, grid), surface_of(g, grid), grid, problem.spacing);
    double sum = 0;
    for (const double d : distances) {
      sum += d;
    }
    for (const bool everywhere : {false, true}) {
      const Field field = compute_field({FieldKind::boundary_mismatch, {0.5, double(everywhere)}}, problem, {});
      EXPECT_NEAR(field.scalars[0], sum / double(distances.size()), 1e-5);
      std::vector<double> differs;
      for (std::size_t i = 0; i < g.size(); ++i) {
        differs.push_back(g[i] != Class::ignored && (everywhere || g[i] != p[i]) ? 1 : 0);
      }
      expect_near(field.map, differs);
    }
  }
}

TEST(CountedFields, SurfaceMetricsAreThoseByBruteForce) {
  const auto percentile = [](std::vector<double> values, double share) {
    std::ranges::sort(values);
    const double at = share * double(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    return std::lerp(values[low], values[std::min(low + 1, values.size() - 1)], at - double(low));
  };
  for (const Problem& problem : problems()) {
    const Grid& grid = problem.mask.grid;
    const auto a = surface_of(mask_of(problem), grid), b = surface_of(predicted_of(problem, 0.5), grid);
    const auto to_b = nearest_distances(a, b, grid, grid.spacing), to_a = nearest_distances(b, a, grid, grid.spacing);
    const Metrics found = compute_metrics(problem);
    EXPECT_NEAR(found.hausdorff, std::max(std::ranges::max(to_b), std::ranges::max(to_a)), 1e-5);
    EXPECT_NEAR(found.hausdorff95, std::max(percentile(to_b, 0.95), percentile(to_a, 0.95)), 1e-5);
  }
}

/// Statistics of whole windows over the voxels that count; with zero padding the outside counts as zeros.
struct NaiveStructure {
  const Problem& problem;
  int radius;
  bool zero_padding;
  double sigma = 1.5, c4 = 0.01, floor = 1e-8, beta = 0;

  [[nodiscard]] std::vector<double> scores(const std::vector<double>& x) const {
    const Grid& grid = problem.mask.grid;
    std::vector<double> result(x.size());
    for (std::int64_t at = 0; at < grid.voxels(); ++at) {
      const Index c = index_of(grid, at);
      double weights = 0, mean = 0, square = 0;
      const auto reach = [&](std::size_t axis) { return grid.size[axis] > 1 ? radius : 0; };
      for (std::int64_t k = c[2] - reach(2); k <= c[2] + reach(2); ++k) {
        for (std::int64_t j = c[1] - reach(1); j <= c[1] + reach(1); ++j) {
          for (std::int64_t i = c[0] - reach(0); i <= c[0] + reach(0); ++i) {
            const bool outside = i < 0 || j < 0 || k < 0 || i >= grid.size[0] || j >= grid.size[1] || k >= grid.size[2];
            const double w = std::exp(-0.5 * (std::pow(i - c[0], 2) + std::pow(j - c[1], 2) + std::pow(k - c[2], 2)) /
                                      (sigma * sigma));
            if (outside ? zero_padding : problem.counted()[grid.offset(i, j, k)] != 0) {
              const double v = outside ? 0 : x[grid.offset(i, j, k)];
              weights += w;
              mean += w * v;
              square += w * v * v;
            }
          }
        }
      }
      mean /= weights;
      const double deviation = std::sqrt(std::max(square / weights - mean * mean, 0.0) + floor);
      result[at] = (x[at] - mean + c4) / (deviation + c4);
    }
    return result;
  }

  [[nodiscard]] std::vector<double> error(const std::vector<double>& p) const {
    const auto g = problem.mask.voxels<std::uint8_t>();
    const auto a = scores({g.begin(), g.end()}), b = scores(p);
    std::vector<double> e(a.size());
    for (std::size_t i = 0; i < e.size(); ++i) {
      e[i] = problem.counted()[i] != 0 ? std::abs(a[i] - b[i]) : 0;
    }
    const double largest = std::ranges::max(e);
    for (double& x : e) {
      x = x > beta * largest ? x : 0;
    }
    return e;
  }
};

std::vector<double> probabilities(const Problem& problem) {
  const auto p = problem.prediction.voxels<float>();
  return {p.begin(), p.end()};
}

TEST(CountedFields, LocalWindowsAreRenormalisedOverTheVoxelsThatCount) {
  for (const Problem& problem : problems()) {
    for (const bool zero_padding : {false, true}) {
      NaiveStructure naive{problem, 2, zero_padding};
      naive.beta = 0.1;
      const auto expected = naive.error(probabilities(problem));
      const FieldRequest request{FieldKind::structural_error, {0.1, 5, 1.5, 0.01, 1e-8, double(zero_padding)}};
      const Field field = compute_field(request, problem, {});
      expect_near(field.map, expected);
      EXPECT_EQ(field.scalars[0], std::ranges::count_if(expected, [](double e) { return e > 0; }));
      EXPECT_NEAR(field.scalars[1], std::ranges::max(expected), 1e-5 * field.scalars[1]);
      const Field in_pieces = structural_error(request, problem, {}, {3, 2});
      EXPECT_TRUE(std::ranges::equal(in_pieces.map.voxels<float>(), field.map.voxels<float>()));
    }
  }
}

TEST(CountedFields, TheStructuralSlopeIsTheSlopeOfTheNaiveLoss) {
  const Problem problem = some_problem({8, 7, 4}, {1, 1, 1}, 7);
  const auto p = probabilities(problem);
  const auto g = problem.mask.voxels<std::uint8_t>();
  const double lambda = 0.25;
  for (const bool zero_padding : {false, true}) {
    const NaiveStructure naive{problem, 1, zero_padding};
    const FieldRequest request{FieldKind::structural_slope, {0, 3, 1.5, 0.01, 1e-8, double(zero_padding), lambda}};
    const Field field = compute_field(request, problem, {});
    const auto slope = field.map.voxels<float>();
    // With beta 0 every voxel that counts is in M; the cross-entropy is held: only e is differentiated.
    const auto value = [&](const std::vector<double>& changed) {
      const auto e = naive.error(changed);
      double sum = 0;
      for (std::size_t i = 0; i < e.size(); ++i) {
        sum += e[i] * -std::log(g[i] != 0 ? p[i] : 1 - p[i]);
      }
      return (1 - lambda) * sum / double(std::ranges::count_if(e, [](double x) { return x > 0; }));
    };
    const float largest = std::abs(*std::ranges::max_element(slope, {}, [](float s) { return std::abs(s); }));
    for (std::size_t i = 0; i < p.size(); i += 3) {
      auto up = p, down = p;
      up[i] += 1e-6;
      down[i] -= 1e-6;
      EXPECT_NEAR(slope[i], (value(up) - value(down)) / 2e-6, 1e-5F * largest) << i;
    }
  }
}

}  // namespace
}  // namespace lossscope
