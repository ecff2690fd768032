// SPDX-License-Identifier: Apache-2.0
#include <QCheckBox>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QUndoStack>
#include <numeric>

#include "app/engine/curves.h"
#include "app/window/bottom_tabs.h"
#include "app/window/export_chart.h"
#include "app/window/probe_tab.h"
#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class Tabs : public WindowTest {
 protected:
  void SetUp() override {
    window.openSample(QStringLiteral("phantom"));
    settle();
  }
  const Session& session() { return window.store().session(); }
  void open(const char* id) {
    auto* tabs = part<BottomTabs>("bottomTabs");
    for (int index = 0; index < tabs->count(); ++index) {
      if (tabs->widget(index)->objectName() == QStringLiteral("tab.") + QString::fromLatin1(id)) {
        QTest::mouseClick(tabs->tabBar(), Qt::LeftButton, {}, tabs->tabBar()->tabRect(index).center());
      }
    }
    settle();
    EXPECT_EQ(session().look.display.tab, id);
  }
  const widgets::Chart& chart(const char* name) { return part<widgets::ChartView>(name)->chart(); }
  QString cell(int row, int column) { return part<QTableWidget>("probeTable")->item(row, column)->text(); }
  std::vector<float> contributions() {
    const LossResult& result = *window.frame()->result;
    std::vector<float> map(static_cast<std::size_t>(result.problem.mask.grid.voxels()));
    const MapKind kind = MapKind::contribution;
    const std::span<float> out(map);
    result.loss->map_volume(result.parameters, result.problem, result.fields, result.reduction, {&kind, 1}, {&out, 1});
    return map;
  }
  std::int64_t offset() {
    const auto& c = session().look.crosshair;
    return window.frame()->data->grid.offset(c[0], c[1], c[2]);
  }
};

TEST_F(Tabs, TheProbeShowsTheVoxelsNumbers) {
  open("probe");
  const VoxelProbe& probe = window.frame()->probes.front();
  EXPECT_NEAR(cell(0, ProbeTab::kP).toDouble(), probe.p, 1e-3 * probe.p);
  EXPECT_NEAR(cell(0, ProbeTab::kContribution).toDouble(), probe.losses[0].contribution,
              6e-3 * probe.losses[0].contribution);
  EXPECT_EQ(window.frame()->probe.loss().contribution, probe.losses[0].contribution);
  const bool adds = probe.losses[0].contribution > 0;  // what adds nothing is in no top
  const double percent = cell(0, ProbeTab::kRank).toDouble();
  EXPECT_TRUE(adds ? percent > 0 && percent <= 100 : cell(0, ProbeTab::kRank) == QStringLiteral("–"))
      << cell(0, ProbeTab::kRank).toStdString();
  EXPECT_NE(cell(0, ProbeTab::kDistance), QStringLiteral("–"));
}

/// On a screen of 1920 x 1080 at a scale of 2: what has no room folds or scrolls.
TEST_F(Tabs, NoControlIsSquashedOrCoveredInASmallWindow) {
  window.resize(960, 540);
  settle();
  ASSERT_EQ(window.size(), QSize(960, 540));
  for (const char* name : {"sweep", "descent"}) {
    open(name);
    settle();
    QWidgetList controls;
    for (QWidget* widget : part<QWidget>((std::string("tab.") + name).c_str())->findChildren<QWidget*>()) {
      const bool is_control = widget->inherits("QComboBox") || widget->inherits("QAbstractSpinBox") ||
                              widget->inherits("QAbstractButton") || widget->inherits("QLabel");
      if (is_control && widget->isVisible() && !widget->parentWidget()->inherits("QComboBox")) {
        controls << widget;
      }
    }
    ASSERT_GT(controls.size(), 6) << name;
    for (const QWidget* control : controls) {
      EXPECT_GE(control->height(), control->minimumSizeHint().height()) << control->objectName().toStdString();
      for (const QWidget* other : controls) {
        EXPECT_TRUE(other == control || other->parentWidget() != control->parentWidget() ||
                    !other->geometry().intersects(control->geometry()))
            << control->objectName().toStdString() << " and " << other->objectName().toStdString();
      }
    }
  }
}

/// In a window of 1280 pixels every column is in sight, and no number is cut: on a large grid, with small numbers.
TEST_F(Tabs, EveryColumnOfTheProbeIsInSight) {
  window.openSample(QStringLiteral("mni-head"));
  settle();
  QTest::mouseClick(part<QAbstractButton>("worst"), Qt::LeftButton);
  choose("arrangement", 3);  // six losses
  for (int pins = 0; pins < 3; ++pins) {
    QTest::mouseClick(part<QAbstractButton>("pin"), Qt::LeftButton);
    settle();
    QTest::mouseClick(part<QAbstractButton>("nextWorst"), Qt::LeftButton);
    settle();
  }
  ASSERT_EQ(window.width(), 1280);
  auto* table = part<QTableWidget>("probeTable");
  ASSERT_TRUE(table->verticalScrollBar()->isVisible()) << "so that its width counts, too";
  int right = 0, numbers = 0;
  for (int column = 0; column < table->columnCount(); ++column) {
    right += table->columnWidth(column);
    for (int row = 0; row < table->rowCount(); ++row) {
      const int span = table->columnSpan(row, column);
      EXPECT_TRUE(span > 1 ||
                  QFontMetrics(table->font()).horizontalAdvance(cell(row, column)) <= table->columnWidth(column))
          << row << ", " << column << ": " << cell(row, column).toStdString();
      numbers += cell(row, column).isEmpty() ? 0 : 1;
    }
  }
  EXPECT_LE(right, table->viewport()->width());
  EXPECT_GE(numbers, 4 * (6 + 6 * 5));
}

TEST_F(Tabs, VoxelsArePinnedAndUndoUnpins) {
  const auto first = session().look.crosshair;
  QTest::keyClick(&window, Qt::Key_P);
  settle();
  ASSERT_EQ(session().look.pinned.size(), 1U);
  window.store().look([](Session& s) { s.look.crosshair[0] += 3; });
  QTest::mouseClick(part<QAbstractButton>("pin"), Qt::LeftButton);
  settle();
  ASSERT_EQ(session().look.pinned.size(), 2U);
  auto* table = part<QTableWidget>("probeTable");
  EXPECT_EQ(table->rowCount(), 3);
  EXPECT_EQ(window.frame()->probes[1].voxel, first);
  Q_EMIT table->cellActivated(1, 0);
  settle();
  EXPECT_EQ(session().look.crosshair, first);
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(session().look.pinned.size(), 1U);
  EXPECT_EQ(session().look.crosshair, first) << "undoing a pin moves no eye";
  EXPECT_EQ(table->rowCount(), 2);
}

TEST_F(Tabs, EveryComparedLossHasItsRow) {
  choose("arrangement", 2);
  auto* table = part<QTableWidget>("probeTable");
  ASSERT_EQ(table->rowCount(), 5) << "the voxel's, and one for each loss";
  QStringList names;
  for (int row = 1; row < 5; ++row) {
    const LossProbe& probe = window.frame()->probes[0].losses[static_cast<std::size_t>(row) - 1];
    names << cell(row, ProbeTab::kVoxel);
    EXPECT_EQ(names.last().trimmed().toStdString(), probe.result->loss->declaration().name);
    EXPECT_NEAR(cell(row, ProbeTab::kContribution).toDouble(), probe.contribution, 6e-3 * probe.contribution);
  }
  names.removeDuplicates();
  EXPECT_EQ(names.size(), 4);
}

TEST_F(Tabs, TheWorstVoxelIsTheLargestAndNextFollows) {
  const auto map = contributions();
  std::vector<std::int64_t> order(map.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return map[a] > map[b]; });
  QTest::keyClick(&window, Qt::Key_M);
  settle();
  EXPECT_EQ(offset(), order[0]);
  EXPECT_FALSE(part<QAbstractButton>("previousWorst")->isEnabled());
  QTest::mouseClick(part<QAbstractButton>("nextWorst"), Qt::LeftButton);
  settle();
  EXPECT_EQ(offset(), order[1]);
  QTest::mouseClick(part<QAbstractButton>("nextWorst"), Qt::LeftButton);
  settle();
  EXPECT_EQ(offset(), order[2]);
  QTest::mouseClick(part<QAbstractButton>("previousWorst"), Qt::LeftButton);
  settle();
  EXPECT_EQ(offset(), order[1]);
}

TEST_F(Tabs, TheHistogramCountsEveryVoxel) {
  open("histogram");
  const auto counted = [&] {
    double sum = 0;
    for (const widgets::ChartSeries& series : chart("histogram").series) {
      sum += std::accumulate(series.y.begin(), series.y.end(), 0.0);
    }
    return static_cast<std::int64_t>(sum);
  };
  const auto map = contributions();
  const auto not_zero = std::count_if(map.begin(), map.end(), [](float v) { return v != 0; });
  ASSERT_EQ(chart("histogram").series.size(), 4U);
  static const QRegularExpression kBelow(QStringLiteral("(\\d+) below"));
  const auto noted = kBelow.match(chart("histogram").note).captured(1).toLongLong();
  EXPECT_EQ(counted() + noted, not_zero) << "drawn, or said to be too small for it";
  const float largest = *std::max_element(map.begin(), map.end());
  const auto seen = std::count_if(map.begin(), map.end(), [largest](float v) { return v > 1e-11F * largest; });
  EXPECT_GE(counted(), seen) << "what is not tiny is drawn";
  EXPECT_TRUE(chart("histogram").note.contains(QString::number(map.size() - static_cast<std::size_t>(not_zero))));
  choose("histogramOf", 1);
  EXPECT_EQ(session().look.layer, OverlayLayer::gradient);
  EXPECT_TRUE(chart("histogram").x.title.contains(QStringLiteral("dL/dp")));
  window.store().undoStack()->undo();
  settle();
  EXPECT_FALSE(chart("histogram").x.title.contains(QStringLiteral("dL/dp")));
}

TEST_F(Tabs, TheDistanceChartAddsUpToTheLoss) {
  open("distance");
  double sum = 0;
  for (const widgets::ChartSeries& series : chart("distanceChart").series) {
    sum += std::accumulate(series.y.begin(), series.y.end(), 0.0);
  }
  EXPECT_NEAR(sum, 100, 2) << "but for the traces at the far ends";
  EXPECT_LE(sum, 100 + 1e-9);
}

TEST_F(Tabs, TheCurveMarksTheVoxelAndADragSetsTheParameter) {
  chooseLoss("Focal");
  open("curve");
  const widgets::Chart& voxel = chart("voxelCurve");
  ASSERT_EQ(voxel.series.size(), 2U);
  ASSERT_EQ(voxel.markers.size(), 1U);
  EXPECT_EQ(voxel.markers[0].x, window.frame()->probes[0].p);
  QTRY_VERIFY_WITH_TIMEOUT(chart("parameterCurve").series.size() == 1, 10'000);
  auto* along = part<widgets::ChartView>("parameterCurve");
  const auto before = session().loss.parameters;
  const auto layout = along->chartLayout();
  const double wanted = layout.x.value(layout.plot.left() + layout.plot.width() * 0.75);
  const QPoint start(static_cast<int>(layout.plot.center().x()), static_cast<int>(layout.plot.center().y()));
  QTest::mousePress(along, Qt::LeftButton, {}, start);
  QTest::mouseMove(along, QPoint(static_cast<int>(layout.plot.left() + layout.plot.width() * 0.75), start.y()));
  QTest::mouseRelease(along, Qt::LeftButton);
  settle();
  ASSERT_NE(session().loss.parameters, before);
  const auto& values = session().loss.parameters.at("focal");
  EXPECT_NEAR(values.begin()->second, wanted, 0.02 * std::abs(wanted) + 1e-3);
  EXPECT_EQ(chart("parameterCurve").markers[0].y, window.frame()->reduction->value);
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(session().loss.parameters, before) << "one drag, one step";
}

TEST_F(Tabs, AChartIsWrittenAsWhatItsNameSays) {
  open("distance");
  const QTemporaryDir folder;
  for (const auto& [name, begin] : {std::pair{"c.svg", "<?xml"}, std::pair{"c.pdf", "%PDF"},
                                    std::pair{"c.png", "\x89PNG"}, std::pair{"c.csv", "\"distance"}}) {
    const QString path = folder.filePath(QString::fromLatin1(name));
    EXPECT_EQ(save_chart(chart("distanceChart"), {600, 300}, path), QString());
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly)) << name;
    EXPECT_TRUE(file.readAll().startsWith(begin)) << name;
  }
  EXPECT_FALSE(save_chart(chart("distanceChart"), {600, 300}, folder.filePath(QStringLiteral("c.doc"))).isEmpty());
}

TEST_F(Tabs, ASweepRunsAndItsMarkerScrubsTheViews) {
  open("sweep");
  window.store().change(QString(), [](Session& s) { s.look.display.sweep = {"dilate", -2, 2, 5}; });
  QTest::mouseClick(part<QAbstractButton>("sweepRun"), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(chart("sweepLosses").series.size() == 1, 60'000);
  const widgets::ChartSeries dice = chart("sweepLosses").series[0];
  ASSERT_EQ(dice.x.size(), 5U);
  const Degradation before = session().prediction().degradation();
  auto* view = part<widgets::ChartView>("sweepLosses");
  const auto layout = view->chartLayout();
  QTest::mouseClick(
      view, Qt::LeftButton, {},
      QPoint(static_cast<int>(std::lround(layout.x.pixel(1))), static_cast<int>(layout.plot.center().y())));
  settle();
  EXPECT_NEAR(session().prediction().degradation().dilate, 1, 0.05);
  window.store().change(QString(), [](Session& s) { s.predict_from<FromMask>().degradation.dilate = 1; });
  settle();
  EXPECT_NEAR(window.frame()->reduction->value, dice.y[3], 1e-12) << "the sweep's step is the session's value";
  EXPECT_EQ(chart("sweepLosses").markers[0].x, 1);
  window.store().undoStack()->undo();
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(session().prediction().degradation(), before);
}

TEST_F(Tabs, AThresholdSweepScrubsAndItsStepsAreChosen) {
  open("sweep");
  choose("sweepAlong", part<QComboBox>("sweepAlong")->findData(QStringLiteral("threshold")));
  part<QSpinBox>("sweepSteps")->setValue(4);
  EXPECT_EQ(session().look.display.sweep.steps, 4);
  window.store().change(QString(), [](Session& s) { s.look.display.sweep = {"threshold", 0.2, 0.8, 4}; });
  const double soft = window.frame()->reduction->value;
  QTest::mouseClick(part<QAbstractButton>("sweepRun"), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(chart("sweepLosses").series.size() == 1, 60'000);
  const widgets::ChartSeries dice = chart("sweepLosses").series[0];
  ASSERT_EQ(dice.x.size(), 4U);
  EXPECT_TRUE(chart("sweepLosses").markers.empty()) << "an uncut prediction is nowhere on the axis";
  auto* view = part<widgets::ChartView>("sweepLosses");
  const auto layout = view->chartLayout();
  QTest::mouseClick(
      view, Qt::LeftButton, {},
      QPoint(static_cast<int>(std::lround(layout.x.pixel(0.6))), static_cast<int>(layout.plot.center().y())));
  settle();
  ASSERT_TRUE(session().prediction().threshold);
  EXPECT_NEAR(*session().prediction().threshold, 0.6, 0.01);
  EXPECT_TRUE(part<QCheckBox>("cut")->isChecked());
  for (const float p : window.frame()->data->prediction.voxels<float>()) {
    ASSERT_TRUE(p == 0 || p == 1);
  }
  part<QDoubleSpinBox>("threshold")->setValue(dice.x[3]);
  settle();
  EXPECT_NEAR(window.frame()->reduction->value, dice.y[3], 1e-12) << "the sweep's step is the session's value";
  EXPECT_EQ(session_from_json(to_json(session())).prediction(), session().prediction());
  QTest::mouseClick(part<QAbstractButton>("sweepRun"), Qt::LeftButton);
  QTest::qWait(50);
  QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 60'000);
  EXPECT_EQ(chart("sweepLosses").series[0].y, dice.y) << "a cut prediction is swept as it was before the cut";
  QTest::mouseClick(part<QCheckBox>("cut"), Qt::LeftButton, {}, QPoint(6, part<QCheckBox>("cut")->height() / 2));
  settle();
  EXPECT_EQ(window.frame()->reduction->value, soft);
}

TEST_F(Tabs, TheTabIsRestoredWithTheSession) {
  open("distance");
  const Session saved = session_from_json(to_json(session()));
  MainWindow second(false);
  second.show();
  second.openCase(saved);
  QTRY_VERIFY_WITH_TIMEOUT(second.frame() && second.settled(), 30'000);
  EXPECT_EQ(second.findChild<BottomTabs*>()->currentWidget()->objectName(), QStringLiteral("tab.distance"));
}

}  // namespace
}  // namespace lossscope
