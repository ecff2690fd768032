// SPDX-License-Identifier: Apache-2.0
// Demos, guide, descent and presentation, driven by their own widgets.
#include <QDockWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTextBrowser>
#include <QUndoStack>

#include "app/window/bottom_tabs.h"
#include "app/window/demo_panel.h"
#include "app/window/demos.h"
#include "app/window/guide_dialog.h"
#include "tests/app/window/window_testing.h"
#include "widgets/chart_view.h"

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
    Session shown = window.store().session();
    shown.look.crosshair = state.look.crosshair;
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
      expectState(step.state, where);
      const QString text = part<QTextBrowser>("demoText")->toPlainText();
      EXPECT_TRUE(text.contains(QString::fromStdString(step.title))) << where;
      EXPECT_FALSE(text.contains(QStringLiteral("Answer:"))) << where;
      if (!step.answer.empty()) {
        click("demoAnswer");
        EXPECT_TRUE(part<QTextBrowser>("demoText")->toPlainText().contains(QStringLiteral("Answer:"))) << where;
        expectState(step.answered.value_or(step.state), where + " (answer)");
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
  EXPECT_TRUE(said.contains(QStringLiteral("line 3"))) << said.toStdString();
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
  EXPECT_EQ(window.frame()->session.look.playback, (FromRun{0, 8}));
  EXPECT_EQ(window.frame()->data->kind, PredictionKind::logit);
  EXPECT_EQ(part<widgets::ChartView>("descentChart")->chart().series.size(), 3U);
  const auto last = window.frame()->data->prediction.data;

  part<QSlider>("descentScrub")->setValue(2);
  settle();
  EXPECT_EQ(window.frame()->session.look.playback, (FromRun{0, 2}));
  EXPECT_NE(window.frame()->data->prediction.data, last);
  choose("descentShown", 1);
  EXPECT_EQ(window.frame()->session.look.playback, (FromRun{1, 2}));

  click("descentLeave");
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
  const double size = part<QLabel>("lossName")->font().pointSizeF();
  action->setChecked(true);
  settle();
  EXPECT_FALSE(part<QWidget>("caseDock")->isVisible());
  EXPECT_FALSE(part<QTreeWidget>("lossTree")->isVisible());
  EXPECT_FALSE(part<QWidget>("parameters")->isVisible());
  EXPECT_TRUE(part<QWidget>("formula")->isVisible());
  EXPECT_GT(part<QLabel>("lossName")->font().pointSizeF(), 1.3 * size);
  action->setChecked(false);
  settle();
  EXPECT_TRUE(part<QWidget>("caseDock")->isVisible());
  EXPECT_TRUE(part<QWidget>("parameters")->isVisible());
  EXPECT_NEAR(part<QLabel>("lossName")->font().pointSizeF(), size, 0.01);
}

}  // namespace
}  // namespace lossscope
