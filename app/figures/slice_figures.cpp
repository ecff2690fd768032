// SPDX-License-Identifier: Apache-2.0
#include "app/figures/slice_figures.h"

#include <algorithm>
#include <cmath>

#include "app/engine/frame_views.h"
#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/pictures.h"
#include "app/figures/scenes.h"
#include "app/figures/text.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

using widgets::ColourScale;
using widgets::Figure;
using widgets::FigurePanel;

QString loss_name(const std::string& id) {
  const Loss* loss = find_loss(id);
  return loss == nullptr ? QString::fromStdString(id) : text(loss->declaration().name);
}

QString slice_text(const Frame& frame, Anatomical plane) {
  const ViewResult& view = frame.views[static_cast<std::size_t>(plane)];
  if (flat_axis(frame.data->grid) == view.axes.normal) {
    return QStringLiteral("The picture");
  }
  return QStringLiteral("%1 slice %2 of %3 (%4 = %5)")
      .arg(plane_name(plane))
      .arg(view.slice + 1)
      .arg(frame.data->grid.size[view.axes.normal])
      .arg(QLatin1Char("ijk"[view.axes.normal]))
      .arg(view.slice);
}

/// Where the colours end; nothing for a layer whose ends say it.
QString range_text(const Frame& frame) {
  if (!overlay_scale(frame).classes.empty()) {
    return {};  // names have no range
  }
  if (frame.session.look.range.locked) {
    return QStringLiteral(" The colour range is set by hand.");
  }
  if (!map_of(frame.session.look)) {
    return {};
  }
  const std::int64_t beyond = frame.range.above + frame.range.below;
  const QString end =
      beyond == 0 ? QStringLiteral(".") : QStringLiteral(", single voxels left out: %1 lie beyond.").arg(beyond);
  return grid_words(QStringLiteral(" The colours end at the largest %1 in the volume%2")
                        .arg(frame.range.low < 0 ? QStringLiteral("size") : QStringLiteral("value"), end),
                    frame.data->grid);
}

bool is_difference(const Frame& frame) { return frame.session.look.arrangement == Arrangement::difference; }

bool shares_range(const Session& session) {
  return session.look.shared_range || session.look.range.locked || session.look.arrangement == Arrangement::difference;
}

/// What the colours of several pictures mean together.
QString colours_text(const Session& session, const Grid& grid) {
  if (session.look.arrangement == Arrangement::difference) {
    return grid_words(QStringLiteral("Colours: each gradient by the voxel's %1, divided by its L2 norm over the "
                                     "volume, and the first minus "
                                     "the second: grey where both pull alike."),
                      grid)
        .arg(session.look.gradient_of == GradientOf::logit ? QStringLiteral("logit z")
                                                           : QStringLiteral("probability p"));
  }
  return layer_sentence(session, grid) +
         (shares_range(session)
              ? QStringLiteral(" All pictures share one colour range.")
              : QStringLiteral(" Each picture has its own colour range: compare where, not how much."));
}

ColourScale pane_scale(const Frame& frame, const ComparedPane& pane, std::optional<widgets::ColourMap> colours) {
  ColourScale scale = compared_scale(frame, pane);
  if (colours) {
    choose_colours(scale, *colours);
  }
  return scale;
}

/// Title, case and legend of what shows several losses on one slice.
Figure several(const Frame& frame) {
  Figure figure;
  figure.title =
      is_difference(frame)
          ? QStringLiteral("%1: where two gradients disagree").arg(slice_text(frame, frame.session.look.compared_view))
      : frame.session.look.arrangement == Arrangement::class_sheet
          ? QStringLiteral("%1: %2, class by class")
                .arg(slice_text(frame, frame.session.look.compared_view), value_title(frame))
          : QStringLiteral("%1 under %2 losses")
                .arg(slice_text(frame, frame.session.look.compared_view))
                .arg(frame.compared.size());
  figure.subtitle = case_text(frame.session, *frame.data);
  figure.legend = frame.session.look.display.show_contours;
  figure.uncounted = !frame.data->counts.empty();
  figure.caption << colours_text(frame.session, frame.data->grid);
  return figure;
}

}  // namespace

bool has_layer(const Session& session) {
  return session.look.display.show_overlay && session.look.layer != OverlayLayer::none;
}

double largest_in(const Frame& frame, const std::vector<Anatomical>& planes) {
  float largest = 0;
  for (const Anatomical plane : planes) {
    for (const float value : frame.views[static_cast<std::size_t>(plane)].overlay) {
      largest = std::isfinite(value) ? std::max(largest, value) : largest;
    }
  }
  return static_cast<double>(largest);
}

QString value_title(const Frame& frame) {
  const QString name =
      frame.result ? text(loss_name(*frame.result->loss, frame.result->parameters)) : loss_name(frame.session.loss.id);
  return name + QStringLiteral(": ") + (frame.reduction ? value_text(frame.reduction->value) : QString());
}

Figure slice_figure(const Frame& frame, Anatomical plane, const ColourScale& scale, const QRectF& focus) {
  Figure figure;
  FigurePanel panel;
  auto scene = slice_scene(frame, plane, scale);
  if (!focus.isNull()) {
    scene->focusOn(focus);
  }
  panel.scene = scene;
  figure.panels.push_back(std::move(panel));
  figure.title = value_title(frame);
  figure.subtitle = case_text(frame.session, *frame.data);
  figure.legend = frame.session.look.display.show_contours;
  figure.uncounted = !frame.data->counts.empty();
  figure.caption << slice_text(frame, plane) + QStringLiteral(". ") + layer_sentence(frame.session, frame.data->grid);
  if (has_layer(frame.session)) {
    figure.caption.back() += range_text(frame);
    figure.scale = scale;
    figure.non_finite = frame.non_finite;
  }
  return figure;
}

double slice_aspect(const Frame& frame, Anatomical plane, const QRectF& focus) {
  const widgets::SlicePicture picture = slice_picture(frame, plane);
  const QRectF box = focus.isNull() ? QRectF(0, 0, picture.width, picture.height) : focus;
  return std::clamp(box.width() * picture.pixel_width / (box.height() * picture.pixel_height), 0.7, 1.6);
}

Figure compared_figure(const Frame& frame, const QRectF& focus, std::optional<widgets::ColourMap> colours) {
  Figure figure = several(frame);
  const bool coloured = has_layer(frame.session) || is_difference(frame);
  for (const ComparedPane& pane : frame.compared) {
    const ColourScale scale = pane_scale(frame, pane, colours);
    FigurePanel panel;
    const auto scene = compared_scene(frame, pane, scale, figure.panels.empty());
    if (!focus.isNull()) {
      scene->focusOn(focus);
    }
    panel.scene = scene;
    panel.title = pane.loss.empty() ? QStringLiteral("First \u2212 second") : loss_name(pane.loss);
    panel.value = pane.result && !is_difference(frame) ? value_text(pane.result->reduction.value) : QString();
    if (coloured && !shares_range(frame.session)) {
      panel.scale = scale;
      panel.scale->title.clear();
      panel.scale->unit.clear();
    } else if (coloured && !figure.scale) {
      figure.scale = scale;
    }
    figure.non_finite += pane.non_finite;
    figure.panels.push_back(std::move(panel));
  }
  figure.columns = widgets::figure_columns(figure.panels.size());
  return figure;
}

Figure sheet_figure(const Frame& frame, const StatisticsOf& statistics, const QRectF& focus,
                    std::optional<widgets::ColourMap> colours) {
  widgets::Sheet sheet = contact_sheet(frame, statistics);
  sheet.title.clear();  // the figure's says it
  for (widgets::SheetCell& cell : sheet.cells) {
    if (colours) {
      choose_colours(cell.scale, *colours);
    }
  }
  sheet.focus = focus;
  Figure figure = several(frame);
  if (frame.session.look.arrangement == Arrangement::class_sheet) {
    figure.caption << QStringLiteral("Bars: the share of the loss that the class adds.");
  } else if (const LossStatisticsPtr any =
                 frame.compared.empty() ? nullptr : statistics(frame.compared.front().result)) {
    figure.caption << sheet_legend(boundary_text(*any, text(loss_unit(*frame.data))), frame.data->classes != nullptr);
  }
  auto scene = std::make_shared<widgets::SheetScene>(widgets::SheetLook::paper);
  scene->setSheet(std::move(sheet));
  FigurePanel panel;
  panel.scene = std::move(scene);
  figure.panels.push_back(std::move(panel));
  return figure;
}

}  // namespace lossscope
