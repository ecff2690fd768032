// SPDX-License-Identifier: Apache-2.0
#include "app/figures/pictures.h"

#include <QLocale>
#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "app/engine/script_loss.h"
#include "app/figures/case_text.h"
#include "app/figures/class_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/text.h"
#include "losses/fields/field_info.h"

namespace lossscope {
namespace {

QString letter(char c, bool known) { return known && c != ' ' ? QString(QLatin1Char(c)) : QString(); }

/// The auxiliary field that the session's loss looks at first, if it has one.
std::optional<FieldKind> first_field(const Session& session) {
  const Loss* loss = loss_of(session);
  const auto fields = loss == nullptr ? std::vector<FieldRequest>{} : loss->fields(session.loss.values_of(*loss));
  return fields.empty() ? std::nullopt : std::optional(fields.front().kind);
}

QString field_name(const Session& session) {
  const auto kind = first_field(session);
  return kind ? lossscope::text(info(*kind).name) : translated("this loss has no field");
}

void set_range(widgets::ColourScale& scale, const ValueRange& range) {
  scale.minimum = range.low;
  scale.maximum = range.high;
  scale.below = range.below;
  scale.above = range.above;
  scale.known = range.known;
}

}  // namespace

widgets::SlicePicture slice_picture(const Frame& frame, Anatomical view) {
  const ViewResult& result = frame.views[static_cast<std::size_t>(view)];
  const Grid& grid = frame.data->grid;
  const ViewAxes& axes = result.axes;
  widgets::SlicePicture picture;
  picture.width = static_cast<int>(axes.width(grid));
  picture.height = static_cast<int>(axes.height(grid));
  picture.pixel_width = grid.spacing[axes.column];
  picture.pixel_height = grid.spacing[axes.row];
  picture.image = result.image;
  picture.overlay = result.overlay;
  picture.mask = result.mask;
  picture.prediction = result.prediction;
  picture.prediction_level = prediction_level(*frame.data);
  picture.counts = result.counts;
  const LoadedVolume& first = frame.data->labels.volume.empty() ? frame.data->image : frame.data->labels;
  picture.left = letter(axes.left, first.has_orientation);
  picture.right = letter(axes.right, first.has_orientation);
  picture.top = letter(axes.top, first.has_orientation);
  picture.bottom = letter(axes.bottom, first.has_orientation);
  const std::array titles{QT_TRANSLATE_NOOP("LossScope", "Axial"), QT_TRANSLATE_NOOP("LossScope", "Coronal"),
                          QT_TRANSLATE_NOOP("LossScope", "Sagittal")};
  picture.title = translated(titles[static_cast<std::size_t>(view)]);
  picture.slice = static_cast<int>(result.slice);
  picture.slices = static_cast<int>(grid.size[axes.normal]);
  picture.length_unit = text(place_unit(*frame.data));
  if (flat_axis(grid) == axes.normal) {  // a picture is no slice of anything
    picture.title.clear();
    picture.slices = 0;
  }
  return picture;
}

QString layer_name(const Session& session) {
  switch (session.look.layer) {
    case OverlayLayer::contribution:
      return translated("contribution");
    case OverlayLayer::gradient:
      if (session.study.classes && !session.look.shown_class) {
        return session.look.gradient_of == GradientOf::logit ? translated("size of the gradient dL/dz")
                                                             : translated("size of the gradient dL/dp");
      }
      return session.look.gradient_of == GradientOf::logit ? translated("gradient dL/dz")
                                                           : translated("gradient dL/dp");
    case OverlayLayer::prediction:
      return translated("prediction");
    case OverlayLayer::distance:
      return translated("signed distance");
    case OverlayLayer::counterfactual:
      return translated("what-if");
    case OverlayLayer::field:
      return field_name(session);
    case OverlayLayer::errors:
      return translated("errors");
    case OverlayLayer::none:
      break;
  }
  return {};
}

double prediction_level(const CaseData& data) { return data.kind == PredictionKind::logit ? 0.0 : 0.5; }

widgets::ColourScale overlay_scale(const Frame& frame) { return layer_scale(frame, frame.session, frame.range); }

widgets::ColourScale layer_scale(const Frame& frame, const Session& session, const ValueRange& range) {
  widgets::ColourScale scale;
  set_range(scale, range);
  scale.title = layer_name(session);
  if (frame.data->class_at && session.look.layer != OverlayLayer::none) {
    scale.title = translated("%1 of %2").arg(scale.title, class_text(*frame.data));
  }
  const bool both_signs = range.low < 0;
  const QString per_element = grid_words(translated("per voxel"), frame.data->grid);
  const auto fade = session.look.fade_by_value ? widgets::Fade::by_value : widgets::Fade::near_zero;
  switch (session.look.layer) {
    case OverlayLayer::contribution:
      scale.map = both_signs ? ColourMap::blue_red : session.look.colours;
      scale.scaling = session.look.scaling;
      scale.fade = fade;
      scale.unit = per_element;
      break;
    case OverlayLayer::gradient:
      scale.map = ColourMap::blue_red;
      scale.scaling = session.look.scaling;
      scale.fade = fade;
      scale.unit = per_element;
      break;
    case OverlayLayer::prediction:
      if (frame.data->classes && !session.look.shown_class) {
        scale.title = translated("most likely class");
        std::tie(scale.classes, scale.class_names) = class_colours(*frame.data);
        break;
      }
      scale.map = ColourMap::viridis;
      scale.unit = frame.data->kind == PredictionKind::logit ? translated("logit") : translated("probability");
      break;
    case OverlayLayer::distance:
      scale.map = ColourMap::blue_brown;
      scale.fade = widgets::Fade::none;
      scale.unit = text(loss_unit(*frame.data));
      break;
    case OverlayLayer::counterfactual:
      scale.map = both_signs ? ColourMap::blue_red : session.look.colours;
      scale.scaling = session.look.scaling;
      scale.fade = fade;
      scale.unit = first_field(session) ? translated("drop of the loss if right, field held")
                                        : translated("drop of the loss if right");
      break;
    case OverlayLayer::errors:
      if (frame.data->classes && !session.look.shown_class && !session.look.is_sheet()) {
        scale.title = translated("wrongly taken for");
        std::tie(scale.classes, scale.class_names) = class_colours(*frame.data);
        scale.classes.push_back(widgets::mask_colour().rgb());
        scale.class_names << translated("none (missed)");
        break;
      }
      scale.classes = {widgets::mask_colour().rgb(), widgets::prediction_colour().rgb()};
      scale.class_names = QStringList{translated("missed"), translated("false alarm")};
      break;
    case OverlayLayer::field:
      scale.map = both_signs ? ColourMap::blue_brown : ColourMap::viridis;
      scale.fade = widgets::Fade::none;  // a weight of 0 says something, too: bright tissue must not shine through
      break;
    case OverlayLayer::none:
      break;
  }
  return scale;
}

void choose_colours(widgets::ColourScale& scale, ColourMap colours) {
  scale.map = colours;
  if (colours == ColourMap::grey || colours == ColourMap::purple_green || colours == ColourMap::blue_brown) {
    scale.fade = widgets::Fade::none;
  }
}

widgets::SlicePicture compared_picture(const Frame& frame, const ComparedPane& pane) {
  widgets::SlicePicture picture = slice_picture(frame, frame.session.look.compared_view);
  picture.overlay = pane.overlay;
  if (pane.class_at) {
    picture.mask = pane.mask;
    picture.prediction = pane.prediction;
  }
  return picture;
}

void say_once(widgets::SlicePicture& picture, bool first) {
  picture.title.clear();
  picture.slices = 0;
  if (!first) {
    picture.left = picture.right = picture.top = picture.bottom = QString();
    picture.scale_bar = false;
  }
}

widgets::ColourScale compared_scale(const Frame& frame, const ComparedPane& pane) {
  Session shown = frame.session;
  const bool difference = shown.look.arrangement == Arrangement::difference;
  if (difference) {
    shown.look.layer = OverlayLayer::gradient;
  }
  if (pane.class_at) {
    shown.look.shown_class = pane.class_at;  // whose layer it is
  }
  widgets::ColourScale scale = layer_scale(frame, shown, pane.range);
  if (difference) {
    scale.title = shown.look.gradient_of == GradientOf::logit ? translated("dL/dz") : translated("dL/dp");
    scale.unit = pane.loss.empty() ? translated("difference") : translated("/ L2 norm");
  }
  return scale;
}

widgets::ColourScale distance_scale(const Frame& frame) {
  widgets::ColourScale scale;
  scale.map = ColourMap::blue_brown;
  scale.fade = widgets::Fade::none;
  scale.title = translated("signed distance");
  scale.unit = text(loss_unit(*frame.data));
  scale.minimum = -frame.distance_limit;
  scale.maximum = frame.distance_limit;
  return scale;
}

widgets::VolumePicture volume_picture(const Volume& volume, double level, const Volume& counts) {
  widgets::VolumePicture picture;
  if (volume.empty()) {
    return picture;
  }
  picture.owner = volume.data;
  picture.is_float = volume.type == VoxelType::float32;
  picture.level = level;
  picture.counts = counts.data;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    picture.size[axis] = static_cast<int>(volume.grid.size[axis]);
  }
  picture.spacing = volume.grid.spacing;
  picture.origin = volume.grid.origin;
  picture.direction = volume.grid.direction;
  return picture;
}

QString value_text(double value) {
  const double size = std::abs(value);
  const bool fixed = value == 0 || (size >= 1e-4 && size < 1e5);
  return std::isfinite(value) ? QLocale::c().toString(value, fixed ? 'f' : 'e', fixed ? 6 : 3) : QString::number(value);
}

double shown_window(const Frame& frame) {
  return frame.session.look.window > 0
             ? frame.session.look.window
             : static_cast<double>(frame.data->image_high) - static_cast<double>(frame.data->image_low);
}

double shown_level(const Frame& frame) {
  return frame.session.look.window > 0
             ? frame.session.look.level
             : (static_cast<double>(frame.data->image_high) + static_cast<double>(frame.data->image_low)) / 2;
}

}  // namespace lossscope
