// SPDX-License-Identifier: Apache-2.0
// What noise does to one voxel is told from a structure, however small or thin.
#include "app/engine/single_voxels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "app/engine/frame_computer.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using Place = std::array<std::int64_t, 3>;

/// A background without errors, in which single voxels are made worse.
class Made {
 public:
  explicit Made(Place size = {9, 9, 9}, std::uint8_t label = 0) : label_(label) {
    const Grid grid{size};
    problem_.mask = make_volume(grid, VoxelType::uint8);
    problem_.prediction = make_volume(grid, VoxelType::float32);
    std::fill_n(problem_.mask.voxels<std::uint8_t>().begin(), grid.voxels(), label);
    std::fill_n(problem_.prediction.voxels<float>().begin(), grid.voxels(), label == 0 ? 0.0F : 1.0F);
  }
  Made& wrong(Place at, float by) {
    problem_.prediction.voxels<float>()[offset(at)] = label_ == 0 ? by : 1 - by;
    return *this;
  }
  Made& label(Place at, std::uint8_t label) {
    problem_.mask.voxels<std::uint8_t>()[offset(at)] = label;
    return *this;
  }
  Made& uncounted(Place at) {
    if (problem_.counts.empty()) {
      problem_.counts = make_volume(problem_.mask.grid, VoxelType::uint8);
      std::fill_n(problem_.counts.voxels<std::uint8_t>().begin(), problem_.mask.grid.voxels(), std::uint8_t{1});
    }
    problem_.counts.voxels<std::uint8_t>()[offset(at)] = 0;
    return *this;
  }
  /// Of the voxels that are more than a tenth wrong, whether each is single.
  [[nodiscard]] std::map<std::int64_t, bool> found() const {
    std::map<std::int64_t, bool> result;
    for (const auto& [at, single] : wrong_voxels(problem_, {0.1F, 0.9F}, 2, {})) {
      result[at] = single;
    }
    return result;
  }
  [[nodiscard]] std::int64_t offset(Place at) const { return problem_.mask.grid.offset(at[0], at[1], at[2]); }

 private:
  Problem problem_;
  std::uint8_t label_;
};

TEST(SingleVoxels, AreOneAloneOrTwoTogether) {
  for (const std::uint8_t label : {std::uint8_t{0}, std::uint8_t{1}}) {
    Made one({9, 9, 9}, label);
    one.wrong({4, 4, 4}, 1).wrong({0, 0, 0}, 1).wrong({8, 8, 8}, 0.2F).wrong({1, 8, 8}, 0.05F);
    const auto found = one.found();
    EXPECT_EQ(found.size(), 3U) << "a twentieth is not so wrong";
    for (const auto& [at, single] : found) {
      EXPECT_TRUE(single) << at;
    }
    Made two({9, 9, 9}, label);
    two.wrong({4, 4, 4}, 1).wrong({5, 5, 5}, 1);
    EXPECT_TRUE(two.found().at(two.offset({4, 4, 4})));
    EXPECT_TRUE(two.found().at(two.offset({5, 5, 5})));
  }
}

TEST(SingleVoxels, AreNotThreeInARowEvenWhereEachIsWorseThanTheOneBefore) {
  Made line;
  line.wrong({2, 4, 4}, 0.4F).wrong({3, 4, 4}, 0.6F).wrong({4, 5, 4}, 0.8F).wrong({5, 5, 5}, 0.9F);
  const auto found = line.found();
  EXPECT_TRUE(found.at(line.offset({5, 5, 5}))) << "none is as wrong";
  EXPECT_TRUE(found.at(line.offset({4, 5, 4}))) << "one is";
  EXPECT_FALSE(found.at(line.offset({3, 4, 4}))) << "and the one behind it, too";
  EXPECT_FALSE(found.at(line.offset({2, 4, 4})));
}

TEST(SingleVoxels, HaveNoNeighboursAcrossTheMasksEdgeNorAmongVoxelsThatDoNotCount) {
  Made made;
  made.wrong({4, 4, 4}, 0.8F).wrong({3, 4, 4}, 0.9F).wrong({5, 4, 4}, 0.9F);
  EXPECT_FALSE(made.found().at(made.offset({4, 4, 4})));
  made.label({3, 4, 4}, 1);
  EXPECT_TRUE(made.found().at(made.offset({4, 4, 4}))) << "of the mask 0.9 is right";
  made.label({3, 4, 4}, 0).uncounted({5, 4, 4});
  EXPECT_TRUE(made.found().at(made.offset({4, 4, 4})));
  EXPECT_FALSE(made.found().contains(made.offset({5, 4, 4})));
}

TEST(SingleVoxels, AreNeighboursWithinTheGridOnly) {
  Made row({4, 3, 1});  // the end of a row and the beginning of the next lie side by side in memory
  row.wrong({3, 0, 0}, 1).wrong({0, 1, 0}, 1).wrong({3, 2, 0}, 1);
  for (const auto& [at, single] : row.found()) {
    EXPECT_TRUE(single) << at;
  }
}

/// A background of 80 x 80 x 80 voxels and a ball in it, predicted a little unsure at its rim; `change` makes it worse.
Sources ball_with(const std::function<void(const Grid&, std::span<float>)>& change) {
  return {
      .files = [change](const InputChoice& input, const ReadingHints&, Role role, const Progress&, std::stop_token) {
        LoadedVolume loaded;
        loaded.path = input.path;
        loaded.grid.size = {80, 80, 80};
        loaded.volume = make_volume(loaded.grid, role == Role::mask ? VoxelType::uint8 : VoxelType::float32);
        for (std::int64_t at = 0; at < loaded.grid.voxels(); ++at) {
          const std::int64_t i = at % 80 - 40, j = at / 80 % 80 - 40, k = at / 6400 - 40;
          const double outside = std::sqrt(static_cast<double>(i * i + j * j + k * k)) - 25;
          if (role == Role::mask) {
            loaded.volume.voxels<std::uint8_t>()[at] = outside < 0 ? 1 : 0;
          } else {
            loaded.volume.voxels<float>()[at] = static_cast<float>(1 / (1 + std::exp(1.5 * (outside - 0.5))));
          }
        }
        if (role == Role::mask) {
          loaded.labels = {{0, 1}, {1, 1}};
        } else {
          change(loaded.grid, loaded.volume.voxels<float>());
        }
        loaded.values.maximum = 1;
        return loaded;
      }};
}

FramePtr frame_of(const Sources& sources, const std::string& loss) {
  Session session;
  session.study.mask.path = "mask";
  session.predict_from<FromFile>().file.path = "prediction";
  session.loss.id = loss;
  return FrameComputer(2, sources).compute(session);
}

TEST(TheRange, EndsAtTheRimWhereNoiseClampedSingleVoxels) {
  for (const char* loss : {"bce", "focal"}) {
    const auto clean = frame_of(ball_with([](const Grid&, std::span<float>) {}), loss);
    EXPECT_EQ(clean->range.above, 0);
    const auto noisy =
        frame_of(ball_with([](const Grid& grid, std::span<float> p) { p[grid.offset(30, 40, 40)] = 0; }), loss);
    EXPECT_GE(noisy->range.above, 1) << loss;
    EXPECT_LE(noisy->range.high, clean->range.high) << loss;
    EXPECT_GT(noisy->range.high, 0.8 * clean->range.high) << loss << ": the rim's own worst voxels may be single, too";
  }
}

TEST(TheRange, EndsAtAMissedStructureHoweverSmallOrThin) {
  for (const char* loss : {"bce", "focal"}) {
    for (const bool line : {false, true}) {
      const auto missed =
          frame_of(ball_with([&](const Grid& grid, std::span<float> p) {
                     for (std::int64_t step = 0; step < 3; ++step) {
                       p[line ? grid.offset(30 + step, 40 + step, 40) : grid.offset(30, 40, 40 + step)] = 0;
                     }
                   }),
                   loss);
      EXPECT_EQ(missed->range.above, 0) << loss;
      const auto map = testing::whole_map(*missed->result, MapKind::contribution);
      EXPECT_EQ(missed->range.high, static_cast<double>(*std::max_element(map.begin(), map.end()))) << loss;
    }
  }
}

}  // namespace
}  // namespace lossscope
