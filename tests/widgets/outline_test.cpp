// SPDX-License-Identifier: Apache-2.0
// Outlines that do not hide the map between them.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/widgets/widget_testing.h"
#include "widgets/outline_strokes.h"
#include "widgets/slice_scene.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

const QRectF kSeen(0, 0, 400, 400);

QList<QLineF> wobbly_circle(double radius) {
  QList<QLineF> lines;
  constexpr int kSides = 200;
  const auto at = [radius](int side) {
    const double angle = 2 * std::numbers::pi * side / kSides;
    return QPointF(200 + radius * std::cos(angle), 200 + radius * std::sin(angle));
  };
  for (int side = 0; side < kSides; ++side) {
    lines << QLineF(at(side), at(side + 1));
  }
  return lines;
}

double length(const QList<QLineF>& lines) {
  double sum = 0;
  for (const QLineF& line : lines) {
    sum += line.length();
  }
  return sum;
}

TEST(Outlines, AreClearWhereThereIsRoomBetweenThem) {
  const Strokes strokes = strokes_of(wobbly_circle(100), wobbly_circle(110), Thin(), kSeen);
  EXPECT_TRUE(strokes.crowded.isEmpty());
  EXPECT_NEAR(length(strokes.clear), length(wobbly_circle(100)), 1e-6);
}

TEST(Outlines, AreCrowdedAlongAThinRimAndThereAlone) {
  const Strokes rim = strokes_of(wobbly_circle(100), wobbly_circle(102), Thin(), kSeen);
  EXPECT_TRUE(rim.clear.isEmpty());
  EXPECT_NEAR(length(rim.crowded), length(wobbly_circle(100)), 1e-6);
  // Two lines that meet at one end: crowded up to where they are three pixels apart.
  const Strokes wedge = strokes_of({QLineF(10, 10, 310, 10)}, {QLineF(10, 10, 310, 40)}, Thin(), kSeen);
  EXPECT_NEAR(length(wedge.crowded), 30, 4);
  EXPECT_NEAR(length(wedge.crowded) + length(wedge.clear), 300, 1e-6);
}

TEST(Outlines, OfAThinStructureAreCrowdedToo) {
  // A vessel's two walls, one outline that goes there and back.
  const auto vessel = [](double width) {
    return QList<QLineF>{{20, 100, 220, 100},
                         {220, 100, 220, 100 + width},
                         {220, 100 + width, 20, 100 + width},
                         {20, 100 + width, 20, 100}};
  };
  EXPECT_GT(length(strokes_of(vessel(3), {}, Thin(), kSeen).crowded), 390);
  EXPECT_LT(length(strokes_of(vessel(12), {}, Thin(), kSeen).crowded), 20);
}

/// What is thinner than two lines would be its own outline: the map is shown instead.
TEST(Outlines, OfWhatTheyWouldHideWhollyAreLeftOut) {
  const QList<QLineF> vessel{{20, 100, 220, 100}, {220, 100, 220, 101}, {220, 101, 20, 101}, {20, 101, 20, 100}};
  const Strokes alone = strokes_of(vessel, {}, Thin(), kSeen);
  EXPECT_LT(length(alone.clear) + length(alone.crowded), 10);
  // Two outlines that lie on each other are both seen: in dashes.
  const Strokes twice = strokes_of(wobbly_circle(100), wobbly_circle(100), Thin(), kSeen);
  EXPECT_NEAR(length(twice.crowded), length(wobbly_circle(100)), 1e-6);
}

/// A lesion of five pixels is more outline than map.
TEST(Outlines, OfASmallStructureAreCrowdedAllAround) {
  const Strokes small = strokes_of(wobbly_circle(2.5), {}, Thin(), kSeen);
  EXPECT_NEAR(length(small.crowded), length(wobbly_circle(2.5)), 1e-6);
  EXPECT_EQ(length(strokes_of(wobbly_circle(6), {}, Thin(), kSeen).crowded), 0);
}

TEST(Outlines, OutOfSightAreLeftOut) {
  const Strokes strokes = strokes_of({QLineF(-500, -500, -400, -500), QLineF(10, 10, 20, 10)}, {}, Thin(), kSeen);
  EXPECT_EQ(strokes.clear.size(), 1);
  EXPECT_TRUE(strokes.crowded.isEmpty());
}

TEST(Outlines, AreDashedOnFromLineToLine) {
  QList<QLineF> path;  // 100 pixels in pieces of all lengths
  double x = 0;
  for (const double step : {0.7, 1.3, 10.0, 0.1, 2.9, 40.0, 5.0, 40.0}) {
    path << QLineF(x, 0, x + step, 0);
    x += step;
  }
  const QList<QLineF> dashes = dashed(path, 3, 5, 0);
  EXPECT_NEAR(length(dashes), 12 * 3 + 3, 0.5) << "twelve whole periods of 8, and the thirteenth's dash";
  for (const QLineF& dash : dashes) {
    const double begin = std::fmod(dash.x1() + 1e-6, 8.0), end = std::fmod(dash.x2() - 1e-6, 8.0);
    EXPECT_LT(begin, 3.01);
    EXPECT_LT(end, 3.01) << "no dash reaches into a gap";
  }
  for (const QLineF& dash : dashed(path, 3, 5, 4)) {
    EXPECT_LT(std::fmod(dash.x1() + 4 + 1e-6, 8.0), 3.01) << "half a period later";
  }
}

/// A square structure whose prediction is one voxel larger, and a map on that rim.
SlicePicture rim_picture() {
  constexpr int kSize = 60;
  SlicePicture picture;
  picture.width = picture.height = kSize;
  std::vector<float> image(kSize * kSize, 0.4F), mask(image.size()), prediction(image.size()), map(image.size());
  for (int y = 0; y < kSize; ++y) {
    for (int x = 0; x < kSize; ++x) {
      const int inside = std::min({x - 15, y - 15, 44 - x, 44 - y});
      const auto at = static_cast<std::size_t>(y * kSize + x);
      mask[at] = inside >= 1 ? 1 : 0;
      prediction[at] = inside >= 0 ? 1 : 0;
      map[at] = inside == 0 ? 1 : 0;
    }
  }
  picture.image = std::move(image);
  picture.mask = std::move(mask);
  picture.prediction = std::move(prediction);
  picture.overlay = std::move(map);
  return picture;
}

TEST(Outlines, LeaveTheMapOnARimToBeSeen) {
  SliceScene scene;
  scene.setPicture(rim_picture());
  const QColor hot = colour_of(1, {});
  for (const int side : {130, 260, 600}) {  // two, four and nine pixels a voxel
    const QImage picture = scene_picture(scene, QSizeF(side, side));
    int seen = 0, black = 0, of_map = 0;
    scene.setContoursVisible(false);
    const QImage bare = scene_picture(scene, QSizeF(side, side));
    scene.setContoursVisible(true);
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        if (difference(bare.pixelColor(x, y), hot) < 12) {
          ++of_map;
          seen += difference(picture.pixelColor(x, y), hot) < 140 ? 1 : 0;
          black += picture.pixelColor(x, y).lightness() < 60 ? 1 : 0;
        }
      }
    }
    ASSERT_GT(of_map, 0);
    EXPECT_GT(seen, 0.5 * of_map) << side;
    EXPECT_EQ(black, 0) << "no halo";
  }
}

TEST(Outlines, AreOneScreenPixelWide) {
  SlicePicture picture = rim_picture();
  picture.overlay.clear();
  picture.prediction.clear();
  SliceScene scene;
  scene.setPicture(picture);
  for (const double ratio : {1.0, 2.0}) {
    const QImage image = scene_picture(scene, QSizeF(600, 600), ratio);
    double covered = 0;  // across the left edge, half way down
    const int y = static_cast<int>(300 * ratio);
    for (int x = 0; x < image.width() / 2; ++x) {
      const QColor c = image.pixelColor(x, y);
      covered += static_cast<double>(c.blue() - c.red()) / (mask_colour().blue() - mask_colour().red());
    }
    EXPECT_NEAR(covered, ratio, 0.35) << "times the device's ratio";
  }
}

}  // namespace
}  // namespace lossscope::widgets
