// SPDX-License-Identifier: Apache-2.0
// What leaves the window: pictures, maps, the table, the report.
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <stdexcept>

#include "app/window/export_picture.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "app/window/start_folder.h"
#include "app/window/take_away.h"
#include "app/window/turntable_dialog.h"
#include "app/window/view_area.h"
#include "losses/configured_loss.h"

namespace lossscope {
namespace {

/// Asks for a file; the extension is that of the chosen filter where the name has none of `known`.
QString ask_for_file(QWidget* parent, const QString& title, const QString& name, const QString& filter,
                     const QStringList& known) {
  QString path = QFileDialog::getSaveFileName(parent, title, start_file(FolderOf::exports, name), filter);
  if (path.isEmpty()) {
    return {};
  }
  if (!known.contains(QFileInfo(path).suffix().toLower())) {
    path += QLatin1Char('.') + known.front();
  }
  remember_folder(FolderOf::exports, path);
  return path;
}

}  // namespace

void MainWindow::exportPicture() {
  const auto picture = export_picture_dialog(*this, *views_, frame_);
  if (!picture) {
    return;
  }
  beginWork(tr("Writing the picture"), [picture](const Progress&, const std::stop_token& stop) {
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    if (const QString problem = picture->write(); !problem.isEmpty()) {
      throw std::runtime_error(problem.toStdString());
    }
    return tr("Picture written: %1").arg(picture->path);
  });
}

void MainWindow::copyPicture() {
  const auto panes = views_->visiblePanes();
  if (panes.empty() || !frame_) {
    return;
  }
  widgets::SceneView* pane = panes.front();
  for (widgets::SceneView* candidate : panes) {
    pane = candidate->hasFocus() ? candidate : pane;
  }
  const bool bar = views_->hasColourBar(pane);
  QApplication::clipboard()->setImage(view_picture(*pane, bar ? views_->colourBar() : nullptr, 2));
  message_->showNews(tr("Copied at twice its size: %1")
                         .arg(pane->accessibleName().isEmpty() ? pane->objectName() : pane->accessibleName()));
}

/// The loss as it is tuned, to train with; of one's own TorchScript the source.
void MainWindow::copyForPyTorch() {
  const Session& session = store_.session();
  if (session.study.classes) {
    message_->showMessage(tr("A loss over classes cannot be copied yet: what would be copied is of one structure."));
    return;
  }
  QString text = QString::fromStdString(session.loss.script);
  if (const Loss* loss = find_loss(session.loss.id)) {
    const bool in_spacing = frame_ && frame_->data;
    text = QString::fromStdString(pytorch_text({loss, session.loss.values_of(*loss)},
                                               in_spacing ? frame_->data->spacing : std::array<double, 3>{1, 1, 1}));
  }
  QApplication::clipboard()->setText(text);
  message_->showNews(tr("Copied: %1").arg(text.section(QLatin1Char('\n'), 0, 0)));
}

void MainWindow::takeAway(const QString& title, const std::function<TakeAway::Work(const LoadedCase&)>& work_on) {
  if (!frame_ || !frame_->reduction) {
    message_->showMessage(tr("This needs a mask and a prediction."));
  } else if (frame_->preliminary) {
    message_->showMessage(tr("What is on screen is still being computed: try again in a moment."));
  } else {
    LoadedCase shown{frame_->session, frame_->data};
    shown.session.look.display = store_.session().look.display;  // the views' own, for which no frame is computed
    beginWork(title, work_on(shown));
  }
}

void MainWindow::beginWork(const QString& title, const TakeAway::Work& work) {
  auto* job = new TakeAway(title, work, this);
  connect(job, &TakeAway::done, message_, &MessageBar::showNews);
  connect(job, &TakeAway::failed, message_, &MessageBar::showMessage);
}

void MainWindow::exportReport() {
  const QString path = ask_for_file(this, tr("Report"), QStringLiteral("report.pdf"), tr("Report (*.pdf *.html)"),
                                    {QStringLiteral("pdf"), QStringLiteral("html"), QStringLiteral("htm")});
  if (!path.isEmpty()) {
    takeAway(tr("Writing the report"), [&path](const LoadedCase& shown) { return report_work(shown, path); });
  }
}

void MainWindow::exportMaps() {
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("Folder for all maps"), start_folder(FolderOf::exports));
  if (!folder.isEmpty()) {
    remember_folder(FolderOf::exports, folder);
    takeAway(tr("Writing the maps"), [&folder](const LoadedCase& shown) { return maps_work(shown, folder); });
  }
}

void MainWindow::exportTurntable() {
  const widgets::SurfaceModel& model = views_->surfaceView()->model();
  if (model.empty() || store_.session().look.fourth != FourthPane::surface) {
    message_->showMessage(tr("There is nothing in 3D to turn: open a mask, and choose surfaces as the fourth pane."));
    return;
  }
  if (const auto turntable = ask_for_turntable(this, start_folder(FolderOf::exports))) {
    remember_folder(FolderOf::exports, turntable->folder);
    beginWork(tr("Turning"), turntable_work(model, *turntable));
  }
}

void MainWindow::exportTable() {
  const QString path = ask_for_file(this, tr("Table of all losses"), QStringLiteral("losses.csv"), tr("Table (*.csv)"),
                                    {QStringLiteral("csv")});
  if (!path.isEmpty()) {
    takeAway(tr("Evaluating all losses"), [&path](const LoadedCase& shown) { return table_work(shown, path); });
  }
}

}  // namespace lossscope
