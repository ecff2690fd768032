// SPDX-License-Identifier: Apache-2.0
// Parts of one lattice: where they lie and what becomes of them, by the world positions of single voxels.
#include "app/io/lattice.h"

#include "app/io/label_map.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using testing::oblique;

/// The lattice voxel of `grid` at an index, with the axes as said, as a grid of its own.
Grid piece(const Grid& grid, const std::array<std::int64_t, 3>& first, const std::array<std::int64_t, 3>& size,
           const std::array<std::size_t, 3>& axes, const std::array<int, 3>& steps) {
  Grid made;
  std::array<double, 3> index{};
  for (std::size_t m = 0; m < 3; ++m) {
    made.size[m] = size[m];
    made.spacing[m] = grid.spacing[axes[m]];
    index[m] = static_cast<double>(first[m]);
    for (std::size_t row = 0; row < 3; ++row) {
      made.direction[3 * row + m] = steps[m] * grid.direction[3 * row + axes[m]];
    }
  }
  made.origin = grid.to_world(index);
  return made;
}

/// A value for a place in the world, on a lattice of whole millimetres or not.
float value_at(const std::array<double, 3>& world) {
  return static_cast<float>(world[0] + 100 * world[1] + 10000 * world[2]);
}

Volume marked(const Grid& grid) {
  Volume volume = make_volume(grid, VoxelType::float32);
  std::size_t at = 0;
  for (std::int64_t k = 0; k < grid.size[2]; ++k) {
    for (std::int64_t j = 0; j < grid.size[1]; ++j) {
      for (std::int64_t i = 0; i < grid.size[0]; ++i) {
        volume.voxels<float>()[at++] = value_at(grid.to_world({double(i), double(j), double(k)}));
      }
    }
  }
  return volume;
}

const Grid kGrid{{7, 6, 5}, {1.1, 0.7, 2.3}, {-30, 12, 55}, oblique(true)};

TEST(Lattice, EveryOrderOfAxesIsFoundAndPutWhereItLies) {
  std::array<std::size_t, 3> axes{0, 1, 2};
  int orders = 0;
  do {
    for (int flips = 0; flips < 8; ++flips) {
      const std::array<int, 3> steps{(flips & 1) != 0 ? -1 : 1, (flips & 2) != 0 ? -1 : 1, (flips & 4) != 0 ? -1 : 1};
      std::array<std::int64_t, 3> first{2, 1, 1};
      std::array<std::int64_t, 3> size{};
      for (std::size_t m = 0; m < 3; ++m) {
        size[m] = 3;
        first[axes[m]] = steps[m] < 0 ? 3 : 1;  // voxels 1 to 3 of that axis
      }
      const Grid part = piece(kGrid, first, size, axes, steps);
      const auto block = placement(kGrid, part);
      ASSERT_TRUE(block);
      EXPECT_TRUE(block->is_within(kGrid));
      EXPECT_FALSE(block->covers(kGrid));
      EXPECT_EQ(block->keeps_order(), axes == (std::array<std::size_t, 3>{0, 1, 2}) && flips == 0);
      const Volume whole = placed(marked(part), kGrid, *block, -7);
      const Volume expected = marked(kGrid);
      for (std::int64_t k = 0; k < 5; ++k) {
        for (std::int64_t j = 0; j < 6; ++j) {
          for (std::int64_t i = 0; i < 7; ++i) {
            const auto at = static_cast<std::size_t>(kGrid.offset(i, j, k));
            const bool in = i >= 1 && i <= 3 && j >= 1 && j <= 3 && k >= 1 && k <= 3;
            ASSERT_NEAR(whole.voxels<float>()[at], in ? expected.voxels<float>()[at] : -7.0F, 0.1)
                << i << ' ' << j << ' ' << k << " order " << orders << " flips " << flips;
          }
        }
      }
      ++orders;
    }
  } while (std::ranges::next_permutation(axes).found);
  EXPECT_EQ(orders, 48);
}

TEST(Lattice, HalfAVoxelAsideIsAnotherLattice) {
  Grid aside = kGrid;
  aside.origin = kGrid.to_world({0.5, 0, 0});
  EXPECT_FALSE(placement(kGrid, aside));
  aside.origin = kGrid.to_world({0.01, 1, -2});
  const auto block = placement(kGrid, aside);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->first, (std::array<std::int64_t, 3>{0, 1, -2}));
  Grid coarser = kGrid;
  coarser.spacing[1] = 1.4;
  EXPECT_FALSE(placement(kGrid, coarser));
}

TEST(Lattice, WhatIsUnitedHoldsBoth) {
  Grid aside = kGrid;
  aside.origin = kGrid.to_world({-2, 0, 3});
  const Grid both = united(kGrid, *placement(kGrid, aside));
  EXPECT_EQ(both.size, (std::array<std::int64_t, 3>{9, 6, 8}));
  testing::expect_same_grid(part_of_lattice(kGrid, {-2, 0, 0}, {6, 5, 7}), both);
  EXPECT_TRUE(placement(both, kGrid)->is_within(both));
  EXPECT_TRUE(placement(both, aside)->is_within(both));
}

TEST(Lattice, CoveringCountsVoxelsBeyondHalfAOne) {
  const Grid unit{{4, 4, 4}, {1, 1, 1}, {0, 0, 0}};
  Grid shifted = unit;
  shifted.origin[0] = 0.5;
  EXPECT_EQ(covering(unit, shifted).size, unit.size) << "half a voxel";
  shifted.origin[0] = 0.8;
  EXPECT_EQ(covering(unit, shifted).size[0], 5);
  const Grid coarse{{4, 2, 2}, {2, 2, 2}, {-1.5, 0.5, 0.5}};
  const Grid covered = covering(unit, coarse);  // from -2.5 to 5.5 along x
  EXPECT_EQ(covered.size, (std::array<std::int64_t, 3>{8, 4, 4}));
  EXPECT_EQ(covered.origin[0], -2);
}

TEST(Lattice, WhoKnowsNoGeometrySaysTheOrigin) {
  EXPECT_TRUE(has_default_place({{3, 3, 3}, {1, 1, 2}, {0, 0, 0}}));
  EXPECT_TRUE(has_default_place({{3, 3, 3}, {1, 1, 1}, {0, 0, 0}, {-1, 0, 0, 0, -1, 0, 0, 0, 1}}));
  EXPECT_FALSE(has_default_place({{3, 3, 3}, {1, 1, 1}, {0, 0, 1}}));
  EXPECT_FALSE(has_default_place({{3, 3, 3}, {1, 1, 1}, {0, 0, 0}, {0, 1, 0, 1, 0, 0, 0, 0, 1}}));
}

TEST(Lattice, WhatLiesOutsideACroppedPredictionIsItsBackground) {
  LoadedVolume prediction;
  prediction.values.minimum = -3;
  EXPECT_EQ(background_of(prediction, PredictionMeaning::probability), 0);
  EXPECT_EQ(background_of(prediction, PredictionMeaning::logit), -static_cast<double>(kSureLogit));
  EXPECT_EQ(background_of(prediction, PredictionMeaning::rescale), -3);
}

TEST(Lattice, LabelsAreNeverInterpolated) {
  LoadedVolume prediction;
  EXPECT_EQ(role_for_fitting(prediction, PredictionMeaning::automatic), Role::prediction);
  EXPECT_EQ(role_for_fitting(prediction, PredictionMeaning::label), Role::mask);
  prediction.labels = {{0, 5}, {1, 3}};
  EXPECT_EQ(role_for_fitting(prediction, PredictionMeaning::automatic), Role::mask) << "0 and 1 are labels, too";
  prediction.stored_type = "float32";
  EXPECT_EQ(role_for_fitting(prediction, PredictionMeaning::probability), Role::prediction) << "as was said";
  prediction.stored_type = "uint8";
  EXPECT_EQ(role_for_fitting(prediction, PredictionMeaning::probability), Role::mask);
  prediction.labels.push_back({2, 1});
  EXPECT_EQ(role_for_fitting(prediction, PredictionMeaning::automatic), Role::mask);
  EXPECT_EQ(role_for_fitting(prediction, PredictionMeaning::u8), Role::prediction);
}

}  // namespace
}  // namespace lossscope
