// SPDX-License-Identifier: Apache-2.0
#include "app/engine/error_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <random>

#include "losses/registry.h"

namespace lossscope {
namespace {

/// A loss evaluated with its defaults.
LossResult result_of(const char* loss_id, const Problem& problem) {
  LossResult result{find_loss(loss_id), problem, find_loss(loss_id)->defaults(), {}, {}};
  FieldCache cache;
  for (const FieldRequest& request : result.loss->fields(result.parameters)) {
    result.fields.push_back(cache.get(request, problem));
  }
  result.reduction = result.loss->reduce(result.parameters, problem, result.fields);
  return result;
}

Problem empty_problem(std::array<std::int64_t, 3> size) {
  Grid grid;
  grid.size = size;
  grid.spacing = {0.8, 1, 1.5};
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32),
                  PredictionKind::probability, grid.spacing};
  std::ranges::fill(problem.prediction.voxels<float>(), 0.02F);
  return problem;
}

/// Blobs at random, of which the prediction has some, and noise.
Problem random_problem(std::uint32_t seed) {
  Problem problem = empty_problem({37, 29, 23});
  std::mt19937 random(seed);
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto p = problem.prediction.voxels<float>();
  std::uniform_real_distribution<float> noise(0, 0.62F);
  for (std::size_t at = 0; at < g.size(); ++at) {
    p[at] = noise(random);
    g[at] = random() % 40 == 0 ? 1 : 0;
  }
  return problem;
}

std::vector<float> map_of(const LossResult& result, MapKind kind) {
  std::vector<float> map(static_cast<std::size_t>(result.problem.mask.grid.voxels()));
  const std::span<float> out(map);
  result.loss->map_volume(result.parameters, result.problem, result.fields, result.reduction, {&kind, 1}, {&out, 1});
  return map;
}

/// The voxels of the piece that begins at `seed`, by flooding.
std::vector<std::int64_t> flooded(const Grid& grid, std::vector<bool>& wrong, std::int64_t seed) {
  std::vector<std::int64_t> voxels;
  std::deque<std::int64_t> next{seed};
  wrong[static_cast<std::size_t>(seed)] = false;
  while (!next.empty()) {
    const std::int64_t at = next.front();
    next.pop_front();
    voxels.push_back(at);
    const std::int64_t i = at % grid.size[0], j = at / grid.size[0] % grid.size[1],
                       k = at / grid.size[0] / grid.size[1];
    for (std::int64_t step = 0; step < 27; ++step) {
      const std::int64_t x = i + step % 3 - 1, y = j + step / 3 % 3 - 1, z = k + step / 9 - 1;
      if (x < 0 || y < 0 || z < 0 || x >= grid.size[0] || y >= grid.size[1] || z >= grid.size[2]) {
        continue;
      }
      const auto there = static_cast<std::size_t>(grid.offset(x, y, z));
      if (wrong[there]) {
        wrong[there] = false;
        next.push_back(static_cast<std::int64_t>(there));
      }
    }
  }
  return voxels;
}

/// Every error of the list, by the first voxel of the piece that its place belongs to, is the piece that flooding
/// finds.
void expect_flooded(const LossResult& result, MapKind gradient, const ErrorList& list) {
  const Grid& grid = result.problem.mask.grid;
  const auto g = result.problem.mask.voxels<std::uint8_t>();
  const auto p = result.problem.prediction.voxels<float>();
  const std::vector<float> contributions = map_of(result, MapKind::contribution), slopes = map_of(result, gradient);
  std::map<std::int64_t, const ErrorComponent*> by_voxel;
  for (const ErrorGroup& group : list.groups) {
    for (const ErrorComponent& error : group.errors) {
      EXPECT_TRUE(by_voxel.emplace(grid.offset(error.voxel[0], error.voxel[1], error.voxel[2]), &error).second);
    }
  }
  std::size_t pieces = 0;
  for (const bool missed : {true, false}) {
    std::vector<bool> wrong(g.size());
    for (std::size_t at = 0; at < g.size(); ++at) {
      wrong[at] = missed ? g[at] != 0 && p[at] <= 0.5F : g[at] == 0 && p[at] > 0.5F;
    }
    for (std::size_t seed = 0; seed < g.size(); ++seed) {
      if (!wrong[seed]) {
        continue;
      }
      const auto voxels = flooded(grid, wrong, static_cast<std::int64_t>(seed));
      double contribution = 0, slope = 0;
      const ErrorComponent* error = nullptr;
      float largest = -1;
      for (const std::int64_t at : voxels) {
        contribution += static_cast<double>(contributions[static_cast<std::size_t>(at)]);
        slope += std::abs(static_cast<double>(slopes[static_cast<std::size_t>(at)]));
        largest = std::max(largest, contributions[static_cast<std::size_t>(at)]);
        const auto found = by_voxel.find(at);
        error = found == by_voxel.end() ? error : found->second;
      }
      ++pieces;
      ASSERT_NE(error, nullptr) << "no error of the list lies in the piece at " << seed;
      EXPECT_EQ(error->kind, missed ? ErrorKind::missed : ErrorKind::false_alarm);
      EXPECT_EQ(error->voxels, std::ssize(voxels));
      EXPECT_NEAR(error->contribution, contribution, 1e-12 + 1e-9 * contribution);
      EXPECT_NEAR(error->gradient, slope, 1e-12 + 1e-9 * slope);
      const auto at = static_cast<std::size_t>(grid.offset(error->voxel[0], error->voxel[1], error->voxel[2]));
      EXPECT_EQ(contributions[at], largest) << "one looks at the voxel that adds most";
    }
  }
  EXPECT_EQ(by_voxel.size(), pieces);
}

TEST(ErrorList, HoldsThePiecesThatFloodingFinds) {
  for (const char* loss : {"bce", "dice", "hausdorff"}) {
    const LossResult result = result_of(loss, random_problem(11));
    const ErrorList list = error_list(result, MapKind::gradient_logit, 2);
    ASSERT_GT(list.groups.size(), 20U);
    expect_flooded(result, MapKind::gradient_logit, list);
    for (std::size_t at = 1; at < list.groups.size(); ++at) {
      EXPECT_GE(list.groups[at - 1].contribution(), list.groups[at].contribution());
    }
    double all = 0;
    for (const float slope : map_of(result, MapKind::gradient_logit)) {
      all += std::abs(static_cast<double>(slope));
    }
    EXPECT_NEAR(list.gradient, all, 1e-9 * all);
    EXPECT_EQ(list.value, result.reduction.value);
    EXPECT_NEAR(list.voxel_volume, 1.2, 1e-12);
  }
}

TEST(ErrorList, TheNumberOfThreadsChangesNothing) {
  const LossResult result = result_of("focal", random_problem(5));
  const ErrorList one = error_list(result, MapKind::gradient_probability, 1);
  const ErrorList four = error_list(result, MapKind::gradient_probability, 4);
  ASSERT_EQ(one.groups.size(), four.groups.size());
  EXPECT_EQ(one.gradient, four.gradient);
  for (std::size_t at = 0; at < one.groups.size(); ++at) {
    EXPECT_EQ(one.groups[at].contribution(), four.groups[at].contribution());
    EXPECT_EQ(one.groups[at].errors.front().voxel, four.groups[at].errors.front().voxel);
  }
}

/// Sets a box of voxels.
template <class T>
void fill(const Volume& volume, std::array<int, 3> low, std::array<int, 3> high, T value) {
  for (int k = low[2]; k < high[2]; ++k) {
    for (int j = low[1]; j < high[1]; ++j) {
      for (int i = low[0]; i < high[0]; ++i) {
        volume.voxels<T>()[static_cast<std::size_t>(volume.grid.offset(i, j, k))] = value;
      }
    }
  }
}

TEST(ErrorList, TiesAreOneGroupAndNothingElseIs) {
  Problem problem = empty_problem({40, 30, 20});
  for (int piece = 0; piece < 5; ++piece) {  // five equal specks that are missed ...
    fill<std::uint8_t>(problem.mask, {2 + 6 * piece, 3, 4}, {4 + 6 * piece, 5, 6}, 1);
  }
  fill<std::uint8_t>(problem.mask, {2, 15, 4}, {5, 17, 6}, 1);         // ... a larger one ...
  fill<float>(problem.prediction, {20, 20, 10}, {22, 22, 12}, 0.98F);  // ... a false alarm as large ...
  fill<float>(problem.prediction, {30, 20, 10}, {32, 22, 12}, 0.9F);   // ... and one that costs less
  const LossResult result = result_of("bce", problem);
  const ErrorList list = error_list(result, MapKind::gradient_logit);
  ASSERT_EQ(list.groups.size(), 4U);
  EXPECT_EQ(list.groups[0].errors.size(), 5U);
  EXPECT_EQ(list.groups[0].errors.front().kind, ErrorKind::missed);
  EXPECT_EQ(list.groups[1].errors.front().voxels, 12);
  EXPECT_EQ(list.groups[2].errors.front().kind, ErrorKind::false_alarm);
  EXPECT_GT(list.groups[2].contribution(), list.groups[3].contribution());
  // -ln 0.02 for each of 5 x 8 voxels, of a mean.
  EXPECT_NEAR(list.groups[0].contribution(), 40 * -std::log(0.02) / 24'000, 1e-6);
}

TEST(ErrorList, APerfectPredictionHasNone) {
  Problem problem = empty_problem({10, 10, 1});
  fill<std::uint8_t>(problem.mask, {2, 2, 0}, {5, 5, 1}, 1);
  fill<float>(problem.prediction, {2, 2, 0}, {5, 5, 1}, 0.9F);
  const ErrorList list = error_list(result_of("dice", problem), MapKind::gradient_logit);
  EXPECT_TRUE(list.groups.empty());
  EXPECT_TRUE(list.flat);
  EXPECT_NEAR(list.voxel_volume, 0.8, 1e-12) << "an area";
}

}  // namespace
}  // namespace lossscope
