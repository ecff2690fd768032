// SPDX-License-Identifier: Apache-2.0
// Two grids: the same, a hair apart, in need of a choice, or not overlapping at all.
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

}  // namespace
}  // namespace lossscope
