// SPDX-License-Identifier: Apache-2.0
// Results take over the memory of those that were let go, as long as it is of their size and not too much.
#include "losses/outputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "basics/sanitized.h"
#include "losses/evaluate.h"
#include "tests/losses/cases.h"

namespace lossscope {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

Grid grid_of(std::int64_t slices) {
  Grid grid;
  grid.size = {512, 512, slices};  // a mebibyte a slice of float32
  return grid;
}

class Outputs : public ::testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "nothing is kept, so that a sanitizer sees what is used too late";
    }
    free_spare_outputs();
  }
  void TearDown() override { free_spare_outputs(); }
};

TEST_F(Outputs, TakeOverTheMemoryOfTheLastOfTheirSize) {
  Volume first = make_output(grid_of(8), VoxelType::float32);
  std::ranges::fill(first.voxels<float>(), 7.0F);
  const void* address = first.data.get();
  const std::weak_ptr<void> old = first.data;
  EXPECT_EQ(spare_output_bytes(), 0U) << "it is in use";
  first = {};
  EXPECT_TRUE(old.expired()) << "who remembers it must not take the next one for it";
  EXPECT_EQ(spare_output_bytes(), 8 * kMebibyte);
  const Volume other = make_output(grid_of(9), VoxelType::float32);
  EXPECT_NE(other.data.get(), address);
  const Volume next = make_output(grid_of(8), VoxelType::float32);
  EXPECT_EQ(next.data.get(), address);
  EXPECT_TRUE(old.owner_before(next.data) || next.data.owner_before(old));
  EXPECT_EQ(spare_output_bytes(), 0U);
  const Volume zeroed = make_volume(grid_of(8), VoxelType::float32);
  EXPECT_TRUE(std::ranges::all_of(zeroed.voxels<float>(), [](float x) { return x == 0; }));
}

TEST_F(Outputs, KeepNoMoreThanTheyMay) {
  for (int round = 0; round < 3; ++round) {
    std::vector<Volume> many;
    for (int i = 0; i < 10; ++i) {
      many.push_back(make_output(grid_of(60), VoxelType::float32));
    }
    many.clear();
    EXPECT_EQ(spare_output_bytes(), 4 * 60 * kMebibyte);
  }
  (void)make_output(grid_of(300), VoxelType::float32);
  EXPECT_LE(spare_output_bytes(), kMostSpareBytes) << "one that is larger than all that may be kept";
  free_spare_outputs();
  EXPECT_EQ(spare_output_bytes(), 0U);
}

TEST_F(Outputs, AreHandedOutOnceOnAnyThread) {
  std::vector<std::thread> threads;
  for (unsigned char mine = 1; mine <= 4; ++mine) {
    threads.emplace_back([mine] {
      for (int round = 0; round < 50; ++round) {
        const Volume volume = make_output(grid_of(8), VoxelType::uint8);
        const auto voxels = volume.voxels<std::uint8_t>();
        std::ranges::fill(voxels, mine);
        ASSERT_TRUE(std::ranges::all_of(voxels, [mine](std::uint8_t x) { return x == mine; }));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

/// Makes what is kept for results on this grid hold nonsense.
void spoil_spares(const Grid& grid) {
  std::vector<Volume> spoilt;
  for (int i = 0; i < 5; ++i) {
    const Volume floats = make_output(grid, VoxelType::float32), bytes = make_output(grid, VoxelType::uint8);
    std::ranges::fill(floats.voxels<float>(), std::numeric_limits<float>::quiet_NaN());
    std::ranges::fill(bytes.voxels<std::uint8_t>(), std::uint8_t{0xA5});
    spoilt.insert(spoilt.end(), {floats, bytes});
  }
}

/// Two balls, one predicted too large and the other not at all; large enough for its results to be kept.
Problem large_problem() {
  Grid grid;
  grid.size = {136, 128, 122};
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32)};
  for (std::int64_t at = 0; at < grid.voxels(); ++at) {
    const std::int64_t i = at % grid.size[0], j = at / grid.size[0] % grid.size[1],
                       k = at / grid.size[0] / grid.size[1];
    const double away = std::hypot(i - 40, j - 60, k - 55);
    problem.mask.voxels<std::uint8_t>()[at] = away < 21 || std::hypot(i - 100, j - 60, k - 70) < 9 ? 1 : 0;
    problem.prediction.voxels<float>()[at] = static_cast<float>(1 / (1 + std::exp((away - 25) / 3)));
  }
  return problem;
}

/// Every field that any loss asks for, by default.
std::vector<FieldPtr> all_fields(const Problem& problem) {
  std::vector<FieldPtr> fields;
  for (const Loss* loss : all_losses()) {
    const auto of_loss = testing::fields_for(*loss, loss->defaults(), problem);
    fields.insert(fields.end(), of_loss.begin(), of_loss.end());
  }
  return fields;
}

TEST_F(Outputs, AreWrittenWholeWhateverTheMemoryHeld) {
  const Problem all = large_problem();
  const Volume counts = testing::random_counts(all.mask.grid, 0.2, 5);
  for (const Problem& problem : {all, testing::counting_only(all, counts)}) {
    const auto fresh = all_fields(problem);
    ASSERT_FALSE(fresh.empty());
    free_spare_outputs();
    spoil_spares(problem.mask.grid);
    const std::size_t spare = spare_output_bytes();
    ASSERT_GT(spare, 0U);
    const auto again = all_fields(problem);
    EXPECT_LT(spare_output_bytes(), spare) << "the fields took none of it";
    for (std::size_t at = 0; at < fresh.size(); ++at) {
      EXPECT_TRUE(std::ranges::equal(fresh[at]->map.voxels<float>(), again[at]->map.voxels<float>())) << at;
      EXPECT_EQ(fresh[at]->scalars, again[at]->scalars) << at;
    }
  }
}

}  // namespace
}  // namespace lossscope
