// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_view.h"

#include <QSignalSpy>

#include "tests/widgets/volumes.h"
#include "tests/widgets/widget_testing.h"
#include "widgets/surface_maker.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

SurfaceModel of_mask(const VolumePicture& volume) {
  SurfaceModel model;
  model.mask = {make_surface(volume), volume};
  return model;
}

/// A ball in voxels that are thicker along k: an ellipsoid, so that a turn shows.
VolumePicture egg() {
  VolumePicture volume = ball(12);
  volume.spacing = {1, 1, 1.6};
  return volume;
}

struct Surface : ::testing::Test {
  SurfaceView view;
  Surface() { show(view, {360, 320}); }

  void settle() { QTRY_VERIFY_WITH_TIMEOUT(!view.busy(), 20'000); }
  [[nodiscard]] QImage seen() { return view.grab().toImage(); }
  /// Drags by `by` from a place beside the object; how many pixels changed.
  qint64 drag(Qt::MouseButton button, QPoint by, Qt::KeyboardModifiers keys = {}) {
    const QImage before = view.grabPicture();
    QTest::mousePress(&view, button, keys, {100, 100});
    for (int step = 1; step <= 4; ++step) {
      QMouseEvent move(QEvent::MouseMove, QPointF(100, 100) + QPointF(by) * step / 4,
                       view.mapToGlobal(QPointF(100, 100) + QPointF(by) * step / 4), Qt::NoButton, button, keys);
      QCoreApplication::sendEvent(&view, &move);
    }
    QTest::mouseRelease(&view, button, keys, QPoint(100, 100) + by);
    return changed_pixels(before, view.grabPicture());
  }
  [[nodiscard]] const CameraPose& camera() const { return view.model().camera; }
  [[nodiscard]] double distance() const {
    double sum = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      sum += std::pow(camera().position[axis] - camera().focus[axis], 2);
    }
    return std::sqrt(sum);
  }
};

TEST_F(Surface, IsPaintedOffTheThreadAndThenShown) {
  view.setModel(of_mask(ball(12)));
  EXPECT_TRUE(view.busy());
  settle();
  const QColor middle = seen().pixelColor(150, 140);
  EXPECT_GT(middle.blue(), middle.red() + 30) << "the mask's colour";
  EXPECT_EQ(changed_pixels(seen(), view.grabPicture()), 0) << "what is exported is what is shown";
}

TEST_F(Surface, ALeftHandedGridIsLitAsAnyOther) {
  const auto middle = [this](const VolumePicture& volume) {
    view.setModel(of_mask(volume));
    settle();
    return seen().pixelColor(150, 140);
  };
  VolumePicture mirrored = ball(12);
  const QColor lit = middle(mirrored);
  mirrored.direction = {1, 0, 0, 0, -1, 0, 0, 0, 1};
  mirrored.origin = {0, 40, 0};  // in its old place
  const QColor also = middle(mirrored);
  EXPECT_NEAR(also.blue(), lit.blue(), 40);
  EXPECT_NEAR(also.green(), lit.green(), 40);
}

TEST_F(Surface, OldPictureStaysUntilTheNewOneIsThere) {
  view.setModel(of_mask(ball(12)));
  settle();
  const QImage before = seen();
  view.lookFrom(ViewFrom::superior);
  EXPECT_EQ(changed_pixels(before, seen()), 0) << "nothing was painted in between";
  settle();
}

TEST_F(Surface, AnEmptyModelClears) {
  const QImage empty = view.grabPicture();
  view.setModel(of_mask(ball(12)));
  EXPECT_GT(changed_pixels(empty, view.grabPicture()), 5000);
  view.setModel({});
  EXPECT_EQ(changed_pixels(empty, view.grabPicture()), 0);
}

TEST_F(Surface, TheMouseIsThatOf3DSlicer) {
  view.setModel(of_mask(egg()));
  const CameraPose start = camera();
  const double far = distance();
  EXPECT_GT(drag(Qt::LeftButton, {40, 90}), 500);
  EXPECT_NEAR(distance(), far, 1e-6) << "a turn keeps the distance";
  EXPECT_EQ(camera().focus, start.focus);
  EXPECT_GT(camera().position[2], start.position[2]) << "dragging down shows it from above";

  const Point3 before_roll = camera().position;
  EXPECT_GT(drag(Qt::LeftButton, {100, 0}, Qt::ControlModifier), 500);
  EXPECT_EQ(camera().position, before_roll) << "a roll stays where it is";

  for (const auto& [button, keys] : {std::pair(Qt::MiddleButton, Qt::KeyboardModifiers()),
                                     std::pair(Qt::LeftButton, Qt::KeyboardModifiers(Qt::ShiftModifier))}) {
    const QPointF was = view.positionOf({20, 20, 32});
    drag(button, {30, -20}, keys);
    const QPointF moved = view.positionOf({20, 20, 32}) - was;
    EXPECT_NEAR(moved.x(), 30, 0.5) << "what is in focus follows the pointer";
    EXPECT_NEAR(moved.y(), -20, 0.5);
  }
  drag(Qt::RightButton, {0, -50});
  EXPECT_LT(distance(), far) << "up comes closer";
}

TEST_F(Surface, TheKeysLookFromTheSixSides) {
  view.setModel(of_mask(egg()));
  struct Side {
    Qt::Key key;
    bool shift;
    std::size_t axis;
    double sign;  // LPS
    int up;       // axis of the world that points up on the screen
  };
  for (const Side& side : {Side{Qt::Key_End, false, 1, -1, 2}, Side{Qt::Key_End, true, 1, 1, 2},
                           Side{Qt::Key_PageDown, false, 0, 1, 2}, Side{Qt::Key_PageDown, true, 0, -1, 2},
                           Side{Qt::Key_Home, false, 2, 1, 1}, Side{Qt::Key_Home, true, 2, -1, 1}}) {
    QTest::keyClick(&view, side.key, side.shift ? Qt::ShiftModifier : Qt::NoModifier);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      EXPECT_NEAR(camera().position[axis] - camera().focus[axis], axis == side.axis ? side.sign * distance() : 0, 1e-6)
          << side.key << " " << axis;
    }
    Point3 above = camera().focus;
    above[static_cast<std::size_t>(side.up)] += side.up == 1 ? -5 : 5;  // anterior, or superior
    EXPECT_LT(view.positionOf(above).y(), 155) << side.key;
    EXPECT_NEAR(view.positionOf(above).x(), 180, 1e-6) << side.key;
  }
}

TEST_F(Surface, ArrowsTurnPlusZoomsAndResetGoesBack) {
  view.setModel(of_mask(egg()));
  const CameraPose start = camera();
  QTest::keyClick(&view, Qt::Key_Left);
  EXPECT_NE(camera().position, start.position);
  QTest::keyClick(&view, Qt::Key_Up, Qt::ShiftModifier);
  EXPECT_NE(camera().focus, start.focus);
  const double far = distance();
  QTest::keyClick(&view, Qt::Key_Plus);
  EXPECT_NEAR(distance() * 1.1, far, 1e-6);
  view.resetView();
  EXPECT_EQ(camera(), start);
}

TEST_F(Surface, AClickPicksTheNearestVoxelAndADragDoesNot) {
  view.setModel(of_mask(ball(12)));
  view.lookFrom(ViewFrom::superior);
  QSignalSpy picked(&view, &SurfaceView::picked);
  QTest::mouseClick(&view, Qt::LeftButton, {}, view.positionOf({20, 20, 31}).toPoint());
  ASSERT_EQ(picked.count(), 1);
  EXPECT_EQ(picked[0][0].value<Point3>(), (Point3{20, 20, 31})) << "the pole of the ball";
  QTest::mouseClick(&view, Qt::LeftButton, {}, {3, 3});
  EXPECT_EQ(picked.count(), 1) << "there is nothing";
  drag(Qt::LeftButton, {40, 40});
  EXPECT_EQ(picked.count(), 1);
}

TEST_F(Surface, HiddenSurfacesAreNotPickedAndPlanesAre) {
  SurfaceModel model = of_mask(ball(12));
  QImage blue(40, 40, QImage::Format_RGB32);
  blue.fill(QColor(40, 60, 250));
  model.planes = {{blue, {-0.5, -0.5, 25}, {39.5, -0.5, 25}, {-0.5, 39.5, 25}}};
  view.setModel(model);
  view.lookFrom(ViewFrom::superior);
  QSignalSpy picked(&view, &SurfaceView::picked);
  const QPoint pole = view.positionOf({20, 20, 31}).toPoint();
  QTest::mouseClick(&view, Qt::LeftButton, {}, pole);
  model.mask.visible = false;
  view.setModel(model);
  QTest::mouseClick(&view, Qt::LeftButton, {}, pole);
  ASSERT_EQ(picked.count(), 2);
  EXPECT_NEAR(picked[0][0].value<Point3>()[2], 31, 1e-6);
  EXPECT_NEAR(picked[1][0].value<Point3>()[2], 25, 1e-6);
  EXPECT_LT(difference(view.grabPicture(1, false).pixelColor(pole), QColor(40, 60, 250)), 8) << "unlit, as it is";
}

TEST_F(Surface, WhatDoesNotCountIsNotPicked) {
  VolumePicture volume = ball(12);
  auto counts = std::make_shared<std::vector<unsigned char>>();
  for (int at = 0; at < 40 * 40 * 40; ++at) {
    counts->push_back(at / 1600 < 28 ? 1 : 0);  // the pole of the ball is among what does not
  }
  volume.counts = std::shared_ptr<const void>(counts, counts->data());
  view.setModel(of_mask(volume));
  view.lookFrom(ViewFrom::superior);
  QSignalSpy picked(&view, &SurfaceView::picked);
  QTest::mouseClick(&view, Qt::LeftButton, {}, view.positionOf({20, 20, 31}).toPoint());
  ASSERT_EQ(picked.count(), 1);
  EXPECT_EQ(picked[0][0].value<Point3>(), (Point3{20, 20, 27})) << "through the hole";
}

TEST_F(Surface, ARightClickAsksForTheMenu) {
  QSignalSpy menu(&view, &SurfaceView::menuRequested);
  QTest::mouseClick(&view, Qt::RightButton, {}, {100, 100});
  EXPECT_EQ(menu.count(), 1);
  drag(Qt::RightButton, {0, 30});
  EXPECT_EQ(menu.count(), 1) << "that was a zoom";
}

TEST_F(Surface, TheCrosshairIsDrawnWhereItIs) {
  view.setModel(of_mask(ball(12)));
  const QImage bare = view.grabPicture(1, false);
  const Point3 at{20, 20, 20};
  view.setCrosshair(
      at,
      {{{{{-0.5, 20, 20}, {39.5, 20, 20}}}, {{{20, -0.5, 20}, {20, 39.5, 20}}}, {{{20, 20, -0.5}, {20, 20, 39.5}}}}});
  const QImage marked = view.grabPicture();
  const QPointF end = view.positionOf({20, 20, 36});
  EXPECT_GT(difference(marked.pixelColor(end.toPoint()), bare.pixelColor(end.toPoint())), 40);
  EXPECT_LT(changed_pixels(bare, marked), 4000);
}

}  // namespace
}  // namespace lossscope::widgets
