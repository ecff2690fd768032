// SPDX-License-Identifier: Apache-2.0
#include <QCheckBox>
#include <QUndoStack>

#include "app/figures/pictures.h"
#include "app/window/compare_grid.h"
#include "app/window/sheet_view.h"
#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class Compare : public WindowTest {
 protected:
  void SetUp() override {
    window.openSample(QStringLiteral("phantom"));
    settle();
  }
  const Session& session() { return window.store().session(); }
  std::vector<widgets::SliceView*> panes() { return window.views().compareGrid()->slices(); }
};

TEST_F(Compare, AGridShowsItsLossesAndUndoGoesBack) {
  QTest::keyClick(&window, Qt::Key_4, Qt::ControlModifier);
  settle();
  ASSERT_EQ(panes().size(), 4U);
  EXPECT_EQ(window.frame()->compared.size(), 4U);
  for (std::size_t at = 0; at < 4; ++at) {
    EXPECT_TRUE(panes()[at]->isVisible());
    const auto name = QStringLiteral("comparedValue.%1").arg(at);
    EXPECT_EQ(window.findChild<QLabel*>(name)->text(),
              value_text(window.frame()->compared[at].result->reduction.value));
  }
  EXPECT_FALSE(window.views().slices()[0]->isVisible());
  window.store().undoStack()->undo();
  settle();
  EXPECT_TRUE(window.views().slices()[0]->isVisible());
  EXPECT_EQ(session().look.arrangement, Arrangement::single);
}

TEST_F(Compare, ALossIsChosenInItsPane) {
  choose("arrangement", 1);
  auto* combo = part<QComboBox>("compared.1");
  choose("compared.1", combo->findData(QStringLiteral("hausdorff")));
  EXPECT_EQ(session().look.compared[1], "hausdorff");
  EXPECT_EQ(window.frame()->compared[1].loss, "hausdorff");
  QTest::mouseClick(part<QAbstractButton>("open.1"), Qt::LeftButton);
  settle();
  EXPECT_EQ(session().loss.id, "hausdorff");
  EXPECT_EQ(value(), part<QLabel>("comparedValue.1")->text());
  window.store().undoStack()->undo();
  window.store().undoStack()->undo();
  settle();
  EXPECT_NE(session().look.compared[1], "hausdorff");
}

/// A key that was on its way to a pane arrives after the undo that took the pane's loss out of the session.
TEST_F(Compare, APaneThatTheSessionNoLongerHasChangesNothing) {
  QTest::keyClick(&window, Qt::Key_6, Qt::ControlModifier);
  settle();
  auto* combo = part<QComboBox>("compared.5");
  auto* open = part<QAbstractButton>("open.5");
  window.store().undoStack()->undo();
  ASSERT_LT(session().look.compared.size(), 6U);
  const Session before = session();
  combo->setCurrentIndex(combo->currentIndex() == 0 ? 1 : 0);
  Q_EMIT combo->activated(combo->currentIndex());
  open->click();
  EXPECT_EQ(session(), before);
}

TEST_F(Compare, ZoomPanAndCrosshairAreLinked) {
  choose("arrangement", 2);
  auto* first = panes()[0];
  const QPointF place(first->width() * 0.4, first->height() * 0.45);
  QWheelEvent wheel(place, first->mapToGlobal(place), {}, {0, 360}, Qt::NoButton, Qt::ControlModifier,
                    Qt::NoScrollPhase, false);
  QCoreApplication::sendEvent(first, &wheel);
  for (auto* pane : panes()) {
    EXPECT_LT(QLineF(pane->voxelAt(place), first->voxelAt(place)).length(), 0.6);
  }
  QTest::mouseClick(panes()[2], Qt::LeftButton, {}, place.toPoint());
  settle();
  const auto& view = window.frame()->views[0];
  const auto pixel = view.axes.pixel(window.frame()->data->grid, session().look.crosshair);
  EXPECT_LE(std::abs(double(pixel[0]) - first->voxelAt(place).x()), 1);
  EXPECT_LE(std::abs(double(pixel[1]) - first->voxelAt(place).y()), 1);
}

TEST_F(Compare, TheRangeIsSharedOrOwnAndSaysSo) {
  choose("arrangement", 1);
  const QString own = part<QLabel>("rangeSays")->text();
  const auto bar = [&](const char* name) { return part<widgets::ColourBar>(name)->scale().maximum; };
  EXPECT_NE(bar("comparedBar.0"), bar("comparedBar.1"));
  QTest::mouseClick(part<QCheckBox>("sharedRange"), Qt::LeftButton, {},
                    QPoint(6, part<QCheckBox>("sharedRange")->height() / 2));
  settle();
  EXPECT_TRUE(session().look.shared_range);
  EXPECT_EQ(bar("comparedBar.0"), bar("comparedBar.1"));
  EXPECT_NE(part<QLabel>("rangeSays")->text(), own);
}

TEST_F(Compare, TheSheetShowsAllAndAClickOpensOne) {
  QTest::keyClick(&window, Qt::Key_9, Qt::ControlModifier);
  settle();
  auto* sheet = window.views().sheetView()->sheet();
  ASSERT_EQ(sheet->sheet().cells.size(), all_losses().size());
  for (const widgets::SheetCell& cell : sheet->sheet().cells) {
    ASSERT_EQ(cell.shares.size(), 4U) << cell.name.toStdString();
    double sum = 0;
    for (const widgets::SheetShare& share : cell.shares) {
      sum += share.share;
    }
    EXPECT_NEAR(sum, 1, 1e-9) << cell.name.toStdString();
    EXPECT_GT(cell.edge, 0) << cell.name.toStdString();
    EXPECT_LE(cell.edge, 1) << cell.name.toStdString();
    EXPECT_TRUE(cell.note.contains(QLatin1String("edge"))) << cell.note.toStdString();
  }
  QTest::mouseClick(sheet, Qt::LeftButton, {}, sheet->boxOf(QStringLiteral("tversky")).center().toPoint());
  settle();
  EXPECT_EQ(session().loss.id, "tversky");
  EXPECT_EQ(session().look.arrangement, Arrangement::single);
  EXPECT_TRUE(window.views().slices()[0]->isVisible());
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(session().look.arrangement, Arrangement::contact_sheet);
  sheet->setFocus();
  QTest::keyClick(sheet, Qt::Key_Right);
  QTest::keyClick(sheet, Qt::Key_Return);
  settle();
  EXPECT_EQ(session().look.arrangement, Arrangement::single);
}

TEST_F(Compare, ADifferenceSaysHowItIsNormalised) {
  QTest::keyClick(&window, Qt::Key_D, Qt::ControlModifier);
  settle();
  ASSERT_EQ(panes().size(), 3U);
  EXPECT_TRUE(part<QLabel>("rangeSays")->text().contains(QStringLiteral("L2 norm")));
  EXPECT_EQ(session().look.gradient_of, GradientOf::logit);
  EXPECT_TRUE(part<QComboBox>("gradientOf")->isVisible()) << "or by p could not be chosen";
  const auto& compared = window.frame()->compared;
  for (std::size_t at = 0; at < compared[2].overlay.size(); ++at) {
    ASSERT_FLOAT_EQ(compared[2].overlay[at], compared[0].overlay[at] - compared[1].overlay[at]);
  }
}

TEST_F(Compare, ASessionRestoresTheGrid) {
  choose("arrangement", 3);
  const Session saved = session_from_json(to_json(session()));
  MainWindow second(false);
  second.show();
  second.openCase(saved);
  QTRY_VERIFY_WITH_TIMEOUT(second.frame() && second.settled(), 30'000);
  EXPECT_EQ(second.views().compareGrid()->slices().size(), 6U);
  EXPECT_EQ(second.store().session().look.compared, session().look.compared);
}

}  // namespace
}  // namespace lossscope
