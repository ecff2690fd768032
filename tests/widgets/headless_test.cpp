// SPDX-License-Identifier: Apache-2.0
// Pictures without a display: no X server, no window, no graphics card.
#include <gtest/gtest.h>

#include <QGuiApplication>

#include "tests/widgets/volumes.h"
#include "widgets/surface_maker.h"
#include "widgets/surface_scene.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

TEST(Headless, DrawsSurfacesTheSameWayTwice) {
  const auto draw = [] {
    SurfaceModel model;
    model.mask = {make_surface(ball(12)), ball(12)};
    OrbitCamera camera;
    camera.reset(model.ball(), 1);
    model.camera = camera.pose();
    SurfaceScene scene;
    scene.setModel(model);
    scene.setSamples(2);
    return scene_picture(scene, {300, 240});
  };
  const QImage picture = draw();
  const QColor middle = picture.pixelColor(125, 105);
  EXPECT_GT(middle.blue(), middle.red() + 30) << "the mask's colour";
  EXPECT_EQ(picture.pixelColor(2, 2), scene_background());
  EXPECT_EQ(picture, draw());
}

TEST(Headless, SaysNothingOnAnEmptyScene) {
  SurfaceScene scene;
  EXPECT_TRUE(scene.model().empty());
  EXPECT_EQ(scene_picture(scene, {100, 80}), blank_picture({100, 80}, 1, scene_background()));
}

}  // namespace
}  // namespace lossscope::widgets

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QGuiApplication application(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
