// SPDX-License-Identifier: Apache-2.0
// Demos, guide, descent and presentation, driven by their own widgets.
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QTableWidget>
#include <QTextBrowser>
#include <QTreeWidget>
#include <QUndoStack>

#include "app/engine/demos.h"
#include "app/window/bottom_tabs.h"
#include "app/window/demo_panel.h"
#include "app/window/guide_dialog.h"
#include "app/window/message_bar.h"
#include "tests/app/window/window_testing.h"
#include "widgets/chart_view.h"
#include "widgets/colour_bar.h"
#include "widgets/contact_sheet.h"

namespace lossscope {
namespace {

using namespace testing;

class Learn : public WindowTest {
 protected:
  void click(const char* name) {
    QTest::mouseClick(part<QPushButton>(name), Qt::LeftButton);
    settle();
  }
  void openPhantom() {
    window.openSample(QStringLiteral("phantom"));
    settle();
    ASSERT_TRUE(window.frame() && window.frame()->reduction);
  }
  /// The session on screen is that of the demo, wherever one looks.
  void expectState(Session state, const std::string& where) {
    const Session shown = window.store().session();
    if (state.look.crosshair == kAutomaticCrosshair) {
      state.look.crosshair = shown.look.crosshair;
    }
    EXPECT_EQ(to_json(shown), to_json(state)) << where;
    ASSERT_TRUE(window.frame() && window.frame()->reduction) << where;
    EXPECT_EQ(window.frame()->session.loss.id, state.loss.id) << where;
    EXPECT_TRUE(std::isfinite(window.frame()->reduction->value)) << where;
  }
};

TEST_F(Learn, EveryDemoRunsFromStartToEnd) {
  for (const Demo& demo : built_in_demos()) {
    part<QAction>(("demo." + demo.id).c_str())->trigger();
    settle();
    auto* panel = part<DemoPanel>("demoPanel");
    for (std::size_t at = 0; at < demo.steps.size(); ++at) {
      const DemoStep& step = demo.steps[at];
      const std::string where = demo.id + ": " + step.title;
      ASSERT_EQ(panel->step(), static_cast<int>(at)) << where;
      expectState(step.shown.session, where);
      const QString text = part<QTextBrowser>("demoText")->toPlainText();
      EXPECT_TRUE(text.contains(QString::fromStdString(step.title))) << where;
      EXPECT_FALSE(text.contains(QStringLiteral("Answer"))) << where;
      EXPECT_FALSE(text.contains(QStringLiteral("Before the answer:"))) << where;
      if (!step.answer.empty()) {
        click("demoAnswer");
        const QString answered = part<QTextBrowser>("demoText")->toPlainText();
        EXPECT_TRUE(answered.contains(QStringLiteral("Answer"))) << where;
        EXPECT_EQ(answered.contains(QStringLiteral("Before the answer:")), step.answered.has_value())
            << where << ": the text is of a state that is not on screen any more";
        expectState(step.answered ? step.answered->session : step.shown.session, where + " (answer)");
      }
      click("demoNext");
    }
    EXPECT_FALSE(part<QDockWidget>("demoDock")->isVisible()) << "the last step closes the demo";
  }
}

TEST_F(Learn, ADemoIsUndoneStepByStepAndPutBackByAButton) {
  part<QAction>("demo.tversky")->trigger();
  settle();
  const Session first = window.store().session();
  auto* restore = part<QPushButton>("demoRestore");
  EXPECT_FALSE(restore->isEnabled());
  chooseLoss("Focal");
  EXPECT_TRUE(restore->isEnabled());
  click("demoRestore");
  EXPECT_EQ(window.store().session().loss.id, first.loss.id);
  EXPECT_FALSE(restore->isEnabled());
  click("demoNext");
  EXPECT_NE(window.store().session(), first);
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(window.store().session().loss.parameters, first.loss.parameters);
}

/// On a case that is open already, too, a demo leads to where it speaks of.
TEST_F(Learn, ADemoLooksWhereItSaysWhateverWasOpen) {
  openPhantom();
  window.store().look([](Session& session) {
    session.look.crosshair = {10, 20, 30};
    session.look.display.tab = "histogram";
  });
  settle();
  for (const char* id : {"tversky", "boundaries", "imbalance"}) {
    part<QAction>((std::string("demo.") + id).c_str())->trigger();
    settle();
    const Session& wanted = part<DemoPanel>("demoPanel")->demo().steps.front().shown.session;
    ASSERT_NE(wanted.look.crosshair, kAutomaticCrosshair);
    EXPECT_EQ(window.frame()->session.look.crosshair, wanted.look.crosshair) << id;
    EXPECT_EQ(part<QWidget>(("tab." + wanted.look.display.tab).c_str())->isVisible(), true) << id;
  }
  window.store().look([](Session& session) { session.look.crosshair = {10, 20, 30}; });
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(window.frame()->session.look.crosshair, (std::array<std::int64_t, 3>{10, 20, 30})) << "undo moves no eye";
}

TEST_F(Learn, ADemoThatCannotBeReadSaysWhy) {
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("mine.md"));
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.write("# Mine\n## One\n```state\n{\"los\": \"dice\"}\n```\n");
  file.close();
  QString said;
  QObject::connect(&window, &MainWindow::refused, [&](const QString& sentence) { said = sentence; });
  window.openDemo(path);
  EXPECT_TRUE(said.contains(QStringLiteral("mine.md"))) << said.toStdString();
  EXPECT_TRUE(said.contains(QStringLiteral("line 4"))) << said.toStdString();
  EXPECT_TRUE(said.contains(QStringLiteral("E_DEMO"))) << said.toStdString();
}

TEST_F(Learn, TheGuideMeasuresAndAClickChoosesALoss) {
  openPhantom();
  QAction* ask = nullptr;
  for (QAction* action : window.findChildren<QAction*>()) {
    ask = action->shortcut() == QKeySequence(QStringLiteral("Ctrl+L")) ? action : ask;
  }
  ASSERT_NE(ask, nullptr);
  ask->trigger();
  auto* dialog = part<GuideDialog>("guideDialog");
  QTRY_VERIFY_WITH_TIMEOUT(!dialog->busy(), 60'000);
  QTest::qWait(20);
  auto* text = part<QTextBrowser>("guideText");
  EXPECT_TRUE(text->toPlainText().contains(QStringLiteral("of the volume"))) << text->toPlainText().toStdString();
  Q_EMIT text->anchorClicked(QUrl(QStringLiteral("loss:focal")));
  settle();
  EXPECT_EQ(window.store().session().loss.id, "focal");
  dialog->close();
}

TEST_F(Learn, TheGuideLeadsToComponentsAndSaysWhenItIsStale) {
  openPhantom();
  window.store().change(QString(), [](Session& session) {
    session.study.labels.values = {2};
    session.predict_from<FromMask>().degradation = parse_degradation("drop=0.5;seed=1");
  });
  settle();
  for (QAction* action : window.findChildren<QAction*>()) {
    if (action->shortcut() == QKeySequence(QStringLiteral("Ctrl+L"))) {
      action->trigger();
    }
  }
  auto* dialog = part<GuideDialog>("guideDialog");
  QTRY_VERIFY_WITH_TIMEOUT(!dialog->busy(), 60'000);
  QTest::qWait(20);
  auto* text = part<QTextBrowser>("guideText");
  const QString html = text->toHtml();
  const auto link = html.indexOf(QStringLiteral("place:"));
  ASSERT_GE(link, 0) << "components are rows that lead somewhere";
  Q_EMIT text->anchorClicked(QUrl(html.mid(link, html.indexOf(QLatin1Char('"'), link) - link)));
  settle();
  const auto& [i, j, k] = window.store().session().look.crosshair;
  EXPECT_LT(i, 60) << "the small lesion, which is missed, stands first";
  EXPECT_TRUE(window.frame()->data->mask.voxels<std::uint8_t>()[window.frame()->data->grid.offset(i, j, k)]);
  Q_EMIT text->anchorClicked(QUrl(QStringLiteral("loss:tversky_fp")));
  settle();
  EXPECT_EQ(window.store().session().loss.parameters.at("tversky").at("alpha"), 0.7);
  EXPECT_FALSE(part<QLabel>("guideStale")->isVisible()) << "another loss is the same case";
  window.store().change(QString(), [](Session& session) { session.predict_from<FromMask>().degradation.dilate = 1; });
  settle();
  EXPECT_TRUE(part<QLabel>("guideStale")->isVisible());
  click("guideAgain");
  QTRY_VERIFY_WITH_TIMEOUT(!dialog->busy(), 60'000);
  EXPECT_FALSE(part<QLabel>("guideStale")->isVisible());
  dialog->close();
}

TEST_F(Learn, AStepIsSavedAndLeadsBack) {
  openPhantom();
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("mine.md"));
  ASSERT_TRUE(window.saveDemoStep(path, QStringLiteral("First")));
  const Session first = window.store().session();
  chooseLoss("Focal");
  ASSERT_TRUE(window.saveDemoStep(path, QStringLiteral("Second")));
  const Session second = window.store().session();
  const Demo demo = load_demo(path);
  ASSERT_EQ(demo.steps.size(), 2U);
  EXPECT_EQ(to_json(demo.steps[0].shown.session), to_json(first));
  EXPECT_EQ(to_json(demo.steps[1].shown.session), to_json(second));
  QFile other(folder.filePath(QStringLiteral("other.md")));
  ASSERT_TRUE(other.open(QIODevice::WriteOnly));
  other.write("no demo\n");
  other.close();
  EXPECT_FALSE(window.saveDemoStep(other.fileName(), QStringLiteral("Third"))) << "what is no demo is left alone";
}

/// Writes a demo of one step and opens it.
class LearnOwn : public Learn {
 protected:
  void openOwn(const QByteArray& state) {
    QFile file(folder_.filePath(QStringLiteral("own.md")));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("# Own\n## Step\nFormula: $p_i$. ![](formula:dice)\n```state\n" + state + "\n```\n");
    file.close();
    window.openDemo(file.fileName());
    settle();
  }
  static QByteArray phantom(const char* more) {
    return QByteArray(R"({"mask": {"path": "sample:phantom"}, "label": 2, "prediction": {"source": "degraded",
                           "degrade": "shift=3,0,0;soften=1"}, "loss": "dice", )") +
           more + "}";
  }
  QTemporaryDir folder_;
};

TEST_F(LearnOwn, AStepSetsASweepGoing) {
  openOwn(phantom(R"("play": {"sweep": true}, "view": {"sweep": {"along": "shift", "from": 0, "to": 4, "steps": 5}})"));
  QTRY_VERIFY_WITH_TIMEOUT(part<widgets::ChartView>("sweepLosses")->chart().series.size() == 1, 60'000);
  EXPECT_EQ(window.store().session().look.display.tab, "sweep");
  EXPECT_EQ(part<widgets::ChartView>("sweepLosses")->chart().series[0].x.size(), 5U);
  EXPECT_TRUE(part<QTextBrowser>("demoText")->toPlainText().contains(QStringLiteral("Formula: pi.")))
      << "p with an index";
  const QVariant formula = part<QTextBrowser>("demoText")
                               ->document()
                               ->resource(QTextDocument::ImageResource, QUrl(QStringLiteral("formula:dice")));
  EXPECT_GT(formula.value<QImage>().width(), 40) << "the typeset formula of a loss";
}

TEST_F(LearnOwn, AStepSetsADescentGoing) {
  openOwn(phantom(R"("play": {"descent": {"losses": ["bce", "focal"], "steps": 4, "rates": "common"}})"));
  QTRY_VERIFY_WITH_TIMEOUT(window.store().session().look.playback && window.store().session().look.playback->step == 4,
                           60'000);
  settle();
  EXPECT_EQ(window.store().session().look.display.tab, "descent");
  EXPECT_EQ(part<QComboBox>("descentLoss1")->currentData().toString(), QStringLiteral("focal"));
  EXPECT_EQ(part<QComboBox>("descentRates")->currentIndex(), 1);
}

TEST_F(LearnOwn, AVoxelOutsideIsTold) {
  openOwn(phantom(R"("view": {"crosshair": [500, 3, 3]})"));
  const QString said = part<MessageBar>("messageBar")->text();
  EXPECT_TRUE(said.contains(QStringLiteral("500, 3, 3"))) << said.toStdString();
}

TEST_F(LearnOwn, AStepIsShownLargerAboutItsCrosshair) {
  openOwn(phantom(R"("view": {"crosshair": [80, 60, 50], "zoom": 4})"));
  const Frame& frame = *window.frame();
  for (std::size_t view = 0; view < 3; ++view) {
    const widgets::SliceView* slice = window.views().slices()[view];
    const auto pixel = frame.views[view].axes.pixel(frame.data->grid, window.store().session().look.crosshair);
    const QPointF here = slice->positionOf(QPointF(static_cast<double>(pixel[0]), static_cast<double>(pixel[1])));
    EXPECT_NEAR(here.x(), slice->width() / 2.0, 1) << "the voxel is in the middle";
    EXPECT_NEAR(here.y(), slice->height() / 2.0, 1);
  }
  const widgets::SliceView* axial = window.views().slices()[0];
  const double large = axial->positionOf({1, 0}).x() - axial->positionOf({0, 0}).x();
  QTest::keyClick(&window, Qt::Key_R);
  settle();
  EXPECT_EQ(window.store().session().look.display.zoom, 1);
  EXPECT_NEAR(large / (axial->positionOf({1, 0}).x() - axial->positionOf({0, 0}).x()), 4, 1e-6);
}

TEST_F(Learn, ADescentStartsWhereThePredictionIs) {
  openPhantom();
  window.store().change(QString(), [](Session& session) {
    session.predict_from<FromMask>().degradation = parse_degradation("shift=2,0,0;soften=2");
  });
  settle();
  part<BottomTabs>("bottomTabs")->setCurrentWidget(part<QWidget>("tab.descent"));
  settle();
  const double dice = window.frame()->reduction->value;
  const QString value_before = value();
  click("descentStep");
  QTRY_VERIFY_WITH_TIMEOUT(window.store().session().look.playback && window.store().session().look.playback->step == 1,
                           60'000);
  part<QSlider>("descentScrub")->setValue(0);
  settle();
  ASSERT_EQ(window.frame()->session.look.playback->step, 0);
  EXPECT_NEAR(window.frame()->reduction->value, dice, 2e-6 * dice) << "no silent clipping";
  EXPECT_NEAR(value().toDouble(), value_before.toDouble(), 1e-4 * dice) << "and on screen";
  EXPECT_TRUE(part<QWidget>("descentBanner")->isVisible());
  EXPECT_TRUE(part<QLabel>("descentBannerSays")->text().contains(QStringLiteral("step 0")));
}

TEST_F(Learn, AHeldStartSaysHowManyVoxelsItMoved) {
  openPhantom();
  window.store().change(QString(), [](Session& session) {
    session.predict_from<FromMask>().degradation = parse_degradation("shift=2,0,0");
  });
  settle();
  part<BottomTabs>("bottomTabs")->setCurrentWidget(part<QWidget>("tab.descent"));
  settle();
  choose("descentStart", 1);
  click("descentStep");
  QTRY_VERIFY_WITH_TIMEOUT(window.store().session().look.playback.has_value(), 60'000);
  settle();
  const QString all = QLocale::c().toString(static_cast<qlonglong>(window.frame()->data->grid.voxels()));
  EXPECT_TRUE(part<QLabel>("descentFrom")->text().contains(all)) << part<QLabel>("descentFrom")->text().toStdString();
}

TEST_F(Learn, LeavingADescentAsks) {
  openPhantom();
  part<BottomTabs>("bottomTabs")->setCurrentWidget(part<QWidget>("tab.descent"));
  settle();
  click("descentStep");
  QTRY_VERIFY_WITH_TIMEOUT(window.store().session().look.playback && window.store().session().look.playback->step == 1,
                           60'000);
  settle();
  click("descentLeave");
  click("descentAskStay");
  EXPECT_TRUE(window.store().session().look.playback) << "nothing is lost";
  choose("descentOptimiser", 1);
  click("descentAskStay");
  EXPECT_EQ(part<QComboBox>("descentOptimiser")->currentIndex(), 0) << "the choice that the descent goes by";
  QTest::mouseClick(part<QAbstractButton>("descentBannerLeave"), Qt::LeftButton);
  click("descentAskLeave");
  EXPECT_FALSE(window.store().session().look.playback);
  EXPECT_FALSE(part<QWidget>("descentBanner")->isVisible());
}

TEST_F(Learn, ADescentIsPlayedScrubbedAndLeft) {
  openPhantom();
  auto* tabs = part<BottomTabs>("bottomTabs");
  auto* tab = part<QWidget>("tab.descent");
  tabs->setCurrentWidget(tab);
  settle();
  const Session before = window.store().session();
  const double loss_before = window.frame()->reduction->value;
  part<QSpinBox>("descentCount")->setValue(8);
  click("descentPlay");
  QTRY_VERIFY_WITH_TIMEOUT(window.store().session().look.playback && window.store().session().look.playback->step == 8,
                           60'000);
  settle();
  const auto shown = [this] {
    const auto& playback = window.frame()->session.look.playback;
    return playback ? std::pair(playback->lane, playback->step) : std::pair(std::size_t{9}, std::int64_t{-1});
  };
  EXPECT_EQ(shown(), std::pair(std::size_t{0}, std::int64_t{8}));
  EXPECT_EQ(window.frame()->data->kind, PredictionKind::logit);
  EXPECT_EQ(part<widgets::ChartView>("descentChart")->chart().series.size(), 3U);
  const auto last = window.frame()->data->prediction.data;

  part<QSlider>("descentScrub")->setValue(2);
  settle();
  EXPECT_EQ(shown(), std::pair(std::size_t{0}, std::int64_t{2}));
  EXPECT_NE(window.frame()->data->prediction.data, last);
  choose("descentShown", 1);
  EXPECT_EQ(shown(), std::pair(std::size_t{1}, std::int64_t{2}));

  click("descentLeave");
  click("descentAskLeave");
  EXPECT_EQ(window.store().session(), before) << "a descent is a way of looking";
  EXPECT_EQ(window.frame()->reduction->value, loss_before);
}

TEST_F(Learn, AnotherPredictionEndsThePlayback) {
  openPhantom();
  part<BottomTabs>("bottomTabs")->setCurrentWidget(part<QWidget>("tab.descent"));
  settle();
  click("descentStep");
  QTRY_VERIFY_WITH_TIMEOUT(window.store().session().look.playback.has_value(), 60'000);
  settle();
  window.store().change(QStringLiteral("shift"), [](Session& session) {
    session.predict_from<FromMask>().degradation.shift = {5, 0, 0};
  });
  settle();
  EXPECT_FALSE(window.store().session().look.playback);
  EXPECT_EQ(window.frame()->data->kind, PredictionKind::probability);
}

TEST_F(Learn, APresentationHidesThePanelsAndComesBack) {
  openPhantom();
  auto* action = part<QAction>("presentation");
  const int size = QFontInfo(part<QLabel>("lossName")->font()).pixelSize();
  const int width = part<QWidget>("lossDock")->width();
  action->setChecked(true);
  settle();
  EXPECT_GT(window.views().width(), window.width() / 2) << "the views are what is presented";
  EXPECT_FALSE(part<QWidget>("caseDock")->isVisible());
  EXPECT_FALSE(part<QWidget>("metrics")->isVisible());
  for (const char* stays : {"lossTree", "parameters", "formula", "preset"}) {
    EXPECT_TRUE(part<QWidget>(stays)->isVisible()) << stays;
  }
  const auto* list = part<QTreeWidget>("lossTree");
  int rows = 0;
  for (QTreeWidgetItemIterator it(part<QTreeWidget>("lossTree"), QTreeWidgetItemIterator::NotHidden); *it; ++it) {
    ++rows;
  }
  EXPECT_GE(list->maximumHeight(), rows * list->sizeHintForRow(0)) << "the larger rows may take what is free";
  for (auto* text : window.findChildren<QWidget*>()) {
    const bool is_text = qobject_cast<QLabel*>(text) != nullptr || qobject_cast<QAbstractSpinBox*>(text) != nullptr ||
                         qobject_cast<QComboBox*>(text) != nullptr ||
                         qobject_cast<widgets::ColourBar*>(text) != nullptr;
    EXPECT_TRUE(!is_text || !text->isVisible() || QFontInfo(text->font()).pixelSize() >= 24)
        << text->objectName().toStdString() << text->parentWidget()->objectName().toStdString();
  }
  action->setChecked(false);
  settle();
  EXPECT_TRUE(part<QWidget>("caseDock")->isVisible());
  EXPECT_TRUE(part<QWidget>("parameters")->isVisible());
  EXPECT_TRUE(part<QWidget>("metrics")->isVisible());
  EXPECT_EQ(QFontInfo(part<QLabel>("lossName")->font()).pixelSize(), size);
  EXPECT_NEAR(part<QWidget>("lossDock")->width(), width, 2);
}

TEST_F(Learn, AfterAPresentationWordsAreAsTheyWere) {
  openSample();
  const auto said = [this] {
    QStringList words;
    for (const auto* label : part<QWidget>("layerBar")->findChildren<QLabel*>()) {
      words << label->text() + (label->isVisible() ? QStringLiteral(" seen") : QStringLiteral(" not"));
    }
    return words;
  };
  const QStringList before = said();
  auto* table = part<QTableWidget>("probeTable");
  const QFont head = table->horizontalHeader()->font();
  window.present(true);
  settle();
  window.present(false);
  settle();
  QTest::qWait(50);
  EXPECT_EQ(said(), before);
  EXPECT_EQ(table->horizontalHeader()->font().family(), head.family());
  for (int column = 0; column < table->columnCount(); ++column) {
    const int needed =
        table->horizontalHeader()->fontMetrics().horizontalAdvance(table->horizontalHeaderItem(column)->text());
    EXPECT_LE(needed, table->columnWidth(column)) << column;
  }
}

/// Before an audience words are at least 24 pixels high, in the smallest pane, too.
TEST_F(Learn, ThePresentedSheetCanBeReadAndScrolled) {
  window.resize(1280, 800);
  openSample();
  window.present(true);
  window.store().change({}, [](Session& session) { session.look.arrangement = Arrangement::contact_sheet; });
  settle();
  auto* sheet = part<widgets::ContactSheet>("contactSheet");
  EXPECT_TRUE(sheet->plan().scrolls());
  EXPECT_TRUE(sheet->scrollBar()->isVisible());
  EXPECT_FALSE(sheet->boxOf(QStringLiteral("dice")).isNull()) << "the loss that is looked at";
  for (int row = 0; row <= sheet->scrollBar()->maximum(); ++row) {
    sheet->scrollBar()->setValue(row);
    for (const auto& cell : sheet->sheet().cells) {
      if (const QRectF box = sheet->boxOf(cell.id); !box.isNull()) {
        EXPECT_TRUE(QRectF(sheet->rect()).adjusted(-1, -1, 1, 1).contains(box)) << cell.id.toStdString();
        EXPECT_GE(box.height(), 100);
      }
    }
  }
  EXPECT_FALSE(sheet->boxOf(sheet->sheet().cells.back().id).isNull());
}

}  // namespace
}  // namespace lossscope
