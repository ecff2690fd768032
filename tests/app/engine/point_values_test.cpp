// SPDX-License-Identifier: Apache-2.0
#include "app/engine/point_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "app/engine/frame_computer.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

/// Points anywhere in the grid and up to a voxel beyond it, many of them on voxel centres.
std::vector<std::array<float, 3>> some_points(const Grid& grid) {
  std::mt19937 random(7);
  std::vector<std::array<float, 3>> points;
  for (int at = 0; at < 4000; ++at) {
    std::array<float, 3> point{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      point[axis] = std::uniform_real_distribution<float>(-1, static_cast<float>(grid.size[axis]))(random);
      point[axis] = at % 3 == 0 ? std::round(point[axis]) : point[axis];
    }
    points.push_back(point);
  }
  return points;
}

/// The same by looking at every voxel that is less than one voxel away.
float brute_force(const Volume& map, const std::array<float, 3>& point) {
  const auto near = [&](std::size_t axis, std::int64_t index) {
    const float inside = std::clamp(point[axis], 0.0F, static_cast<float>(map.grid.size[axis] - 1));
    const float away = static_cast<float>(index) - inside;
    return away > -1 && away <= 1;  // the voxel below a centre and the one above it
  };
  float largest = 0;
  for (std::int64_t k = 0; k < map.grid.size[2]; ++k) {
    for (std::int64_t j = 0; j < map.grid.size[1]; ++j) {
      for (std::int64_t i = 0; i < map.grid.size[0]; ++i) {
        const float value = map.voxels<float>()[static_cast<std::size_t>(map.grid.offset(i, j, k))];
        if (near(0, i) && near(1, j) && near(2, k) && std::abs(value) > std::abs(largest)) {
          largest = value;
        }
      }
    }
  }
  return largest;
}

TEST(PointValues, AreThoseOfTheWholeMap) {
  MemoryCase files;
  const auto frame = FrameComputer(1, files.sources()).compute(MemoryCase::session());
  const LossResult& result = *frame->result;
  Volume map = make_volume(frame->data->grid, VoxelType::float32);
  constexpr MapKind kKind = MapKind::gradient_logit;
  const std::span<float> out[]{map.voxels<float>()};
  result.loss->map_volume(result.parameters, result.problem, result.fields, result.reduction, {&kKind, 1}, out);
  const auto points = some_points(map.grid);
  const auto computed = values_around(map.grid, points, map_values(frame->result, kKind), 2);
  EXPECT_EQ(computed, values_around(map.grid, points, volume_values(map), 1));
  int different = 0;
  for (std::size_t at = 0; at < points.size(); ++at) {
    different += computed[at] != brute_force(map, points[at]) ? 1 : 0;
  }
  EXPECT_EQ(different, 0);
}

TEST(PointValues, WhatIsNotFiniteIsSeen) {
  const Grid grid{.size = {5, 4, 3}};
  Volume map = make_volume(grid, VoxelType::float32);
  map.voxels<float>()[static_cast<std::size_t>(grid.offset(2, 2, 1))] = std::nanf("");
  map.voxels<float>()[static_cast<std::size_t>(grid.offset(1, 2, 1))] = -8;
  const std::array<std::array<float, 3>, 3> points{{{1.5F, 1.5F, 0.5F}, {0.5F, 1.5F, 0.5F}, {3.5F, 0, 2}}};
  const auto values = values_around(grid, points, volume_values(map));
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_EQ(values[1], -8);
  EXPECT_EQ(values[2], 0);
}

TEST(PointValues, NoPointsNoWork) {
  const auto never = [](std::int64_t, std::span<float>) { FAIL(); };
  EXPECT_TRUE(values_around(Grid{.size = {5, 4, 3}}, {}, never).empty());
}

TEST(PointValues, AStopEndsIt) {
  const Grid grid{.size = {5, 4, 30}};
  std::stop_source stop;
  const std::array<std::array<float, 3>, 2> points{{{1, 1, 1}, {1, 1, 20}}};
  const auto values = [&](std::int64_t, std::span<float>) { stop.request_stop(); };
  EXPECT_THROW((void)values_around(grid, points, values, 1, stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace lossscope
