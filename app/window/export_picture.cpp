// SPDX-License-Identifier: Apache-2.0
#include "app/window/export_picture.h"

#include <QBuffer>
#include <QCheckBox>
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

#include "app/figures/case_text.h"
#include "app/figures/figure_file.h"
#include "app/figures/pictures.h"
#include "app/figures/slice_figures.h"
#include "app/window/save_file.h"

namespace lossscope {
namespace {

QString text(const char* source) { return QCoreApplication::translate("ExportPicture", source); }

constexpr std::array kScales{1, 2, 4};

struct Choice {
  widgets::SceneView* pane = nullptr;  ///< null: the window, or a figure
  std::optional<Anatomical> figure{};  ///< a view with title, colour bar and caption, on white
  bool bar = true;
  double scale = 2;
};

std::optional<Choice> ask(QMainWindow& window, const std::vector<widgets::SceneView*>& panes, bool figures) {
  QDialog dialog(&window);
  dialog.setWindowTitle(text("Export picture"));
  auto* what = new QComboBox;
  what->setObjectName(QStringLiteral("exportWhat"));
  std::vector<Choice> choices{{}};
  what->addItem(text("the window"));
  for (widgets::SceneView* pane : panes) {
    what->addItem(text("the %1 view").arg(pane->objectName()));
    choices.push_back({.pane = pane});
  }
  for (const Anatomical plane : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
    if (figures) {
      what->addItem(text("a figure of the %1 slice, with title and caption").arg(plane_name(plane).toLower()));
      choices.push_back({.figure = plane});
    }
  }
  auto* bar = new QCheckBox(text("with the colour bar"));
  bar->setChecked(true);
  auto* scale = new QComboBox;
  for (const int factor : kScales) {
    scale->addItem(text("%1 x the size on screen (%2 dpi)").arg(factor).arg(96 * factor), factor);
  }
  scale->setCurrentIndex(1);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
  auto* layout = new QFormLayout(&dialog);
  layout->addRow(text("Picture of"), what);
  layout->addRow({}, bar);
  layout->addRow(text("Size"), scale);
  layout->addRow(buttons);
  QObject::connect(what, &QComboBox::currentIndexChanged, bar, [bar, &choices](int at) {
    const Choice& choice = choices[static_cast<std::size_t>(at)];
    bar->setEnabled(choice.pane != nullptr || choice.figure);
  });
  bar->setEnabled(false);
  QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
  QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  if (dialog.exec() != QDialog::Accepted) {
    return std::nullopt;
  }
  Choice choice = choices[static_cast<std::size_t>(what->currentIndex())];
  choice.bar = bar->isChecked();
  choice.scale = scale->currentData().toDouble();
  return choice;
}

/// A figure of a slice as PNG, SVG or PDF.
QString save_slice_figure(const Frame& frame, const Choice& choice, const QString& path) {
  constexpr double kWidth = 620;
  widgets::Figure figure = slice_figure(frame, *choice.figure, overlay_scale(frame));
  if (!choice.bar) {
    figure.scale.reset();
  }
  const QSizeF paper = figure_paper(figure, kWidth, slice_aspect(frame, *choice.figure));
  const QByteArray bytes = figure_bytes(figure, paper, choice.scale, picture_format(path).value_or(PictureFormat::png));
  return save_file(path, {bytes.data(), static_cast<std::size_t>(bytes.size())});
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

QString export_picture_dialog(QMainWindow& window, const ViewArea& area, const FramePtr& frame) {
  const auto choice = ask(window, area.visiblePanes(), frame != nullptr);
  if (!choice) {
    return {};
  }
  const QString filter = choice->figure ? text("Pictures (*.png *.svg *.pdf)") : text("Pictures (*.png)");
  const QString folder = QSettings().value(QStringLiteral("exportFolder")).toString();
  QString path =
      QFileDialog::getSaveFileName(&window, text("Export picture"), folder + QStringLiteral("/lossscope.png"), filter);
  if (path.isEmpty()) {
    return {};
  }
  const auto format = picture_format(path);
  if (!format || (*format != PictureFormat::png && !choice->figure)) {
    path += QStringLiteral(".png");
  }
  QSettings().setValue(QStringLiteral("exportFolder"), QFileInfo(path).absolutePath());
  QString problem;
  if (choice->figure) {
    problem = save_slice_figure(*frame, *choice, path);
  } else if (choice->pane != nullptr) {
    const bool with_bar = choice->bar && area.hasColourBar(choice->pane);
    problem = save_picture(view_picture(*choice->pane, with_bar ? area.colourBar() : nullptr, choice->scale), path);
  } else {
    problem = save_picture(window_picture(window, area, choice->scale), path);
  }
  if (!problem.isEmpty()) {
    QMessageBox::warning(&window, text("Export picture"), problem);
    return {};
  }
  return path;
}

}  // namespace lossscope
