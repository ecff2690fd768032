// SPDX-License-Identifier: Apache-2.0
// The colours of the layer: one range for the volume, what a person does to it at the bar, outlines out of the way.
#include <QApplication>
#include <QMenu>
#include <algorithm>
#include <cmath>

#include "app/engine/loss_statistics.h"
#include "app/figures/pictures.h"
#include "app/window/compare_grid.h"
#include "app/window/range_control.h"
#include "app/window/sheet_view.h"
#include "app/window/surface_pane.h"
#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class ColoursInTheWindow : public WindowTest {
 protected:
  ColoursInTheWindow() {
    openSample();
    chooseLoss("Binary cross-entropy");
  }
  widgets::ColourBar* bar() { return window.views().colourBar(); }
  [[nodiscard]] const Session& session() { return window.store().session(); }
  QPoint onBar(double share) {
    const QRectF place = bar()->place();
    return {static_cast<int>(std::lround(place.left() + share * place.width())), static_cast<int>(place.center().y())};
  }
  /// Chooses from the menu that a right click on the bar opens.
  void chooseInMenu(const char* action) {
    Q_EMIT bar()->customContextMenuRequested(onBar(0.5));
    QWidget* menu = QApplication::activePopupWidget();
    ASSERT_NE(menu, nullptr);
    auto* found = menu->findChild<QAction*>(QString::fromLatin1(action));
    ASSERT_NE(found, nullptr) << action;
    ASSERT_TRUE(found->isEnabled()) << action;
    found->trigger();
    menu->close();
    settle();
  }
  void undo() {
    window.store().undoStack()->undo();
    settle();
  }
};

TEST_F(ColoursInTheWindow, TheRangeStaysWhileOneSteps) {
  const auto scale = bar()->scale();
  for (int step = 0; step < 12; ++step) {
    QTest::keyClick(window.views().slices()[0], Qt::Key_PageUp, Qt::ControlModifier);
    settle();
    EXPECT_EQ(bar()->scale(), scale) << step;
  }
}

TEST_F(ColoursInTheWindow, SlicesSurfacesPanesAndSheetSayTheSameMaximum) {
  const double maximum = bar()->scale().maximum;
  window.store().change({}, [](Session& s) { s.look.display.surfaces.colour = SurfaceColour::contribution; });
  settle();
  QTRY_VERIFY_WITH_TIMEOUT(window.views().surfaceView()->model().scale.has_value(), 20'000);
  EXPECT_EQ(window.views().surfaceView()->model().scale->maximum, maximum);
  choose("arrangement", 1);
  EXPECT_EQ(part<widgets::ColourBar>("comparedBar.1")->scale().maximum, maximum) << "Dice, then cross-entropy";
  choose("arrangement", 4);
  const auto& cells = window.views().sheetView()->sheet()->sheet().cells;
  const auto bce =
      std::find_if(cells.begin(), cells.end(), [](const auto& cell) { return cell.id == QLatin1String("bce"); });
  ASSERT_NE(bce, cells.end());
  EXPECT_EQ(bce->scale.maximum, maximum);
}

TEST_F(ColoursInTheWindow, AnEndThatIsDraggedLocksTheRangeInOneStep) {
  const double before = bar()->scale().maximum;
  const int steps = window.store().undoStack()->count();
  QTest::mousePress(bar(), Qt::LeftButton, {}, onBar(0.98));
  for (const double share : {0.8, 0.6, 0.48}) {
    QTest::mouseMove(bar(), onBar(share));
    QTest::qWait(5);
  }
  QTest::mouseRelease(bar(), Qt::LeftButton, {}, onBar(0.48));
  settle();
  EXPECT_TRUE(session().look.range.locked);
  EXPECT_NEAR(bar()->scale().maximum, before / 2, 0.05 * before);
  EXPECT_NE(bar()->scale().above, 0) << "what lies beyond is said";
  EXPECT_EQ(window.store().undoStack()->count(), steps + 1);
  undo();
  EXPECT_EQ(bar()->scale().maximum, before);
  EXPECT_FALSE(session().look.range.locked);
}

TEST_F(ColoursInTheWindow, TheMenuFitsLocksAndComesBack) {
  const double volume = bar()->scale().maximum;
  QTest::keyClick(window.views().slices()[0], Qt::Key_PageUp, Qt::ControlModifier);
  settle();
  chooseInMenu("fitToSlices");
  double seen = 0;
  for (const ViewResult& view : window.frame()->views) {
    for (const float value : view.overlay) {
      seen = std::max(seen, std::abs(static_cast<double>(value)));
    }
  }
  EXPECT_EQ(bar()->scale().maximum, seen);
  chooseInMenu("fitToVolume");
  EXPECT_EQ(bar()->scale().maximum, volume);
  chooseInMenu("lock");
  chooseLoss("Dice");
  EXPECT_EQ(bar()->scale().maximum, volume);
}

TEST_F(ColoursInTheWindow, TheMenuGoesToTheLargestValueOfTheVolume) {
  window.store().change({}, [](Session& s) {
    s.predict_from<FromMask>().degradation = {.shift = {2, 0, 0}, .dilate = 1, .soften = 1.5, .noise = 0.05, .seed = 1};
  });
  settle();
  EXPECT_GT(bar()->scale().above, 0) << "noise made single voxels";
  for (const OverlayLayer layer : {OverlayLayer::contribution, OverlayLayer::gradient}) {
    window.store().look([](Session& s) { s.look.crosshair = {2, 2, 2}; });
    window.store().showLayer(layer);
    settle();
    chooseInMenu("goToLargestOfAll");
    const auto& value = window.frame()->probe.loss();
    const double here = layer == OverlayLayer::gradient ? std::abs(value.gradient) : value.contribution;
    EXPECT_GE(here, bar()->scale().maximum * (1 - 1e-6));
    if (layer == OverlayLayer::contribution) {
      const auto statistics = loss_statistics(*window.frame()->result, MapKind::gradient_probability);
      EXPECT_NEAR(here, static_cast<double>(statistics.worst.front().contribution), 1e-6 * here);
    }
  }
}

TEST_F(ColoursInTheWindow, TheMenuChangesScaleColoursAndTransparency) {
  const QImage linear = axial();
  chooseInMenu("logarithmic");
  EXPECT_EQ(bar()->scale().scaling, Scaling::logarithmic);
  const QImage logarithmic = axial();
  EXPECT_GT(changed_pixels(linear, logarithmic), 200);
  chooseInMenu("linear");
  EXPECT_EQ(changed_pixels(linear, axial()), 0);
  chooseInMenu("viridis");
  EXPECT_EQ(bar()->scale().map, ColourMap::viridis);
  EXPECT_GT(changed_pixels(linear, axial()), 200);
  undo();
  EXPECT_EQ(changed_pixels(linear, axial()), 0);
  chooseInMenu("fadeByValue");
  EXPECT_GT(changed_pixels(linear, axial()), 200);
}

TEST_F(ColoursInTheWindow, NegativeContributionsHaveDivergingColours) {
  chooseLoss("Dice");
  EXPECT_EQ(bar()->scale().map, session().look.colours);
  window.store().change({}, [](Session& s) { s.loss.parameters["dice"] = {{"smooth_nr", 10}, {"smooth_dr", 0}}; });
  settle();
  EXPECT_EQ(bar()->scale().map, ColourMap::blue_red);
  EXPECT_EQ(bar()->scale().minimum, -bar()->scale().maximum);
}

TEST_F(ColoursInTheWindow, OutlinesAreAwayWhileAKeyIsHeld) {
  const QImage with = axial();
  QTest::keyPress(window.views().slices()[0], Qt::Key_H);
  const QImage held = axial();
  EXPECT_GT(changed_pixels(with, held), 100);
  QTest::keyRelease(window.views().slices()[0], Qt::Key_H);
  EXPECT_EQ(changed_pixels(with, axial()), 0);
  EXPECT_TRUE(session().look.display.show_contours) << "the session never heard of it";
  window.store().change({}, [](Session& s) { s.look.display.show_contours = false; });
  settle();
  EXPECT_EQ(changed_pixels(held, axial()), 0) << "the same as without outlines";
}

TEST_F(ColoursInTheWindow, TheSheetShowsTheStructureAndAMargin) {
  window.store().look([](Session& s) { s.look.crosshair[2] = 140; });  // high in the head: the brain is small there
  choose("arrangement", 4);
  const QRectF focus = window.views().sheetView()->sheet()->sheet().focus;
  const widgets::SlicePicture slice = slice_picture(*window.frame(), Anatomical::axial);
  ASSERT_FALSE(focus.isNull());
  for (int y = 0; y < slice.height; ++y) {
    for (int x = 0; x < slice.width; ++x) {
      if (slice.mask[static_cast<std::size_t>(y * slice.width + x)] > 0.5F) {
        ASSERT_TRUE(focus.contains(QPointF(x, y)));
      }
    }
  }
  EXPECT_LT(focus.height(), 1.0 * slice.height);
}

}  // namespace
}  // namespace lossscope
