// SPDX-License-Identifier: Apache-2.0
#include "widgets/minified.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/widgets/widget_testing.h"
#include "widgets/slice_scene.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

TEST(PixelGrid, HasEachVoxelOfAWholeSliceBelowOnePixel) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> edge(5, 30), extent(0.4, 1);
  for (int round = 0; round < 200; ++round) {
    const QSize voxels(60 + round, 17 + round / 2);
    const QRectF target(edge(random), edge(random), extent(random) * voxels.width(), extent(random) * voxels.height());
    const PixelGrid grid = pixel_grid(target, voxels, {1000, 1000});
    EXPECT_NEAR(grid.pixels.left(), target.left(), 0.51);
    EXPECT_NEAR(grid.pixels.width(), target.width(), 1.01);
    ASSERT_EQ(static_cast<int>(grid.columns.size()), grid.pixels.width());
    ASSERT_EQ(static_cast<int>(grid.rows.size()), grid.pixels.height());
    for (const auto& [runs, count] : {std::pair(grid.columns, voxels.width()), {grid.rows, voxels.height()}}) {
      EXPECT_EQ(runs.front().first, 0);
      EXPECT_EQ(runs.back().last, count);
      for (std::size_t at = 1; at < runs.size(); ++at) {
        EXPECT_EQ(runs[at].first, runs[at - 1].last) << round << ": none is left out, none is below two";
      }
    }
  }
}

TEST(PixelGrid, ShowsThePartThatIsInSight) {
  const PixelGrid grid = pixel_grid({-50, -10, 100, 100}, {200, 200}, {30, 40});
  EXPECT_EQ(grid.pixels, QRect(0, 0, 30, 40));
  EXPECT_EQ(grid.columns.front(), (VoxelRun{100, 102}));
  EXPECT_EQ(grid.columns.back(), (VoxelRun{158, 160}));
  EXPECT_EQ(grid.rows.front(), (VoxelRun{20, 22}));
  EXPECT_FALSE(pixel_grid({50, 50, 20, 20}, {40, 40}, {30, 30}).pixels.isValid()) << "out of sight";
}

TEST(PixelGrid, RepeatsVoxelsAlongAnAxisThatHasRoomForThem) {
  const PixelGrid grid = pixel_grid({0, 0, 10, 10}, {20, 5}, {10, 10});
  EXPECT_EQ(grid.columns[3], (VoxelRun{6, 8}));
  EXPECT_EQ(grid.rows[2], (VoxelRun{1, 2}));
  EXPECT_EQ(grid.rows[3], (VoxelRun{1, 2}));
}

TEST(Minified, ShowsTheLargestOfBothSignsAndWhatIsNoNumber) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values{1, -3, 0, 0,     //
                                  2, 0,  0, kNan,  //
                                  0, 0,  4, 5,     //
                                  0, 0,  6, -7};
  const PixelGrid grid = pixel_grid({0, 0, 2, 2}, {4, 4}, {2, 2});
  const std::vector<float> shown = most_of(values, 4, grid, {});
  ASSERT_EQ(shown.size(), 4U);
  EXPECT_EQ(shown[0], -3);
  EXPECT_TRUE(std::isnan(shown[1]));
  EXPECT_EQ(shown[2], 0);
  EXPECT_EQ(shown[3], -7);
}

TEST(Minified, ShowsTheMostFrequentClassThatHasAColour) {
  ColourScale scale;
  scale.classes = {qRgb(255, 0, 0), qRgba(0, 0, 0, 0), qRgb(0, 0, 255)};
  const std::vector<float> values{0, 2, 1,  1,  //
                                  2, 1, 1,  0,  //
                                  1, 1, -1, 9,  //
                                  1, 1, -1, 9};
  const PixelGrid grid = pixel_grid({0, 0, 2, 2}, {4, 4}, {2, 2});
  EXPECT_EQ(most_of(values, 4, grid, scale), (std::vector<float>{2, 0, -1, -1}));
}

TEST(Minified, AveragesTheImage) {
  QImage grey(4, 2, QImage::Format_RGB32);
  for (int x = 0; x < 4; ++x) {
    grey.setPixel(x, 0, qRgb(10 * x, 10 * x, 10 * x));
    grey.setPixel(x, 1, qRgb(100, 100, 100));
  }
  const QImage mean = mean_grey_of(grey, pixel_grid({0, 0, 2, 1}, {4, 2}, {2, 1}));
  EXPECT_EQ(mean.size(), QSize(2, 1));
  EXPECT_EQ(mean.pixel(0, 0), qRgb(53, 53, 53)) << "of 0, 10, 100, 100, rounded";
  EXPECT_EQ(mean.pixel(1, 0), qRgb(63, 63, 63));
}

/// A slice of 300 x 200 voxels, one of which costs something, drawn a third as large as it has voxels.
struct Small : ::testing::Test {
  static constexpr QSizeF kSize{110, 75};
  ColourScale scale{ColourMap::fire, 0, 1, {}, {}};
  SliceScene scene;

  /// With a value at some voxels, over an image of one grey.
  void show(const std::vector<std::pair<QPoint, float>>& values) {
    SlicePicture slice;
    slice.width = 300;
    slice.height = 200;
    const auto count = static_cast<std::size_t>(slice.width * slice.height);
    slice.image = std::vector<float>(count, 0.3F);
    std::vector<float> overlay(count, 0.0F);
    for (const auto& [voxel, value] : values) {
      overlay[static_cast<std::size_t>(voxel.y() * slice.width + voxel.x())] = value;
    }
    slice.overlay = std::move(overlay);
    slice.scale_bar = false;
    slice.slices = 0;  // no words over the voxels
    scene.setPicture(slice);
    scene.setColourScale(scale);
  }
  /// How many pixels differ from those of a slice without a value, and the nearest to a colour of those.
  struct Seen {
    int pixels = 0, nearest = 255;
  };
  Seen seen(const QColor& colour) {
    const QImage picture = scene_picture(scene, kSize);
    SliceScene without;
    SlicePicture slice = scene.picture();
    slice.overlay = std::vector<float>(slice.overlay.size(), 0.0F);
    without.setPicture(slice);
    without.setColourScale(scale);
    const QImage plain = scene_picture(without, kSize);
    Seen seen;
    for (int y = 0; y < picture.height(); ++y) {
      for (int x = 0; x < picture.width(); ++x) {
        if (picture.pixel(x, y) != plain.pixel(x, y)) {
          ++seen.pixels;
          seen.nearest = std::min(seen.nearest, difference(picture.pixelColor(x, y), colour));
        }
      }
    }
    return seen;
  }
};

TEST_F(Small, AVoxelIsSeenWhereverItLies) {
  std::mt19937 random(2);
  const QColor hot = colour_of(1, scale);
  for (int round = 0; round < 60; ++round) {
    const QPoint voxel(static_cast<int>(random() % 300), static_cast<int>(random() % 200));
    show({{voxel, 1.0F}});
    const Seen one = seen(hot);
    EXPECT_EQ(one.pixels, 1) << voxel.x() << " " << voxel.y();
    EXPECT_LT(one.nearest, 3) << "in its own colour, not mixed with its neighbours";
  }
}

TEST_F(Small, TheCostliestVoxelIsSeenBesideCheaperOnes) {
  std::vector<std::pair<QPoint, float>> values;
  for (int y = 90; y < 110; ++y) {
    for (int x = 140; x < 160; ++x) {
      values.emplace_back(QPoint(x, y), 0.3F);
    }
  }
  values.emplace_back(QPoint(151, 101), 1.0F);
  show(values);
  EXPECT_LT(seen(colour_of(1, scale)).nearest, 3);
}

TEST_F(Small, AVoxelThatCountsIsSeenBesideOnesThatDoNot) {
  show({{{150, 100}, 1.0F}});
  SlicePicture slice = scene.picture();
  std::vector<float> counts(slice.overlay.size(), 0.0F);
  counts[100 * 300 + 150] = 1;
  slice.counts = std::move(counts);
  scene.setPicture(slice);
  EXPECT_LT(seen(colour_of(1, scale)).nearest, 3);
}

}  // namespace
}  // namespace lossscope::widgets
