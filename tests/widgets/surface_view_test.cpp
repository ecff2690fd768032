// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_view.h"

#include <vtkFeatureEdges.h>
#include <vtkNew.h>

#include <QSignalSpy>

#include "tests/widgets/volumes.h"
#include "tests/widgets/widget_testing.h"
#include "widgets/surface_maker.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

struct Surface : ::testing::Test {
  SurfaceView view;
  QSignalSpy ready{&view, &SurfaceView::surfacesReady};
  Surface() { show(view, {360, 320}); }
};

TEST_F(Surface, ShowsTheMaskInItsColour) {
  view.setMask(ball(12));
  EXPECT_TRUE(view.busy());
  ASSERT_TRUE(ready.wait(10'000));
  EXPECT_FALSE(view.busy());
  const QColor middle = view.grabPicture().pixelColor(150, 140);
  EXPECT_GT(middle.blue(), middle.red() + 30);
}

TEST_F(Surface, TheLatestVolumeWins) {
  for (int radius = 4; radius < 16; ++radius) {
    view.setMask(ball(radius));
  }
  QTRY_VERIFY_WITH_TIMEOUT(!view.busy(), 10'000);
  view.resetView();
  const QImage large = view.grabPicture();
  view.setMask(ball(15));
  QTRY_VERIFY_WITH_TIMEOUT(!view.busy(), 10'000);
  view.resetView();
  EXPECT_EQ(changed_pixels(large, view.grabPicture()), 0) << "the last of the many was shown";
}

TEST_F(Surface, AnEmptyVolumeClears) {
  const QImage empty = view.grabPicture();
  view.setMask(ball(12));
  ASSERT_TRUE(ready.wait(10'000));
  EXPECT_GT(changed_pixels(empty, view.grabPicture()), 5000);
  view.setMask({});
  QTRY_VERIFY_WITH_TIMEOUT(!view.busy(), 10'000);
  EXPECT_EQ(changed_pixels(empty, view.grabPicture()), 0);
}

TEST(SurfaceMaker, ASurfaceIsClosedEvenAtTheBorder) {
  for (const double radius : {12.0, 25.0}) {  // the second one is cut by all six faces
    vtkNew<vtkFeatureEdges> holes;
    holes->SetInputData(make_surface(ball(radius)));
    holes->BoundaryEdgesOn();
    holes->FeatureEdgesOff();
    holes->NonManifoldEdgesOff();
    holes->ManifoldEdgesOff();
    holes->Update();
    EXPECT_EQ(holes->GetOutput()->GetNumberOfCells(), 0) << radius;
  }
  EXPECT_GT(make_surface(ball(12))->GetNumberOfCells(), 1000);
  EXPECT_EQ(make_surface(ball(0))->GetNumberOfCells(), 0);
}

TEST_F(Surface, ADragTurnsIt) {
  VolumePicture box = ball(12);
  box.spacing = {1, 1, 3};  // an ellipsoid, so that a turn shows
  view.setMask(box);
  ASSERT_TRUE(ready.wait(10'000));
  const QImage before = view.grabPicture();
  QTest::mousePress(&view, Qt::LeftButton, {}, {100, 100});
  QTest::mouseMove(&view, {120, 160});
  QTest::mouseMove(&view, {140, 200});
  QTest::mouseRelease(&view, Qt::LeftButton, {}, {140, 200});
  EXPECT_GT(changed_pixels(before, view.grabPicture()), 500);
}

}  // namespace
}  // namespace lossscope::widgets
