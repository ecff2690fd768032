// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_view.h"

#include <QSignalSpy>
#include <QWheelEvent>
#include <algorithm>
#include <array>

#include "tests/widgets/widget_testing.h"
#include "widgets/contour.h"
#include "widgets/slice_scene.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

/// 12 x 8 voxels of 1 x 2 mm; grey grows to the right, the overlay is one row, the mask a block.
SlicePicture picture() {
  SlicePicture p;
  p.width = 12;
  p.height = 8;
  p.pixel_width = 1;
  p.pixel_height = 2;
  std::vector<float> image, overlay, mask;
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      image.push_back(static_cast<float>(x) * 20);
      overlay.push_back(y == 2 ? 1.0F : 0.0F);
      mask.push_back(x >= 3 && x < 9 && y >= 4 && y < 7 ? 1.0F : 0.0F);
    }
  }
  p.image = std::move(image);
  p.overlay = std::move(overlay);
  p.mask = std::move(mask);
  p.slices = 30;
  p.slice = 4;
  return p;
}

struct View : ::testing::Test {
  SliceView view;
  View() {
    view.setWindowLevel(220, 110);
    view.setColourScale({ColourMap::fire, 0, 1, {}, {}});
    view.setOverlayOpacity(1);
    view.setCrosshair(0, 0);
    view.setPicture(picture());
    show(view, {480, 420});
  }
  [[nodiscard]] QColor at(double x, double y) { return pixel(view.grabPicture(), view.positionOf({x, y})); }
};

TEST_F(View, DrawsTheGreyOfEachVoxel) {
  view.setContoursVisible(false);
  const QImage image = view.grabPicture();
  for (const int x : {1, 4, 7, 10}) {
    const QColor seen = pixel(image, view.positionOf({double(x), 1.0}));
    const int expected = static_cast<int>(x * 20 / 220.0 * 255);
    EXPECT_NEAR(seen.red(), expected, 3) << x;
    EXPECT_EQ(seen.red(), seen.green());
  }
}

TEST_F(View, DrawsStripesOverVoxelsThatDoNotCount) {
  SlicePicture some = picture();
  std::vector<float> counts(static_cast<std::size_t>(some.width * some.height), 1.0F);
  for (int y = 0; y < some.height; ++y) {
    for (int x = 8; x < some.width; ++x) {
      counts[static_cast<std::size_t>(y * some.width + x)] = 0;
    }
  }
  const QColor before = at(6, 2);
  view.setContoursVisible(false);
  some.counts = std::move(counts);
  view.setPicture(some);
  for (const auto& [x, y] : {std::pair(9, 0), {10, 5}, {9, 2}, {11, 7}}) {  // on the overlay's row, too
    const QColor stripe = uncounted_colour(x, y), seen = at(x, y);
    EXPECT_NEAR(seen.red(), stripe.red(), 255 - stripe.alpha()) << x << " " << y;
    EXPECT_LE(std::abs(seen.red() - seen.blue()), y == 2 ? 255 - stripe.alpha() : 1);
  }
  EXPECT_GT(difference(uncounted_colour(9, 0), uncounted_colour(9, 3)), 40) << "two greys";
  EXPECT_LT(difference(at(6, 2), before), 2) << "where voxels count nothing changes";
  EXPECT_LT(difference(at(7.45, 2), before), 2);
  EXPECT_GT(difference(at(7.55, 2), before), 60) << "the stripes begin at the voxel's edge";
  some.counts.clear();
  view.setPicture(some);
  EXPECT_LT(difference(at(9, 2), before), 4);
}

TEST(Contour, RunsOnlyBetweenVoxelsThatCount) {
  const SlicePicture some = picture();  // the mask: x 3 to 8, y 4 to 6
  const QRectF whole = contour_of(some.mask, some.width, some.height, 0.5).boundingRect();
  EXPECT_LT(whole.left(), 3);
  EXPECT_GT(whole.right(), 8);
  std::vector<float> counts(some.mask.size(), 1.0F);
  for (std::size_t at = 0; at < counts.size(); ++at) {
    counts[at] = at % 12 >= 9 ? 0.0F : 1.0F;  // right of the mask
  }
  const QPainterPath open = contour_of(some.mask, some.width, some.height, 0.5, counts);
  EXPECT_EQ(open.boundingRect().left(), whole.left());
  EXPECT_LE(open.boundingRect().right(), 8) << "no line along voxels that do not count";
  EXPECT_TRUE(contour_of(some.mask, some.width, some.height, 0.5, std::vector<float>(counts.size(), 0.0F)).isEmpty());
}

TEST_F(View, DrawsTheOverlayInItsColoursAndVoxels) {
  const QColor hot = colour_of(1, {ColourMap::fire, 0, 1, {}, {}});
  EXPECT_LT(difference(at(6, 2), hot), 4);
  EXPECT_LT(difference(at(6, 2.45), hot), 4) << "a voxel is drawn whole";
  EXPECT_GT(difference(at(6, 2.55), hot), 60) << "and not smeared into its neighbour";
  view.setOverlayVisible(false);
  EXPECT_NEAR(at(6, 2).red(), 139, 3);
}

TEST_F(View, MixesTheOverlayByItsOpacity) {
  const QColor opaque = at(6, 2);
  view.setOverlayOpacity(0.5);
  const QColor half = at(6, 2);
  EXPECT_NEAR(half.red(), (opaque.red() + 139) / 2, 4);
  EXPECT_NEAR(half.blue(), (opaque.blue() + 139) / 2, 4);
}

TEST_F(View, OutlinesTheMaskBetweenItsVoxels) {
  const QImage with = view.grabPicture();
  view.setContoursVisible(false);
  const QImage without = view.grabPicture();
  const QPointF edge = view.positionOf({2.5, 5});
  const auto nearest = [edge](const QImage& image) {
    int best = 255;
    for (int x = -2; x <= 2; ++x) {
      best = std::min(best, difference(pixel(image, edge + QPointF(x, 0)), mask_colour()));
    }
    return best;
  };
  EXPECT_LT(nearest(with), 80) << "a line one pixel wide may lie on two";
  EXPECT_GT(nearest(without), 100);
  EXPECT_EQ(pixel(with, view.positionOf({6, 5})), pixel(without, view.positionOf({6, 5}))) << "only the outline";
}

TEST_F(View, KeptOutlinesAreThoseOfTheSliceInItsPlace) {
  const auto fresh = [this] {
    SliceScene scene;
    scene.setWindowLevel(220, 110);
    scene.setColourScale({ColourMap::fire, 0, 1, {}, {}});
    scene.setPicture(view.picture());
    return scene_picture(scene, view.size());
  };
  const QImage first = view.grabPicture(1, false);
  EXPECT_EQ(first, fresh());
  SlicePicture other = picture();
  other.prediction = other.mask;
  std::vector<float> mask(other.mask.size(), 0.0F);
  mask[6 + 12 * 1] = 1;
  other.mask = std::move(mask);
  view.setPicture(other);
  EXPECT_GT(changed_pixels(first, view.grabPicture(1, false)), 100);
  EXPECT_EQ(view.grabPicture(1, false), fresh()) << "another mask";
  view.setView(3, {1, -2});
  EXPECT_NE(view.grabPicture(1, false), fresh());
  view.resetView();
  EXPECT_EQ(view.grabPicture(1, false), fresh()) << "after a zoom";
  view.setPicture(picture());
  EXPECT_EQ(view.grabPicture(1, false), first) << "the first slice again";
}

TEST(SliceScene, SharedOutlinesAreThoseOfEachScenesOwnSizeAndSlice) {
  SlicePicture moved = picture();
  std::vector<float> mask(moved.mask.size(), 0.0F);
  mask[6 + 12 * 1] = 1;
  moved.mask = std::move(mask);
  std::array<SliceScene, 6> shared;
  for (SliceScene& scene : shared) {
    scene.shareOutlines(shared[0]);
  }
  for (const SlicePicture& now : {picture(), moved, picture()}) {
    for (std::size_t at = 0; at < shared.size(); ++at) {
      SliceScene alone;
      alone.setPicture(now);
      shared[at].setPicture(now);
      const QSizeF size(300 + static_cast<double>(at), 200);  // more sizes than are kept
      EXPECT_EQ(scene_picture(shared[at], size), scene_picture(alone, size)) << at;
    }
  }
}

TEST_F(View, KeepsPhysicalProportions) {
  const QPointF origin = view.positionOf({0, 0}), right = view.positionOf({4, 0}), down = view.positionOf({0, 2});
  EXPECT_NEAR(right.x() - origin.x(), down.y() - origin.y(), 1e-6) << "4 x 1 mm are as long as 2 x 2 mm";
  EXPECT_LT((view.voxelAt(view.positionOf({3.25, 6.5})) - QPointF(3.25, 6.5)).manhattanLength(), 1e-9);
}

TEST_F(View, AClickMovesTheCrosshairToItsVoxel) {
  QSignalSpy spy(&view, &SliceView::crosshairMoved);
  QTest::mouseClick(&view, Qt::LeftButton, {}, view.positionOf({7.2, 3.1}).toPoint());
  ASSERT_EQ(spy.count(), 1);
  EXPECT_EQ(spy[0][0].toInt(), 7);
  EXPECT_EQ(spy[0][1].toInt(), 3);
  QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(1, 1));
  EXPECT_EQ(spy[1][0].toInt(), 0) << "outside, the nearest voxel";
}

void wheel(SliceView& view, QPointF at, int eighths, Qt::KeyboardModifiers modifiers) {
  QWheelEvent event(at, view.mapToGlobal(at), {}, {0, eighths}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
  QCoreApplication::sendEvent(&view, &event);
}

TEST_F(View, TheWheelStepsAndWithCtrlZoomsAboutThePointer) {
  QSignalSpy steps(&view, &SliceView::stepped);
  wheel(view, {200, 200}, 120, {});
  wheel(view, {200, 200}, -60, {});
  wheel(view, {200, 200}, -60, {});
  ASSERT_EQ(steps.count(), 2);
  EXPECT_EQ(steps[0][0].toInt(), 1);
  EXPECT_EQ(steps[1][0].toInt(), -1);
  const QPointF pointer(150, 260);
  const QPointF voxel = view.voxelAt(pointer);
  const double before = view.positionOf({1, 0}).x() - view.positionOf({0, 0}).x();
  wheel(view, pointer, 360, Qt::ControlModifier);
  EXPECT_LT((view.voxelAt(pointer) - voxel).manhattanLength(), 1e-6);
  EXPECT_GT(view.positionOf({1, 0}).x() - view.positionOf({0, 0}).x(), before * 1.2);
  view.resetView();
  EXPECT_NEAR(view.positionOf({1, 0}).x() - view.positionOf({0, 0}).x(), before, 1e-6);
}

TEST_F(View, ShiftDragChangesWindowAndLevelInOneStep) {
  QSignalSpy spy(&view, &SliceView::windowLevelChanged);
  QTest::mousePress(&view, Qt::LeftButton, Qt::ShiftModifier, {200, 200});
  QTest::mouseMove(&view, {230, 210});
  QTest::mouseMove(&view, {260, 220});
  QTest::mouseRelease(&view, Qt::LeftButton, Qt::ShiftModifier, {260, 220});
  ASSERT_GE(spy.count(), 2);
  EXPECT_GT(spy[0][0].toDouble(), 220);
  EXPECT_EQ(spy.first()[2], spy.last()[2]);
}

TEST_F(View, KeysMoveByAVoxelAndStep) {
  view.setCrosshair(5, 4);
  QSignalSpy moves(&view, &SliceView::crosshairMoved);
  QSignalSpy steps(&view, &SliceView::stepped);
  QTest::keyClick(&view, Qt::Key_Right);
  QTest::keyClick(&view, Qt::Key_Up);
  QTest::keyClick(&view, Qt::Key_PageDown);
  EXPECT_EQ(moves[0][0].toInt(), 6);
  EXPECT_EQ(moves[1][1].toInt(), 3);
  EXPECT_EQ(steps[0][0].toInt(), -1);
}

TEST_F(View, HoveringNamesTheVoxel) {
  QSignalSpy spy(&view, &SliceView::hovered);
  QTest::mouseMove(&view, view.positionOf({2, 6}).toPoint());
  QTRY_VERIFY_WITH_TIMEOUT(spy.count() > 0, 2000);
  EXPECT_EQ(spy.last()[0].toInt(), 2);
  EXPECT_EQ(spy.last()[1].toInt(), 6);
}

TEST_F(View, NotFiniteIsSeen) {
  SlicePicture p = picture();
  std::vector<float> overlay = p.overlay;
  overlay[5 + 12 * 6] = std::nanf("");
  p.overlay = std::move(overlay);
  view.setContoursVisible(false);
  view.setPicture(p);
  EXPECT_LT(difference(at(5, 6), colour_of(std::nan(""), {})), 4);
}

TEST_F(View, PicturesGrowWithoutBlur) {
  const QImage one = view.grabPicture(1), four = view.grabPicture(4);
  EXPECT_EQ(one.size(), QSize(480, 420));
  EXPECT_EQ(four.size(), QSize(1920, 1680));
  const QPointF edge = view.positionOf({6, 2.5}) * 4;
  const QColor above = four.pixelColor(edge.toPoint() - QPoint(0, 3));
  const QColor below = four.pixelColor(edge.toPoint() + QPoint(0, 3));
  EXPECT_GT(difference(above, below), 60) << "voxels stay sharp at four times the size";
  EXPECT_LT(changed_pixels(one, view.grabPicture(1)), 1) << "the same twice";
}

TEST_F(View, IsOnScreenWhatAPictureShows) {
  EXPECT_EQ(changed_pixels(view.grab().toImage(), view.grabPicture()), 0);
  SliceScene scene;  // and the same without a widget
  scene.setWindowLevel(220, 110);
  scene.setColourScale({ColourMap::fire, 0, 1, {}, {}});
  scene.setPicture(picture());
  EXPECT_EQ(scene_picture(scene, {480, 420}, 2), view.grabPicture(2, false));
}

TEST_F(View, AnEmptyViewIsDark) {
  view.clear();
  const QImage image = view.grabPicture();
  for (const QPoint& at_point : {QPoint(10, 10), QPoint(240, 200)}) {
    EXPECT_LT(image.pixelColor(at_point).lightness(), 40);
  }
  QSignalSpy spy(&view, &SliceView::crosshairMoved);
  QTest::mouseClick(&view, Qt::LeftButton, {}, {100, 100});
  EXPECT_EQ(spy.count(), 0);
}

}  // namespace
}  // namespace lossscope::widgets
