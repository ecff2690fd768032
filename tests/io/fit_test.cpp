// SPDX-License-Identifier: Apache-2.0
// Two grids: the same, a hair apart, in need of a choice, or not overlapping at all.
#include "app/io/fit_choices.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using testing::anisotropic_grid;

Grid moved(Grid grid, double mm) {
  grid.origin[0] += mm;
  return grid;
}

LoadedVolume ramp(const Grid& grid) {
  LoadedVolume loaded;
  loaded.path = "ramp.nii";
  loaded.grid = grid;
  loaded.volume = make_volume(grid, VoxelType::float32);
  std::size_t at = 0;
  for (std::int64_t k = 0; k < grid.size[2]; ++k) {
    for (std::int64_t j = 0; j < grid.size[1]; ++j) {
      for (std::int64_t i = 0; i < grid.size[0]; ++i) {
        const auto world = grid.to_world({double(i), double(j), double(k)});
        loaded.volume.voxels<float>()[at++] = static_cast<float>(world[0] + 10 * world[1] + 100 * world[2]);
      }
    }
  }
  return loaded;
}

TEST(Fit, AHairIsAdoptedAndSaid) {
  const Grid grid = anisotropic_grid(true);
  EXPECT_EQ(compare_grids(grid, grid).fit, Fit::same);
  EXPECT_EQ(compare_grids(grid, moved(grid, 1e-6)).fit, Fit::adopted);
  EXPECT_EQ(compare_grids(grid, moved(grid, 0.5)).fit, Fit::needs_choice);
  EXPECT_EQ(compare_grids(grid, moved(grid, 500)).fit, Fit::no);
  Grid larger = grid;
  larger.size[2] += 1;
  EXPECT_EQ(compare_grids(grid, larger).fit, Fit::adopted) << "one lattice, one voxel more";
  EXPECT_EQ(compare_grids(grid, larger).lies, Lies::part);
}

TEST(Fit, NothingIsResampledInSilence) {
  const Grid grid = anisotropic_grid(false);
  std::vector<Assumption> assumptions;
  try {
    (void)fit_to(grid, ramp(moved(grid, 0.5)), Role::image, GridChoice::refuse, assumptions);
    FAIL();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.code, "E_GRID");
    EXPECT_EQ(refusal.file, "ramp.nii");
  }
  EXPECT_TRUE(assumptions.empty());
}

TEST(Fit, ResamplingALinearRampIsExactInside) {
  const Grid source{{20, 18, 16}, {1.1, 0.9, 1.4}, {-10, -9, -8}, testing::oblique(true)};
  Grid target = source;
  target.size = {6, 5, 4};
  target.spacing = {0.8, 1.2, 1.0};
  target.origin = source.to_world({7, 6, 5});
  const Volume expected = ramp(target).volume;
  std::vector<Assumption> assumptions;
  const Volume volume = fit_to(target, ramp(source), Role::image, GridChoice::resample, assumptions);
  EXPECT_EQ(volume.grid, target);
  for (std::size_t i = 0; i < volume.voxels<float>().size(); ++i) {
    EXPECT_NEAR(volume.voxels<float>()[i], expected.voxels<float>()[i], 2e-3);
  }
  ASSERT_EQ(assumptions.size(), 1U);
}

TEST(Fit, UsingAsItIsKeepsTheVoxels) {
  const Grid grid = anisotropic_grid(false);
  const LoadedVolume other = ramp(moved(grid, 0.5));
  std::vector<Assumption> assumptions;
  const Volume volume = fit_to(grid, other, Role::image, GridChoice::ignore_header, assumptions);
  EXPECT_EQ(volume.grid, grid);
  EXPECT_TRUE(std::ranges::equal(volume.voxels<float>(), other.volume.voxels<float>()));
  EXPECT_EQ(assumptions.size(), 1U);
}

TEST(Fit, LabelsAreNeverInterpolated) {
  const Grid grid{{9, 9, 9}, {1, 1, 1}, {0, 0, 0}};
  LoadedVolume labels;
  labels.grid = grid;
  labels.volume = make_volume(grid, VoxelType::uint8);
  for (std::size_t i = 0; i < 729; ++i) {
    labels.volume.voxels<std::uint8_t>()[i] = i % 2 == 0 ? 10 : 200;
  }
  std::vector<Assumption> assumptions;
  Grid target = moved(grid, 0.4);
  target.size = {8, 8, 8};
  const Volume volume = fit_to(target, labels, Role::mask, GridChoice::resample, assumptions);
  for (const std::uint8_t value : volume.voxels<std::uint8_t>()) {
    EXPECT_TRUE(value == 10 || value == 200) << int(value);
  }
}

/// A mask without a place, of half the size: each of its voxels holds eight of the prediction's.
TEST(Fit, AMaskThatIsStretchedHasTheFieldOfViewAndTheLengthsOfThePrediction) {
  LoadedVolume mask, prediction;
  mask.has_grid = false;
  mask.volume = make_volume({{5, 4, 3}, {1, 1, 1}, {0, 0, 0}}, VoxelType::uint8);
  prediction.volume = make_volume({{10, 8, 6}, {1, 1.5, 2}, {-10, 20, 5}}, VoxelType::float32);
  mask.grid = mask.volume.grid;
  prediction.grid = prediction.volume.grid;
  const Grid grid = case_grid({&mask, &prediction, nullptr, GridChoice::refuse, GridChoice::stretch});
  testing::expect_same_grid({{5, 4, 3}, {2, 3, 4}, {-9.5, 20.75, 6}}, grid);
  EXPECT_EQ(case_grid({&mask, &prediction}).spacing, mask.volume.grid.spacing) << "only where it was said";
}

/// An array's numbers are no place, even where its voxels would lie on those of the case.
TEST(Fit, AnArrayOfAnotherSizeIsStretchedAndNeverPutSomewhere) {
  const Grid placed{{10, 8, 6}, {1, 1, 1}, {-2, -1, -1}};
  LoadedVolume array;
  array.has_grid = false;
  array.volume = make_volume({{5, 4, 3}, {1, 1, 1}, {0, 0, 0}}, VoxelType::float32);
  array.grid = array.volume.grid;
  array.labels = {{0, 30}, {1, 30}};  // a map of labels would be padded, if it had a place
  std::ranges::fill(array.volume.voxels<float>(), 1.0F);
  for (const Role role : {Role::prediction, Role::mask}) {
    std::vector<Assumption> told;
    try {
      (void)fit_to(placed, array, role, GridChoice::refuse, told);
      ADD_FAILURE() << to_string(role);
    } catch (const Refusal& refusal) {
      ASSERT_EQ(refusal.choices.size(), 2U) << refusal.what();
      EXPECT_EQ(refusal.choices[0].answer, "stretch");
      EXPECT_EQ(refusal.choices[1].answer, "pad");
    }
    EXPECT_THROW((void)fit_to(placed, array, role, GridChoice::resample, told), Refusal) << "by whose millimetres?";
    const Volume stretched_volume = fit_to(placed, array, role, GridChoice::stretch, told);
    const auto voxels = stretched_volume.voxels<float>();
    EXPECT_TRUE(std::ranges::all_of(voxels, [](float v) { return v == 1; })) << "the whole field of view";
  }
}

/// A map of labels that was cut out and saved without its place lies on the mask's lattice by chance.
TEST(Fit, APartAtTheOriginOfTheWorldIsAskedAbout) {
  const Grid whole{{10, 8, 6}, {1, 1, 1}, {-2, -1, -1}};
  Grid part = whole;
  part.size = {4, 4, 3};
  part.origin = {0, 0, 0};
  EXPECT_EQ(compare_grids(whole, part).lies, Lies::lost_part);
  EXPECT_EQ(compare_grids(part, whole).lies, Lies::lost_part) << "a mask that was cut out";
  Grid at_origin = whole, known = part;
  at_origin.origin = {0, 0, 0};
  known.origin = {2, 1, 1};
  EXPECT_EQ(compare_grids(at_origin, known).lies, Lies::part) << "cut out by a program that knows where";
  known.origin = {-1, 0, 0};
  EXPECT_EQ(compare_grids(whole, known).lies, Lies::part);
  LoadedVolume labels = ramp(part);
  labels.labels = {{0, 20}, {1, 28}};
  std::vector<Assumption> told;
  EXPECT_THROW((void)fit_to(whole, labels, Role::prediction, GridChoice::refuse, told), Refusal);
  EXPECT_EQ(fit_to(whole, labels, Role::prediction, GridChoice::pad, told).grid, whole);
}

/// First voxel on first voxel: the lattice is that of the file that has a place, and nothing predicted is cut away.
TEST(Fit, WhatHasNoPlaceCanBeginWhereTheOtherDoes) {
  const Grid place{{5, 4, 3}, {1, 1.5, 2}, {-10, 20, 5}};
  LoadedVolume placed, array;
  placed.volume = make_volume(place, VoxelType::float32);
  placed.grid = place;
  array.has_grid = false;
  array.volume = make_volume({{8, 3, 4}, {1, 1, 1}, {0, 0, 0}}, VoxelType::float32);
  array.grid = array.volume.grid;
  std::ranges::fill(array.volume.voxels<float>(), 1.0F);
  Grid both = place;
  both.size = {8, 4, 4};
  EXPECT_EQ(case_grid({&placed, &array, nullptr, GridChoice::refuse, GridChoice::pad}), both);
  EXPECT_EQ(case_grid({&array, &placed, nullptr, GridChoice::refuse, GridChoice::pad}), both);
  EXPECT_EQ(case_grid({&placed, &array}), place) << "only where it was said";
  std::vector<Assumption> told;
  const Volume fitted = fit_to(both, array, Role::prediction, GridChoice::pad, told, -2);
  for (std::int64_t at = 0; at < both.voxels(); ++at) {
    const std::int64_t j = at / 8 % 4;
    EXPECT_EQ(fitted.voxels<float>()[static_cast<std::size_t>(at)], j < 3 ? 1 : -2) << at;
  }
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].code, "W_PADDED");
}

/// A mask that is an array beside a prediction with a place.
TEST(Fit, AMaskArrayOfAnotherSizeHasAWayOut) {
  LoadedVolume mask, prediction;
  mask.path = "m.npy";
  mask.format = "NumPy";
  mask.has_grid = false;
  prediction.path = "p.nii";
  prediction.volume = make_volume({{10, 8, 6}, {1, 1.5, 2}, {-10, 20, 5}}, VoxelType::float32);
  prediction.grid = prediction.volume.grid;
  const auto refused = [&](const std::array<std::int64_t, 3>& size) {
    mask.volume = make_volume({size, {1, 1, 1}, {0, 0, 0}}, VoxelType::uint8);
    mask.grid = mask.volume.grid;
    const Grid grid = case_grid({&mask, &prediction});
    std::vector<Assumption> told;
    try {
      (void)fit_prediction(grid, prediction, Role::prediction, GridChoice::refuse, told, 0, {mask.volume, &mask});
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.code, "E_GRID");
      return refusal.choices.front().id() + " of " + std::string(to_string(*refusal.role));
    }
    return std::string("fits");
  };
  EXPECT_EQ(refused({5, 4, 3}), "grid=stretch of prediction");
  EXPECT_EQ(refused({6, 8, 10}), "order=xyz of mask");
  const Grid grid = case_grid({&mask, &prediction, nullptr, GridChoice::refuse, GridChoice::stretch});
  std::vector<Assumption> told;
  const LoadedVolume labels = labels_on(grid, mask, GridChoice::refuse, told);
  const Volume fitted =
      fit_prediction(grid, prediction, Role::prediction, GridChoice::stretch, told, 0, {labels.volume, &labels}).volume;
  EXPECT_EQ(fitted.grid, grid);
}

}  // namespace
}  // namespace lossscope
