// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/shape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "losses/guide/traits.h"

namespace lossscope {
namespace {

/// A mask on a grid of 0.7 x 0.9 x 1.3 mm: 1 where `inside` says so of a place in mm from the grid's middle.
template <class Inside>
Volume drawn(std::array<std::int64_t, 3> size, std::array<double, 3> spacing, const Inside& inside) {
  Grid grid;
  grid.size = size;
  grid.spacing = spacing;
  Volume mask = make_volume(grid, VoxelType::uint8);
  const auto g = mask.voxels<std::uint8_t>();
  for (std::int64_t at = 0; at < grid.voxels(); ++at) {
    const std::array<std::int64_t, 3> index{at % size[0], at / size[0] % size[1], at / size[0] / size[1]};
    std::array<double, 3> place{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      place[axis] = (static_cast<double>(index[axis]) - static_cast<double>(size[axis] - 1) / 2) * spacing[axis];
    }
    g[static_cast<std::size_t>(at)] = inside(place) ? 1 : 0;
  }
  return mask;
}

Problem problem_with(const Volume& mask) {
  return {mask, make_volume(mask.grid, VoxelType::float32), PredictionKind::probability, mask.grid.spacing};
}

TEST(Shape, ABallReadsOneHoweverItsVoxelsAre) {
  for (const std::array<double, 3>& spacing : {std::array{1.0, 1.0, 1.0}, std::array{0.7, 0.9, 1.3}}) {
    for (const double radius : {8.0, 16.0}) {
      const auto inside = [&](const std::array<double, 3>& x) { return std::hypot(x[0], x[1], x[2]) <= radius; };
      const Volume ball = drawn({56, 52, 44}, spacing, inside);
      EXPECT_NEAR(surface_of(ball) / (4 * std::numbers::pi * radius * radius), 1, 0.03) << radius;
      EXPECT_NEAR(measure_case(problem_with(ball)).traits.sphericity, 1, 0.03) << radius;
      EXPECT_LT(measure_case(problem_with(ball)).traits.linearity, 0.3);
    }
  }
  const auto disc = [](const std::array<double, 3>& x) { return std::hypot(x[0], x[1]) <= 12; };
  const CaseTraits flat = measure_case(problem_with(drawn({50, 50, 1}, {0.8, 0.6, 5}, disc))).traits;
  EXPECT_TRUE(flat.flat);
  EXPECT_NEAR(flat.sphericity, 1, 0.03) << "of a disc in one slice, whatever the slice's thickness";
}

TEST(Shape, APictureIsOneAlongAnyAxis) {
  const auto at = [](std::size_t flat, double value) {  // the picture's 0.8 x 0.6 mm, with an axis of 5 mm put in
    std::array<double, 3> spacing{0.8, 0.6, 0};
    std::copy_backward(spacing.begin() + static_cast<std::ptrdiff_t>(flat), spacing.end() - 1, spacing.end());
    spacing[flat] = value;
    return spacing;
  };
  CaseTraits first;
  for (const std::size_t flat : {2U, 1U, 0U}) {
    std::array<std::int64_t, 3> size{60, 50, 50};
    size = flat == 2   ? std::array<std::int64_t, 3>{60, 50, 1}
           : flat == 1 ? std::array<std::int64_t, 3>{60, 1, 50}
                       : std::array<std::int64_t, 3>{1, 60, 50};
    const auto disc = [flat](std::array<double, 3> x) {
      x[flat] = 0;
      return std::hypot(x[0], x[1], x[2]) <= 12;
    };
    const CaseTraits traits = measure_case(problem_with(drawn(size, at(flat, 5), disc))).traits;
    EXPECT_TRUE(traits.flat) << flat;
    EXPECT_NEAR(traits.sphericity, 1, 0.03) << flat;
    first = flat == 2 ? traits : first;
    EXPECT_EQ(traits.sphericity, first.sphericity) << flat;
    EXPECT_EQ(traits.surface_per_volume, first.surface_per_volume) << flat;
    EXPECT_EQ(traits.thickness, first.thickness) << flat;
    EXPECT_EQ(traits.rim_share, first.rim_share) << flat;
  }
  const Volume line = drawn({1, 40, 1}, {1, 1, 1}, [](const std::array<double, 3>& x) { return std::abs(x[1]) < 5; });
  EXPECT_TRUE(measure_case(problem_with(line)).traits.flat) << "a line is one of many pictures";
}

TEST(Shape, APlaneHasItsAreaWhateverItsTilt) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (int turn = 0; turn < 12; ++turn) {
    std::array<double, 3> n{normal(random), normal(random), normal(random)};
    const double length = std::hypot(n[0], n[1], n[2]);
    // A slab between two planes, cut by a ball: two discs, and a rim that is no more than 2 pi R times its thickness.
    const double radius = 20, half = 4;
    const Volume slab = drawn({46, 46, 46}, {1, 1, 1}, [&](const std::array<double, 3>& x) {
      const double along = (x[0] * n[0] + x[1] * n[1] + x[2] * n[2]) / length;
      return std::abs(along) <= half && std::hypot(x[0], x[1], x[2]) <= radius;
    });
    const double discs = 2 * std::numbers::pi * (radius * radius - half * half);
    const double rim =
        4 * std::numbers::pi * radius * half;  // Archimedes: a zone of a ball has 2 pi R times its height
    EXPECT_NEAR(surface_of(slab) / (discs + rim), 1, 0.06) << n[0] << " " << n[1] << " " << n[2];
  }
}

TEST(Shape, TubesAreToldFromSheetsAndBalls) {
  const auto helix = [](const std::array<double, 3>& x) {  // a tube of radius 1.5 wound around the axis k
    const double angle = x[2] / 4;
    return std::hypot(x[0] - 12 * std::cos(angle), x[1] - 12 * std::sin(angle), 0.0) <= 1.5;
  };
  const CaseTraits tube = measure_case(problem_with(drawn({40, 40, 60}, {1, 1, 1}, helix))).traits;
  EXPECT_GT(tube.linearity, 0.6);
  EXPECT_LT(tube.sphericity, 0.6);
  const auto shell = [](const std::array<double, 3>& x) { return std::abs(std::hypot(x[0], x[1], x[2]) - 16) <= 1.5; };
  const CaseTraits sheet = measure_case(problem_with(drawn({40, 40, 40}, {1, 1, 1}, shell))).traits;
  EXPECT_LT(sheet.linearity, 0.4);
  EXPECT_LT(sheet.sphericity, 0.5);
  const auto ring = [](const std::array<double, 3>& x) { return std::abs(std::hypot(x[0], x[1]) - 30) <= 1.5; };
  const CaseTraits strip = measure_case(problem_with(drawn({80, 80, 1}, {1, 1, 1}, ring))).traits;
  EXPECT_GT(strip.linearity, 0.6);
  EXPECT_NEAR(strip.thickness, 3, 0.3);
}

}  // namespace
}  // namespace lossscope
