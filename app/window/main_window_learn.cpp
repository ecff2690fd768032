// SPDX-License-Identifier: Apache-2.0
// The window's part in teaching: the guide, the demos, the presentation mode.
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenuBar>
#include <QStatusBar>

#include "app/engine/case_data.h"
#include "app/window/demo_panel.h"
#include "app/window/demos.h"
#include "app/window/guide_dialog.h"
#include "app/window/loss_panel.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "app/window/status_line.h"

namespace lossscope {
namespace {

constexpr double kLarge = 1.4;  // text of the presentation mode

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
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a demo"), {}, tr("Demos (*.md)"));
    if (!path.isEmpty()) {
      openDemo(path);
    }
  });
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

void MainWindow::openGuide() {
  if (!frame_ || frame_->data->mask.empty() || frame_->data->prediction.empty()) {
    message_->showMessage(tr("Which loss? needs a mask and a prediction: it measures where each loss would pull."));
    return;
  }
  (new GuideDialog(store_, problem_of(*frame_->data), this))->show();
}

void MainWindow::present(bool on) {
  for (const char* name : {"caseDock", "tabsDock", "layerBar"}) {
    findChild<QWidget*>(QString::fromLatin1(name))->setVisible(!on);
  }
  statusBar()->setVisible(!on);
  loss_->present(on);
  QFont text = QApplication::font();
  text.setPointSizeF(text.pointSizeF() * (on ? kLarge : 1));
  setFont(text);
}

}  // namespace lossscope
