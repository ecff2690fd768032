// SPDX-License-Identifier: Apache-2.0
#include "app/engine/slicing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace lossscope {
namespace {

using Matrix = std::array<double, 9>;

Grid grid_of(const Matrix& direction, std::array<std::int64_t, 3> size = {4, 5, 6}) {
  Grid grid;
  grid.size = size;
  grid.spacing = {0.5, 1.0, 3.0};
  grid.origin = {-10, 20, 30};
  grid.direction = direction;
  return grid;
}

std::string letters(const ViewAxes& axes) { return {axes.left, axes.right, axes.top, axes.bottom}; }

/// Every way to lay the grid axes along the patient's, in both directions each: 48 grids, half of them left-handed.
std::vector<Grid> aligned_grids() {
  std::vector<Grid> grids;
  std::array<int, 3> order{0, 1, 2};
  do {
    for (int signs = 0; signs < 8; ++signs) {
      Matrix direction{};
      for (int patient = 0; patient < 3; ++patient) {
        direction[patient * 3 + order[patient]] = (signs >> patient & 1) ? -1 : 1;
      }
      grids.push_back(grid_of(direction));
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return grids;
}

/// Rotation by three angles in degrees: x, then y, then z.
Matrix rotation(double x, double y, double z) {
  const double r = std::numbers::pi / 180;
  const double cx = std::cos(x * r), sx = std::sin(x * r), cy = std::cos(y * r), sy = std::sin(y * r),
               cz = std::cos(z * r), sz = std::sin(z * r);
  return {cz * cy,
          cz * sy * sx - sz * cx,
          cz * sy * cx + sz * sx,
          sz * cy,
          sz * sy * sx + cz * cx,
          sz * sy * cx - cz * sx,
          -sy,
          cy * sx,
          cy * cx};
}

/// How far the patient coordinate `axis` moves from one pixel to another.
double moved(const Grid& grid, const ViewAxes& axes, std::array<int, 2> from, std::array<int, 2> to, int axis) {
  const auto world = [&](std::array<int, 2> at) {
    const auto v = axes.voxel(grid, at[0], at[1], 1);
    return grid.to_world({static_cast<double>(v[0]), static_cast<double>(v[1]), static_cast<double>(v[2])})[axis];
  };
  return world(to) - world(from);
}

void expect_upright(const Grid& grid) {
  constexpr int kLeft = 0, kBack = 1, kHead = 2;  // LPS
  for (const bool radiological : {true, false}) {
    const double side = radiological ? 1 : -1;  // radiological: the patient's left is on the right of the screen
    for (const Anatomical view : {Anatomical::axial, Anatomical::coronal}) {
      const ViewAxes axes = view_axes(grid, view, radiological);
      EXPECT_GT(side * moved(grid, axes, {0, 0}, {1, 0}, kLeft), 0);
      EXPECT_EQ(letters(axes).substr(0, 2), radiological ? "RL" : "LR");
    }
    const ViewAxes axial = view_axes(grid, Anatomical::axial, radiological);
    EXPECT_GT(moved(grid, axial, {0, 0}, {0, 1}, kBack), 0) << "nose up";
    EXPECT_EQ(letters(axial).substr(2), "AP");
    const ViewAxes coronal = view_axes(grid, Anatomical::coronal, radiological);
    EXPECT_LT(moved(grid, coronal, {0, 0}, {0, 1}, kHead), 0) << "head up";
    EXPECT_EQ(letters(coronal).substr(2), "SI");
    const ViewAxes sagittal = view_axes(grid, Anatomical::sagittal, radiological);
    EXPECT_GT(moved(grid, sagittal, {0, 0}, {1, 0}, kBack), 0) << "nose to the left";
    EXPECT_LT(moved(grid, sagittal, {0, 0}, {0, 1}, kHead), 0) << "head up";
    EXPECT_EQ(letters(sagittal), "APSI");
    EXPECT_EQ(axial.normal + coronal.normal + sagittal.normal, 3) << "each grid axis is stepped through once";
  }
}

TEST(ViewAxes, RasNiftiShowsTheRightHandOnTheLeft) {
  const Grid ras = grid_of({-1, 0, 0, 0, -1, 0, 0, 0, 1});  // i to the right, j to the front, k to the head
  const ViewAxes axial = view_axes(ras, Anatomical::axial, true);
  EXPECT_EQ(axial.voxel(ras, 0, 0, 2), (std::array<std::int64_t, 3>{3, 4, 2}));
  const ViewAxes neurological = view_axes(ras, Anatomical::axial, false);
  EXPECT_EQ(neurological.voxel(ras, 0, 0, 2), (std::array<std::int64_t, 3>{0, 4, 2}));
}

TEST(ViewAxes, AlignedGridsStandUpright) {
  for (const Grid& grid : aligned_grids()) {
    expect_upright(grid);
  }
}

TEST(ViewAxes, ObliqueGridsStandUpright) {
  for (const double x : {-30.0, 0.0, 25.0}) {
    for (const double y : {-28.0, 15.0}) {
      for (const double z : {-20.0, 0.0, 30.0}) {
        expect_upright(grid_of(rotation(x, y, z)));
      }
    }
  }
}

TEST(ViewAxes, EveryAxisIsUsedOnceWhenTwoAreNearestToTheSame) {
  // Turned by 44 and 50 degrees: by the largest cosine alone two patient axes would claim the same grid axis.
  for (const Matrix& direction : {rotation(44, 50, 10), rotation(45, 45, 45), rotation(54.7, 45, 0)}) {
    const Grid grid = grid_of(direction);
    for (const Anatomical view : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
      const ViewAxes axes = view_axes(grid, view, true);
      EXPECT_EQ((1 << axes.normal) | (1 << axes.column) | (1 << axes.row), 7);
    }
  }
}

TEST(ViewAxes, PixelIsTheInverseOfVoxel) {
  for (const Grid& grid : aligned_grids()) {
    for (const Anatomical view : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
      const ViewAxes axes = view_axes(grid, view, false);
      for (std::int64_t y = 0; y < axes.height(grid); ++y) {
        for (std::int64_t x = 0; x < axes.width(grid); ++x) {
          const auto voxel = axes.voxel(grid, x, y, 2);
          ASSERT_EQ(voxel[axes.normal], 2);
          ASSERT_EQ(axes.pixel(grid, voxel), (std::array<std::int64_t, 2>{x, y}));
        }
      }
    }
  }
}

TEST(ViewSlice, ShowsTheVoxelThatVoxelNamesAndPlanesAgree) {
  for (const Grid& grid : aligned_grids()) {
    Volume volume = make_volume(grid, VoxelType::int32);
    const auto voxels = volume.voxels<std::int32_t>();
    for (std::size_t at = 0; at < voxels.size(); ++at) {
      voxels[at] = static_cast<std::int32_t>(at);
    }
    for (const Anatomical view : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
      const ViewAxes axes = view_axes(grid, view, true);
      const auto slice = view_slice(volume, axes, 1);
      const int fast = axes.normal == 0 ? 1 : 0, slow = axes.normal == 2 ? 1 : 2;
      std::vector<float> plane;
      for (std::int64_t b = 0; b < grid.size[slow]; ++b) {
        for (std::int64_t a = 0; a < grid.size[fast]; ++a) {
          std::array<std::int64_t, 3> at{1, 1, 1};
          at[fast] = a;
          at[slow] = b;
          plane.push_back(static_cast<float>(grid.offset(at[0], at[1], at[2])));
        }
      }
      ASSERT_EQ(to_view_order(plane, grid, axes), slice);
      for (std::int64_t y = 0; y < axes.height(grid); ++y) {
        for (std::int64_t x = 0; x < axes.width(grid); ++x) {
          const auto [i, j, k] = axes.voxel(grid, x, y, 1);
          ASSERT_EQ(slice[x + y * axes.width(grid)], static_cast<float>(grid.offset(i, j, k)));
        }
      }
    }
  }
}

TEST(ViewSlice, PicturesWithOneSliceHaveThreeViews) {
  const Grid grid = grid_of({1, 0, 0, 0, 1, 0, 0, 0, 1}, {7, 3, 1});
  Volume picture = make_volume(grid, VoxelType::uint8);
  picture.voxels<std::uint8_t>()[grid.offset(6, 0, 0)] = 9;
  const auto axial = view_slice(picture, view_axes(grid, Anatomical::axial, true), 0);
  ASSERT_EQ(axial.size(), 21U);
  EXPECT_EQ(axial[6], 9) << "row 0 of the file is the top row";
  EXPECT_EQ(view_slice(picture, view_axes(grid, Anatomical::coronal, true), 2).size(), 7U);
  EXPECT_EQ(view_slice(picture, view_axes(grid, Anatomical::sagittal, true), 6).size(), 3U);
}

TEST(FlatView, IsTheOneThatShowsThePlaneOfAnyGridOneVoxelThick) {
  for (Grid grid : aligned_grids()) {
    EXPECT_FALSE(flat_axis(grid));
    EXPECT_FALSE(flat_view(grid));
    const auto whole = grid.size;
    for (int axis = 0; axis < 3; ++axis) {
      grid.size = whole;
      grid.size[static_cast<std::size_t>(axis)] = 1;
      EXPECT_EQ(flat_axis(grid), axis);
      const auto view = flat_view(grid);
      ASSERT_TRUE(view);
      for (const bool radiological : {true, false}) {
        const ViewAxes axes = view_axes(grid, *view, radiological);
        EXPECT_GT(std::min(axes.width(grid), axes.height(grid)), 1) << "it is not seen from the side";
      }
    }
  }
}

TEST(FlatView, ALineAndAVoxelHaveNone) {
  Grid grid;
  grid.size = {5, 1, 1};
  EXPECT_FALSE(flat_view(grid));
  grid.size = {1, 1, 1};
  EXPECT_FALSE(flat_view(grid));
}

}  // namespace
}  // namespace lossscope
