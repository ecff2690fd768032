// SPDX-License-Identifier: Apache-2.0
#include "app/figures/scenes.h"

#include <algorithm>
#include <utility>

#include "app/figures/pictures.h"

namespace lossscope {
namespace {

using widgets::SliceScene;

constexpr int kSamples = 2;  // per pixel and direction: smooth edges on paper

std::shared_ptr<SliceScene> scene_of(const Frame& frame, widgets::SlicePicture picture,
                                     const widgets::ColourScale& scale) {
  auto scene = std::make_shared<SliceScene>();
  const Session& session = frame.session;
  scene->setColourScale(scale);
  scene->setWindowLevel(shown_window(frame), shown_level(frame));
  scene->setOverlayOpacity(session.look.display.opacity);
  scene->setOverlayVisible(session.look.display.show_overlay && session.look.layer != OverlayLayer::none);
  scene->setContoursVisible(session.look.display.show_contours);
  scene->setPicture(std::move(picture));
  return scene;
}

/// Where values are above a level; null when nowhere.
QRect extent_of(const SharedValues& values, int width, double level) {
  QRect box;
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (static_cast<double>(values[at]) > level) {
      const int place = static_cast<int>(at);
      box |= QRect(place % width, place / width, 1, 1);
    }
  }
  return box;
}

}  // namespace

std::shared_ptr<SliceScene> slice_scene(const Frame& frame, Anatomical view, const widgets::ColourScale& scale) {
  return scene_of(frame, slice_picture(frame, view), scale);
}

std::shared_ptr<SliceScene> compared_scene(const Frame& frame, const ComparedPane& pane,
                                           const widgets::ColourScale& scale, bool said) {
  widgets::SlicePicture picture = compared_picture(frame, pane);
  say_once(picture, said);
  auto scene = scene_of(frame, std::move(picture), scale);
  const bool difference =
      frame.session.look.arrangement == Arrangement::difference;  // a difference is a layer of its own
  scene->setOverlayVisible(frame.session.look.display.show_overlay &&
                           (difference || frame.session.look.layer != OverlayLayer::none));
  return scene;
}

QRectF case_box(const Frame& frame, Anatomical view) {
  const widgets::SlicePicture picture = slice_picture(frame, view);
  const QRect whole(0, 0, picture.width, picture.height);
  const QRect box = extent_of(picture.mask, picture.width, 0.5) |
                    extent_of(picture.prediction, picture.width, picture.prediction_level);
  const double margin = 4 + 0.1 * std::max(box.width(), box.height());
  const QRectF with_margin = QRectF(box).translated(-0.5, -0.5).adjusted(-margin, -margin, margin, margin);
  const bool fills = with_margin.width() > 0.9 * whole.width() && with_margin.height() > 0.9 * whole.height();
  return box.isEmpty() || fills ? QRectF(whole).translated(-0.5, -0.5) : with_margin;
}

QRectF zoomed_box(const Frame& frame, Anatomical view) {
  const double zoom = frame.session.look.display.zoom;
  if (!(zoom > 1)) {
    return {};
  }
  const ViewResult& shown = frame.views[static_cast<std::size_t>(view)];
  const Grid& grid = frame.data->grid;
  const auto pixel = shown.axes.pixel(grid, frame.session.look.crosshair);
  QRectF box(0, 0, static_cast<double>(shown.axes.width(grid)) / zoom,
             static_cast<double>(shown.axes.height(grid)) / zoom);
  box.moveCenter(QPointF(static_cast<double>(pixel[0]), static_cast<double>(pixel[1])));
  return box;
}

std::shared_ptr<widgets::SurfaceScene> surface_scene(widgets::SurfaceModel model) {
  auto scene = std::make_shared<widgets::SurfaceScene>();
  scene->setModel(std::move(model));
  scene->setSamples(kSamples);
  return scene;
}

}  // namespace lossscope
