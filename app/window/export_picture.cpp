// SPDX-License-Identifier: Apache-2.0
#include "app/window/export_picture.h"

#include <QBuffer>
#include <QFileDialog>
#include <QMainWindow>
#include <QPainter>
#include <algorithm>

#include "app/figures/case_text.h"
#include "app/figures/figure_file.h"
#include "app/figures/pictures.h"
#include "app/figures/scenes.h"
#include "app/figures/slice_figures.h"
#include "app/figures/text.h"
#include "app/window/compare_grid.h"
#include "app/window/picture_dialog.h"
#include "app/window/save_file.h"
#include "app/window/sheet_view.h"
#include "app/window/start_folder.h"

namespace lossscope {
namespace {

constexpr double kScreenPixelsPerInch = 96;

/// What can be exported now, beside the dialog's list.
struct Source {
  widgets::SceneView* pane = nullptr;       ///< null: the window, or a figure
  std::optional<widgets::Figure> figure{};  ///< on white, as PNG, SVG or PDF
  double aspect = 1;                        ///< of the figure's pictures
};

struct PictureOffer {
  std::vector<Source> sources;
  std::vector<PictureTarget> targets;
};

QString name_of(const widgets::SceneView& pane) {
  return pane.accessibleName().isEmpty() ? translated("the %1 view").arg(pane.objectName()) : pane.accessibleName();
}

widgets::Figure chosen_parts(widgets::Figure figure, bool bar, bool caption) {
  if (!bar) {
    figure.scale.reset();
    for (widgets::FigurePanel& panel : figure.panels) {
      panel.scale.reset();
    }
  }
  if (!caption) {
    figure.title.clear();
    figure.subtitle.clear();
    figure.caption.clear();
  }
  return figure;
}

void offer_figure(const QString& name, widgets::Figure figure, double aspect, PictureOffer& offer) {
  offer.targets.push_back({name, true, true, [figure, aspect](double width, bool bar, bool caption) {
                             return figure_paper(chosen_parts(figure, bar, caption), width, aspect).height();
                           }});
  offer.sources.push_back({nullptr, std::move(figure), aspect});
}

/// What of its slice a view shows now, in voxels of the slice; null where that is all of it.
QRectF seen_in(const widgets::SliceView& view) {
  const widgets::SlicePicture& picture = view.picture();
  const QRectF whole(-0.5, -0.5, picture.width, picture.height);
  const QRectF seen(view.voxelAt(QPointF(0, 0)), view.voxelAt(QPointF(view.width(), view.height())));
  return seen.contains(whole) ? QRectF() : seen.intersected(whole);
}

void offer_figures(const Frame& frame, const ViewArea& area, PictureOffer& offer) {
  const Anatomical compared = frame.session.look.compared_view;
  switch (frame.session.look.arrangement) {
    case Arrangement::contact_sheet:
    case Arrangement::class_sheet:
      offer_figure(translated("a figure of the contact sheet"),
                   sheet_figure(frame, area.sheetView()->statistics(), case_box(frame, compared), {}), 1, offer);
      return;
    case Arrangement::grid:
    case Arrangement::difference: {
      const QRectF seen = seen_in(*area.compareGrid()->slices().front());
      offer_figure(translated("a figure of the compared losses"), compared_figure(frame, seen, {}),
                   slice_aspect(frame, compared, seen), offer);
      return;
    }
    case Arrangement::single:
      break;
  }
  for (const Anatomical plane : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
    const QRectF seen = seen_in(*area.slices()[static_cast<std::size_t>(plane)]);
    offer_figure(translated("a figure of the %1 slice").arg(plane_name(plane).toLower()),
                 slice_figure(frame, plane, overlay_scale(frame), seen), slice_aspect(frame, plane, seen), offer);
  }
}

PictureOffer offered(const QWidget& window, const ViewArea& area, const FramePtr& frame) {
  PictureOffer offer;
  const auto keeps_shape = [](QSizeF size) {
    return [size](double width, bool, bool) { return width * size.height() / size.width(); };
  };
  offer.sources.emplace_back();
  offer.targets.push_back({translated("the window"), false, false, keeps_shape(window.size())});
  for (widgets::SceneView* pane : area.visiblePanes()) {
    const bool has_bar = area.hasColourBar(pane);
    const double below = has_bar ? area.colourBar()->sizeHint().height() : 0;
    offer.sources.push_back({pane, {}, 1});
    offer.targets.push_back(
        {name_of(*pane), has_bar, false, [size = QSizeF(pane->size()), below](double width, bool bar, bool) {
           return width * (size.height() + (bar ? below : 0)) / size.width();
         }});
  }
  if (frame) {
    offer_figures(*frame, area, offer);
  }
  return offer;
}

/// Painting a figure, packing a PNG and writing take time: they are left to the work.
PictureExport export_of(const Source& source, const PictureChoice& choice, const QString& path, QMainWindow& window,
                        const ViewArea& area) {
  if (source.figure) {
    return {path,
            [figure = chosen_parts(*source.figure, choice.bar, choice.caption), aspect = source.aspect, choice, path] {
              const double scale = choice.dpi / kScreenPixelsPerInch;
              const QSizeF paper = figure_paper(figure, choice.width / scale, aspect);
              const QByteArray bytes =
                  figure_bytes(figure, paper, scale, picture_format(path).value_or(PictureFormat::png));
              return save_file(path, {bytes.data(), static_cast<std::size_t>(bytes.size())});
            }};
  }
  const double across = source.pane != nullptr ? source.pane->width() : window.width();
  const double scale = std::max(1.0, choice.width / across);  // Qt draws no widget smaller than on screen
  QImage picture;
  if (source.pane != nullptr) {
    const bool with_bar = choice.bar && area.hasColourBar(source.pane);
    picture = view_picture(*source.pane, with_bar ? area.colourBar() : nullptr, scale);
  } else {
    picture = window_picture(window, area, scale);
  }
  if (choice.width < across) {
    picture.setDevicePixelRatio(1);
    picture = picture.scaledToWidth(choice.width, Qt::SmoothTransformation);
  }
  return {path, [picture, path, dpi = choice.dpi] { return save_picture(picture, path, dpi); }};
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
    const QPoint at = pane->mapTo(&window, QPoint());
    painter.setClipRegion(pane->visibleRegion().translated(at));  // a message may lie over it
    painter.drawImage(QRectF(QPointF(at), QSizeF(pane->size())), pane->grabPicture(scale));
  }
  return picture;
}

QString save_picture(const QImage& picture, const QString& path, double dpi) {
  QImage plain = picture;
  plain.setDevicePixelRatio(1);
  plain.setDotsPerMeterX(qRound(dpi / 0.0254));
  plain.setDotsPerMeterY(plain.dotsPerMeterX());
  QByteArray bytes;
  QBuffer buffer(&bytes);
  if (!buffer.open(QIODevice::WriteOnly) || !plain.save(&buffer, "PNG")) {
    return translated("%1 could not be written: there is no picture, or not enough memory for it").arg(path);
  }
  return save_file(path, {bytes.data(), static_cast<std::size_t>(bytes.size())});
}

std::optional<PictureExport> export_picture_dialog(QMainWindow& window, const ViewArea& area, const FramePtr& frame) {
  const PictureOffer offer = offered(window, area, frame);
  PictureDialog dialog(offer.targets, &window);
  if (dialog.exec() != QDialog::Accepted) {
    return std::nullopt;
  }
  const PictureChoice choice = dialog.choice();
  const Source& source = offer.sources[static_cast<std::size_t>(choice.target)];
  const QString filter = source.figure ? translated("Pictures (*.png *.svg *.pdf)") : translated("Pictures (*.png)");
  QString path = QFileDialog::getSaveFileName(&window, translated("Export picture"),
                                              start_file(FolderOf::exports, QStringLiteral("lossscope.png")), filter);
  if (path.isEmpty()) {
    return std::nullopt;
  }
  const auto format = picture_format(path);
  if (!format || (*format != PictureFormat::png && !source.figure)) {
    path += QStringLiteral(".png");
  }
  remember_folder(FolderOf::exports, path);
  return export_of(source, choice, path, window, area);
}

}  // namespace lossscope
