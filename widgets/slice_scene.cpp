// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_scene.h"

#include <algorithm>
#include <cmath>

#include "widgets/contour.h"
#include "widgets/slice_overlay.h"

namespace lossscope::widgets {
namespace {

constexpr double kFill = 0.92;  // a fitted slice leaves room for the letters
constexpr double kContourWidth = 1.5;

}  // namespace

void SliceScene::setPicture(SlicePicture picture) {
  const bool same = picture_.width == picture.width && picture_.height == picture.height &&
                    picture_.pixel_width == picture.pixel_width && picture_.pixel_height == picture.pixel_height;
  picture_ = std::move(picture);
  if (!same) {
    resetView();
  }
  grey_ = colours_ = QImage();
  mask_ = contour_of(picture_.mask, picture_.width, picture_.height, 0.5);
  prediction_ = contour_of(picture_.prediction, picture_.width, picture_.height, picture_.prediction_level);
}

void SliceScene::setColourScale(const ColourScale& scale) {
  scale_ = scale;
  colours_ = QImage();
}

void SliceScene::setOverlayOpacity(double opacity) { opacity_ = std::clamp(opacity, 0.0, 1.0); }

void SliceScene::setWindowLevel(double window, double level) {
  window_ = window;
  level_ = level;
  grey_ = QImage();
}

void SliceScene::resetView() {
  zoom_ = 1;
  pan_ = {};
  focus_.reset();
}

void SliceScene::focusOn(QRectF voxels) {
  const QPointF middle(voxels.center().x() * picture_.pixel_width, voxels.center().y() * picture_.pixel_height);
  resetView();
  pan_ = middle - centre();
  focus_ = QSizeF(voxels.width() * picture_.pixel_width, voxels.height() * picture_.pixel_height);
}

void SliceScene::zoomBy(double factor, QPointF fixed, QSizeF size) {
  const QPointF voxel = voxelAt(fixed, size);
  zoom_ = std::clamp(zoom_ * factor, 0.2, 80.0);
  pan_ += (positionOf(voxel, size) - fixed) / pixelsPerMm(size);
}

void SliceScene::panBy(QPointF moved, QSizeF size) { pan_ -= moved / pixelsPerMm(size); }

QSizeF SliceScene::millimetres() const {
  return {picture_.width * picture_.pixel_width, picture_.height * picture_.pixel_height};
}

QPointF SliceScene::centre() const {
  const QSizeF size = millimetres();
  return QPointF((size.width() - picture_.pixel_width) / 2, (size.height() - picture_.pixel_height) / 2) + pan_;
}

double SliceScene::pixelsPerMm(QSizeF size) const {
  const QSizeF shown = focus_.value_or(millimetres());
  return kFill * zoom_ * std::min(size.width() / shown.width(), size.height() / shown.height());
}

QPointF SliceScene::voxelAt(QPointF position, QSizeF size) const {
  const QPointF mm = centre() + (position - QPointF(size.width(), size.height()) / 2) / pixelsPerMm(size);
  return {mm.x() / picture_.pixel_width, mm.y() / picture_.pixel_height};
}

QPointF SliceScene::positionOf(QPointF voxel, QSizeF size) const {
  const QPointF mm(voxel.x() * picture_.pixel_width, voxel.y() * picture_.pixel_height);
  return QPointF(size.width(), size.height()) / 2 + (mm - centre()) * pixelsPerMm(size);
}

const QImage& SliceScene::greyImage() {
  if (grey_.isNull()) {
    grey_ = QImage(picture_.width, picture_.height, QImage::Format_RGB32);
    const double low = level_ - window_ / 2;
    const double factor = window_ != 0 ? 255 / window_ : 0;
    const float* value = picture_.image.data();
    for (int y = 0; y < picture_.height; ++y) {
      auto* row = reinterpret_cast<QRgb*>(grey_.scanLine(y));
      for (int x = 0; x < picture_.width; ++x, ++value) {
        const double share = (static_cast<double>(*value) - low) * factor;
        const int grey = share > 0 ? static_cast<int>(std::min(share, 255.0) + 0.5) : 0;  // NaN is black
        row[x] = qRgb(grey, grey, grey);
      }
    }
  }
  return grey_;
}

const QImage& SliceScene::overlayImage() {
  if (colours_.isNull()) {
    QImage rgba(picture_.width, picture_.height, QImage::Format_RGBA8888);
    for (int y = 0; y < picture_.height; ++y) {
      const auto width = static_cast<std::size_t>(picture_.width);
      colours_of(picture_.overlay.data() + static_cast<std::size_t>(y) * width, width, scale_, rgba.scanLine(y));
    }
    colours_ = rgba.convertToFormat(QImage::Format_ARGB32_Premultiplied);
  }
  return colours_;
}

void SliceScene::paintVoxels(QPainter& painter, QSizeF size) {
  const QRectF target(positionOf({-0.5, -0.5}, size), positionOf({picture_.width - 0.5, picture_.height - 0.5}, size));
  if (!picture_.image.empty()) {
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth_);
    painter.drawImage(target, greyImage());
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  }
  if (overlay_visible_ && !picture_.overlay.empty()) {
    painter.setOpacity(opacity_);
    painter.drawImage(target, overlayImage());
    painter.setOpacity(1);
  }
}

void SliceScene::paintContours(QPainter& painter, QSizeF size) const {
  const QPointF origin = positionOf({0, 0}, size), one = positionOf({1, 1}, size) - origin;
  const QTransform place(one.x(), 0, 0, one.y(), origin.x(), origin.y());
  for (const auto& [path, colour] : {std::pair(&mask_, mask_colour()), std::pair(&prediction_, prediction_colour())}) {
    const QPainterPath line = place.map(*path);
    // A dark line below keeps it legible on any colour.
    painter.strokePath(line, QPen(Qt::black, 2.2 * kContourWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.strokePath(line, QPen(colour, kContourWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  }
}

void SliceScene::paint(QPainter& painter, QSizeF size, double pixels) {
  const QRectF box({0, 0}, size);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(picture_font());
  painter.setClipRect(box, Qt::IntersectClip);
  painter.fillRect(box, scene_background());
  if (!empty()) {
    if (draws_vectors(painter)) {  // one picture, its voxels already enlarged: readers would smear them
      QImage voxels = blank_picture(size, pixels, scene_background());
      QPainter inner(&voxels);
      paintVoxels(inner, size);
      inner.end();
      painter.setRenderHint(QPainter::LosslessImageRendering);
      voxels.setDevicePixelRatio(1);
      painter.drawImage(box, voxels);
    } else {
      paintVoxels(painter, size);
    }
    if (contours_visible_) {
      paintContours(painter, size);
    }
    paint_slice_overlay(painter, size, picture_, pixelsPerMm(size));
  }
  painter.restore();
}

void SliceScene::paintCrosshair(QPainter& painter, QSizeF size, QPointF voxel) const {
  if (!empty()) {
    paint_crosshair(painter, size, positionOf(voxel, size));
  }
}

}  // namespace lossscope::widgets
