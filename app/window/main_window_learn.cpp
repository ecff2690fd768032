// SPDX-License-Identifier: Apache-2.0
// The window's part in teaching: the guide, the demos, the presentation mode.
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenuBar>
#include <QStatusBar>
#include <QVBoxLayout>
#include <algorithm>

#include "app/engine/demos.h"
#include "app/io/safe_file.h"
#include "app/window/bottom_tabs.h"
#include "app/window/demo_panel.h"
#include "app/window/descent_banner.h"
#include "app/window/descent_tab.h"
#include "app/window/guide_dialog.h"
#include "app/window/loss_panel.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "app/window/start_folder.h"
#include "app/window/status_line.h"
#include "app/window/view_area.h"

namespace lossscope {
namespace {

constexpr int kLines = 45;  // of text in the window's height, while it is presented

}  // namespace

void MainWindow::makeLearnMenu() {
  demo_ = new DemoPanel(store_);
  auto* dock = new QDockWidget(tr("Demo"));
  dock->setObjectName(QStringLiteral("demoDock"));
  dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
  dock->setWidget(demo_);
  addDockWidget(Qt::LeftDockWidgetArea, dock);
  dock->hide();
  connect(demo_, &DemoPanel::closed, dock, &QDockWidget::hide);
  connect(demo_, &DemoPanel::problem, message_, &MessageBar::showMessage);
  connect(demo_, &DemoPanel::playRequested, tabs_, &BottomTabs::play);
  connect(this, &MainWindow::frameShown, demo_, [this] { demo_->showFrame(frame_); });
  auto* banner = new DescentBanner;
  static_cast<QVBoxLayout*>(centralWidget()->layout())->insertWidget(1, banner);
  connect(tabs_->descent(), &DescentTab::shown, banner, &DescentBanner::say);
  connect(tabs_->descent(), &DescentTab::lost, message_, &MessageBar::showNews);
  connect(banner, &DescentBanner::leaveRequested, tabs_->descent(), &DescentTab::askToLeave);

  QMenu* menu = menuBar()->addMenu(tr("&Learn"));
  addTo(menu, tr("&Which loss? ..."), QKeySequence(tr("Ctrl+L")), [this] { openGuide(); });
  menu->addSeparator();
  for (const Demo& demo : built_in_demos()) {
    const QString id = QString::fromStdString(demo.id);
    QAction* action = addTo(menu, QString::fromStdString(demo.title), {}, [this, id] { openDemo(id); });
    action->setObjectName(QStringLiteral("demo.") + id);
    action->setToolTip(QString::fromStdString(demo.summary));
  }
  menu->setToolTipsVisible(true);
  menu->addSeparator();
  addTo(menu, tr("&Open a demo of your own ..."), {}, [this] {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a demo"), start_folder(FolderOf::inputs), tr("Demos (*.md)"));
    if (!path.isEmpty()) {
      openDemo(path);
    }
  });
  addTo(menu, tr("&Save this state as a step of a demo ..."), {}, [this] { askForDemoStep(); });
}

void MainWindow::openDemo(const QString& name_or_path) {
  try {
    startDemo(load_demo(name_or_path));
  } catch (const Refusal& refusal) {
    showRefusal(refusal);
  }
}

void MainWindow::startDemo(const Demo& demo) {
  auto* dock = findChild<QDockWidget*>(QStringLiteral("demoDock"));
  auto* beside = findChild<QDockWidget*>(QStringLiteral("caseDock"));
  if (!dock->isFloating() && dockWidgetArea(dock) == dockWidgetArea(beside)) {
    tabifyDockWidget(beside, dock);
  }
  dock->show();
  dock->raise();
  demo_->start(demo);
}

void MainWindow::askForDemoStep() {
  if (!frame_) {
    message_->showMessage(tr("There is no state to save: open a case first."));
    return;
  }
  const QString path =
      QFileDialog::getSaveFileName(this, tr("A new demo, or one to add a step to"), start_folder(FolderOf::inputs),
                                   tr("Demos (*.md)"), nullptr, QFileDialog::DontConfirmOverwrite);
  if (path.isEmpty()) {
    return;
  }
  auto* ask = new QInputDialog(this);
  ask->setObjectName(QStringLiteral("demoStepTitle"));
  ask->setAttribute(Qt::WA_DeleteOnClose);
  ask->setWindowTitle(tr("A step of a demo"));
  ask->setLabelText(tr("The step's title"));
  connect(ask, &QInputDialog::textValueSelected, this,
          [this, path](const QString& title) { saveDemoStep(path, title); });
  ask->open();
}

bool MainWindow::saveDemoStep(const QString& path, const QString& title) {
  try {
    Session session = store_.session();
    session.look.playback.reset();
    const int step = append_demo_step(path, title, session);
    message_->showNews(tr("Saved as step %1 of %2. Write there what is to be seen.").arg(step).arg(path));
    return true;
  } catch (const Refusal& refusal) {
    showRefusal(refusal);
  } catch (const WriteError& error) {
    message_->showMessage(QString::fromUtf8(error.what()));
  }
  return false;
}

void MainWindow::openGuide() {
  if (!frame_ || frame_->data->mask.empty() || frame_->data->prediction.empty()) {
    message_->showMessage(tr("Which loss? needs a mask and a prediction: it measures where each loss would pull."));
    return;
  }
  if (frame_->data->classes) {
    message_->showMessage(tr("Which loss? is about one structure: choose one label instead of every label a class."));
    return;
  }
  auto* dialog = new GuideDialog(store_, frame_, this);
  connect(this, &MainWindow::frameShown, dialog, [this, dialog] { dialog->showFrame(frame_); });
  dialog->show();
}

void MainWindow::present(bool on) {
  if (on) {
    before_presentation_ = saveState();
    for (const char* name : {"caseDock", "tabsDock", "layerBar"}) {
      findChild<QWidget*>(QString::fromLatin1(name))->hide();
    }
  }
  statusBar()->setVisible(!on);
  const int pixels = on ? std::max(widgets::kLeastPresented, height() / kLines) : 0;
  QFont text;  // none of its own: every widget is back to what its kind has
  if (on) {
    text = QApplication::font();
    text.setPixelSize(pixels);
  }
  setFont(text);
  views_->setTextSize(pixels);
  loss_->present(pixels);
  if (on) {  // the views get what the others leave
    resizeDocks({findChild<QDockWidget*>(QStringLiteral("lossDock"))}, {1}, Qt::Horizontal);
  } else {
    restoreState(before_presentation_);
  }
}

}  // namespace lossscope
