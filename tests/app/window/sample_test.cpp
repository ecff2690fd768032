// SPDX-License-Identifier: Apache-2.0
// The sample head in a real window: what a person does in the first minute.
#include <QMenuBar>
#include <QUndoStack>

#include "app/engine/frame_computer.h"
#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class Sample : public WindowTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(mni_head()) << "mricron-data is part of the set-up";
    openSample();
  }
};

TEST_F(Sample, ShowsTheDiceOfADegradedHead) {
  EXPECT_EQ(window.store().session().loss.id, "dice");
  const auto expected = compute_frame(window.store().session(), {}, {}, 1);
  EXPECT_EQ(value(), QString::number(expected->reduction->value, 'f', 6));
  EXPECT_GT(expected->reduction->value, 0.01);
  EXPECT_EQ(window.frame()->views[0].overlay.size(), 181U * 217U);
  EXPECT_NE(part<QLabel>("probe")->text().indexOf(QStringLiteral("image")), -1);
  EXPECT_TRUE(window.views().isVisible());
}

TEST_F(Sample, AClickLinksAllViews) {
  const QImage coronal = window.views().slices()[1]->grabPicture();
  const QString probe = part<QLabel>("probe")->text();
  auto* axial_view = window.views().slices()[0];
  QTest::mouseClick(axial_view, Qt::LeftButton, {}, axial_view->positionOf({60, 150}).toPoint());
  settle();
  const auto& session = window.store().session();
  const ViewAxes& axes = window.frame()->views[0].axes;
  EXPECT_EQ(axes.pixel(window.frame()->data->grid, session.look.crosshair), (std::array<std::int64_t, 2>{60, 150}));
  EXPECT_EQ(window.frame()->session.look.crosshair, session.look.crosshair);
  EXPECT_GT(changed_pixels(coronal, window.views().slices()[1]->grabPicture()), 1000);
  EXPECT_NE(part<QLabel>("probe")->text(), probe);
  EXPECT_EQ(window.store().undoStack()->count(), 1) << "looking around is no step";
}

TEST_F(Sample, ADraggedParameterChangesNumberAndPixelsAndIsOneStep) {
  chooseLoss("Focal");
  const QString before = value();
  const QImage picture = axial();
  const int steps = window.store().undoStack()->count();
  drag("gamma.slider", 60);
  EXPECT_NE(value(), before);
  EXPECT_GT(changed_pixels(picture, axial()), 50);
  EXPECT_EQ(window.store().undoStack()->count(), steps + 1);
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(value(), before);
  EXPECT_EQ(changed_pixels(picture, axial()), 0);
}

TEST_F(Sample, ADraggedDegradationMovesThePrediction) {
  const QString before = value();
  const QImage picture = axial();
  drag("shift.y.slider", 12);
  EXPECT_NE(window.store().session().prediction().degradation().shift[1], 0);
  EXPECT_NE(value(), before);
  EXPECT_GT(changed_pixels(picture, axial()), 200);
  const auto expected = compute_frame(window.store().session(), {}, {}, 1);
  EXPECT_EQ(value(), QString::number(expected->reduction->value, 'f', 6)) << "the final frame, not a preliminary one";
}

TEST_F(Sample, EveryLossShowsItsOwnValue) {
  choose("lossesShown", 1);  // all
  QStringList seen;
  for (const Loss* loss : all_losses()) {
    chooseLoss(std::string(loss->declaration().name).c_str());
    EXPECT_EQ(window.frame()->session.loss.id, loss->declaration().id);
    ASSERT_TRUE(window.frame()->reduction);
    for (const auto& parameter : loss->parameters()) {
      EXPECT_NE(window.findChild<QWidget*>(QString::fromUtf8(parameter.id.data(), qsizetype(parameter.id.size()))),
                nullptr);
    }
    EXPECT_FALSE(seen.contains(value())) << loss->declaration().id << " shows " << value().toStdString();
    seen << value();
  }
  choose("lossesShown", 0);  // it is remembered
}

TEST_F(Sample, EveryLayerLooksDifferentAndKeepsItsUnit) {
  QList<QImage> pictures;
  QStringList units;
  for (const int layer : {0, 1, 2, 3, 4}) {
    choose("layer", layer);
    pictures << axial();
    units << window.views().colourBar()->scale().unit;
    for (int other = 0; other + 1 < pictures.size(); ++other) {
      EXPECT_GT(changed_pixels(pictures[other], pictures.last()), 200) << other << " and " << layer;
    }
  }
  EXPECT_EQ(units.last(), QStringLiteral("mm"));
  choose("spacing", 1);
  EXPECT_EQ(window.views().colourBar()->scale().unit, QStringLiteral("voxels"));
}

TEST_F(Sample, TheWhatIfAndTheFieldAreLayersToo) {
  choose("layer", 1);
  const auto contribution = window.views().colourBar()->scale();
  choose("layer", 5);
  const auto what_if = window.views().colourBar()->scale();
  EXPECT_NE(what_if.maximum, contribution.maximum);
  EXPECT_TRUE(part<QLabel>("probe")->text().contains(QStringLiteral("what-if")));
  choose("layer", 6);
  EXPECT_TRUE(window.frame()->views[0].overlay.empty()) << "Dice has no field";
  chooseLoss("Distance-map penalty");
  EXPECT_EQ(window.frame()->views[0].overlay.size(), 181U * 217U);
  EXPECT_EQ(window.views().colourBar()->scale().title, QStringLiteral("boundary penalty phi"));
}

TEST_F(Sample, TheGradientByLogitIsAnother) {
  choose("layer", 2);
  const QImage by_p = axial();
  const auto scale = window.views().colourBar()->scale();
  EXPECT_EQ(scale.minimum, -scale.maximum) << "centred on zero";
  choose("gradientOf", 1);
  EXPECT_GT(changed_pixels(by_p, axial()), 200);
}

TEST_F(Sample, KeysDoWhatTheySay) {
  const QImage with = axial();
  QTest::keyClick(&window, Qt::Key_S);
  settle();
  const QImage without = axial();
  EXPECT_GT(changed_pixels(with, without), 200);
  QTest::keyClick(&window, Qt::Key_S);
  QTest::keyClick(&window, Qt::Key_C);
  settle();
  EXPECT_GT(changed_pixels(with, axial()), 200);
  QTest::keyClick(&window, Qt::Key_C);
  const double opacity = window.store().session().look.display.opacity;
  QTest::keyClick(&window, Qt::Key_D);
  EXPECT_NEAR(window.store().session().look.display.opacity, opacity + 0.1, 1e-9);
  QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier);
  EXPECT_NEAR(window.store().session().look.display.opacity, opacity, 1e-9);
  QTest::keyClick(&window, Qt::Key_2);
  settle();
  EXPECT_EQ(window.store().session().look.layer, OverlayLayer::gradient);
}

TEST_F(Sample, TheLargestContributionIsFound) {
  QTest::keyClick(&window, Qt::Key_X);
  settle();
  float largest = 0;
  for (const ViewResult& view : window.frame()->views) {
    for (const float c : view.overlay) {
      largest = std::max(largest, c);
    }
  }
  EXPECT_NEAR(window.frame()->probe.loss().contribution, static_cast<double>(largest),
              1e-6 * static_cast<double>(largest));
  EXPECT_GT(window.frame()->probe.loss().contribution, 0);
}

TEST_F(Sample, ADoubleClickShowsOneViewAndComesBack) {
  auto* coronal = window.views().slices()[1];
  const int width = coronal->width();
  Q_EMIT coronal->maximiseRequested();
  QTRY_VERIFY_WITH_TIMEOUT(coronal->width() > 2 * width, 2000);
  EXPECT_FALSE(window.views().slices()[0]->isVisible());
  Q_EMIT coronal->maximiseRequested();
  QTRY_VERIFY_WITH_TIMEOUT(window.views().slices()[0]->isVisible(), 2000);
}

TEST_F(Sample, TheFourthPaneCanShowTheDistanceMap) {
  EXPECT_TRUE(window.views().surfaceView()->isVisible());
  choose("fourthPane", 1);
  EXPECT_TRUE(window.views().distanceView()->isVisible());
  EXPECT_EQ(window.views().distanceView()->picture().overlay.size(), 181U * 217U);
}

TEST_F(Sample, ALockedRangeStays) {
  part<QAbstractButton>("lockRange")->click();
  settle();
  const auto scale = window.views().colourBar()->scale();
  chooseLoss("Binary cross-entropy");
  EXPECT_EQ(window.views().colourBar()->scale().maximum, scale.maximum);
  part<QAbstractButton>("lockRange")->click();
  settle();
  EXPECT_NE(window.views().colourBar()->scale().maximum, scale.maximum);
}

}  // namespace
}  // namespace lossscope
