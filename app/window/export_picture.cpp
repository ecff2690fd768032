// SPDX-License-Identifier: Apache-2.0
#include "app/window/export_picture.h"

#include <QBuffer>
#include <QComboBox>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QMainWindow>
#include <QMessageBox>
#include <QPainter>
#include <QSettings>

#include "app/window/save_file.h"

namespace lossscope {
namespace {

QString text(const char* source) { return QCoreApplication::translate("ExportPicture", source); }

constexpr std::array kScales{1, 2, 4};

struct Choice {
  int what = 0;  ///< 0 the window, then the visible panes
  double scale = 2;
};

std::optional<Choice> ask(QMainWindow& window, const std::vector<widgets::SceneView*>& panes) {
  QDialog dialog(&window);
  dialog.setWindowTitle(text("Export picture"));
  auto* what = new QComboBox;
  what->addItem(text("the window"));
  for (const widgets::SceneView* pane : panes) {
    what->addItem(text("the %1 view").arg(pane->objectName()));
  }
  auto* scale = new QComboBox;
  for (const int factor : kScales) {
    scale->addItem(text("%1 x the size on screen").arg(factor), factor);
  }
  scale->setCurrentIndex(1);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
  auto* layout = new QFormLayout(&dialog);
  layout->addRow(text("Picture of"), what);
  layout->addRow(text("Size"), scale);
  layout->addRow(buttons);
  QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
  QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  if (dialog.exec() != QDialog::Accepted) {
    return std::nullopt;
  }
  return Choice{what->currentIndex(), scale->currentData().toDouble()};
}

}  // namespace

QImage view_picture(widgets::SceneView& view, const widgets::ColourBar* bar, double scale) {
  const QImage scene = view.grabPicture(scale);
  if (bar == nullptr || scene.isNull()) {
    return scene;
  }
  widgets::ColourBar below;
  below.setScale(bar->scale());
  below.setFont(bar->font());
  below.setPalette(bar->palette());
  below.resize(view.width(), below.sizeHint().height());
  const int height = view.height() + below.height();
  QImage picture((QSizeF(view.width(), height) * scale).toSize(), QImage::Format_RGB32);
  picture.setDevicePixelRatio(scale);
  picture.fill(bar->palette().color(QPalette::Window));
  QPainter painter(&picture);
  painter.drawImage(0, 0, scene);
  below.render(&painter, QPoint(0, view.height()), QRegion(), QWidget::DrawChildren);
  return picture;
}

QImage window_picture(QWidget& window, const ViewArea& area, double scale) {
  QImage picture((QSizeF(window.size()) * scale).toSize(), QImage::Format_RGB32);
  picture.setDevicePixelRatio(scale);
  picture.fill(window.palette().color(QPalette::Window));
  window.render(&picture, QPoint(), QRegion(), QWidget::DrawChildren);
  QPainter painter(&picture);
  for (widgets::SceneView* pane : area.visiblePanes()) {
    painter.drawImage(QRectF(QPointF(pane->mapTo(&window, QPoint())), QSizeF(pane->size())), pane->grabPicture(scale));
  }
  return picture;
}

QString save_picture(const QImage& picture, const QString& path) {
  QImage plain = picture;
  plain.setDevicePixelRatio(1);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  if (!buffer.open(QIODevice::WriteOnly) || !plain.save(&buffer, "PNG")) {
    return text("%1 could not be written: there is no picture, or not enough memory for it").arg(path);
  }
  return save_file(path, {bytes.data(), static_cast<std::size_t>(bytes.size())});
}

QString export_picture_dialog(QMainWindow& window, const ViewArea& area) {
  const auto panes = area.visiblePanes();
  const auto choice = ask(window, panes);
  if (!choice) {
    return {};
  }
  const QString folder = QSettings().value(QStringLiteral("exportFolder")).toString();
  QString path = QFileDialog::getSaveFileName(&window, text("Export picture"),
                                              folder + QStringLiteral("/lossscope.png"), text("Pictures (*.png)"));
  if (path.isEmpty()) {
    return {};
  }
  if (!path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)) {
    path += QStringLiteral(".png");
  }
  QSettings().setValue(QStringLiteral("exportFolder"), QFileInfo(path).absolutePath());
  widgets::SceneView* pane = choice->what > 0 ? panes[static_cast<std::size_t>(choice->what - 1)] : nullptr;
  const bool with_bar = pane != nullptr && area.hasColourBar(pane);
  const QImage picture = pane == nullptr ? window_picture(window, area, choice->scale)
                                         : view_picture(*pane, with_bar ? area.colourBar() : nullptr, choice->scale);
  const QString problem = save_picture(picture, path);
  if (!problem.isEmpty()) {
    QMessageBox::warning(&window, text("Export picture"), problem);
    return {};
  }
  return path;
}

}  // namespace lossscope
