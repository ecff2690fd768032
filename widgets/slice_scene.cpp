// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_scene.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "basics/trace.h"
#include "widgets/colour_bar.h"
#include "widgets/slice_overlay.h"

namespace lossscope::widgets {
namespace {

constexpr double kFill = 0.92;  // a fitted slice leaves room for the letters

}  // namespace

bool SliceScene::setPicture(SlicePicture picture) {
  if (picture == picture_) {
    picture_ = std::move(picture);  // layers may have been made ready from its values
    return false;
  }
  const bool same_size = picture_.width == picture.width && picture_.height == picture.height;
  const bool same_shape =
      same_size && picture_.pixel_width == picture.pixel_width && picture_.pixel_height == picture.pixel_height;
  picture_ = std::move(picture);
  if (!same_shape) {
    resetView();
  }
  return true;
}

void SliceScene::shareOutlines(const SliceScene& other) {
  constexpr std::size_t kSizes = 4;  // kept: scenes in a grid may differ by a pixel in width and height
  contours_ = other.contours_;
  contours_->keep(kSizes);
}

bool SliceScene::setColourScale(const ColourScale& scale) { return std::exchange(scale_, scale) != scale; }

bool SliceScene::setOverlayOpacity(double opacity) {
  const double wanted = std::clamp(opacity, 0.0, 1.0);
  return std::exchange(opacity_, wanted) != wanted;
}

bool SliceScene::setOverlayVisible(bool visible) { return std::exchange(overlay_visible_, visible) != visible; }

bool SliceScene::setContoursVisible(bool visible) { return std::exchange(contours_visible_, visible) != visible; }

bool SliceScene::setWindowLevel(double window, double level) {
  const bool changed = std::exchange(window_, window) != window || level_ != level;
  level_ = level;
  return changed;
}

bool SliceScene::setInterpolation(bool on) { return std::exchange(smooth_, on) != on; }

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

void SliceScene::setView(double zoom, QPointF pan) {
  resetView();
  zoom_ = zoom;
  pan_ = pan;
}

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

const QImage& SliceScene::greyImage() { return layers_.grey(picture_, window_, level_); }

const QImage& SliceScene::overlayImage() { return layers_.colours(picture_, scale_); }

const QImage& SliceScene::mixedImage() {
  const QImage &grey = greyImage(), &overlay = overlayImage(), &veil = layers_.veil(picture_);
  const Mixed of{grey.cacheKey(), overlay.cacheKey(), veil.cacheKey(), opacity_};
  if (std::exchange(mixed_of_, of) != of) {
    mixed_ = grey;
    QPainter mixer(&mixed_);
    mixer.setOpacity(opacity_);
    mixer.drawImage(0, 0, overlay);
    mixer.setOpacity(1);
    mixer.drawImage(0, 0, veil);
  }
  return mixed_;
}

QImage SliceScene::voxels() {
  const bool grey = !picture_.image.empty(), overlay = overlay_visible_ && !picture_.overlay.empty();
  const QImage& veil = layers_.veil(picture_);
  if (!overlay && veil.isNull()) {
    return grey ? greyImage() : QImage();
  }
  if (grey && overlay) {
    return mixedImage();
  }
  QImage alone = grey ? greyImage()
                      : blank_picture({static_cast<double>(picture_.width), static_cast<double>(picture_.height)}, 1,
                                      scene_background());
  QPainter painter(&alone);
  if (overlay) {
    painter.setOpacity(opacity_);
    painter.drawImage(0, 0, overlayImage());
    painter.setOpacity(1);
  }
  painter.drawImage(0, 0, veil);
  return alone;
}

const QImage& SliceScene::minifiedImage(const PixelGrid& grid) {
  const SharedValues overlay = overlay_visible_ ? picture_.overlay : SharedValues();
  const Minified of{grid, picture_.image, overlay, picture_.counts, scale_, opacity_, window_, level_};
  if (minified_of_ == of) {
    return minified_;
  }
  minified_of_ = of;
  const QSize size = grid.pixels.size();
  minified_ = picture_.image.empty() ? blank_picture(size, 1, scene_background()) : mean_grey_of(greyImage(), grid);
  QPainter mixer(&minified_);
  if (!overlay.empty()) {
    QImage colours(size, QImage::Format_RGBA8888);
    const std::vector<float> shown = most_of(overlay, picture_.width, grid, scale_);
    colours_of(shown.data(), shown.size(), scale_, colours.bits());
    mixer.setOpacity(opacity_);
    mixer.drawImage(0, 0, colours);
    mixer.setOpacity(1);
  }
  if (const QImage& veil = layers_.veil(picture_); !veil.isNull()) {
    mixer.drawImage(0, 0, common_of(veil, grid));
  }
  return minified_;
}

void SliceScene::paintVoxels(QPainter& painter, QSizeF size, double pixels) {
  const trace::Span span(trace::Category::paint, "enlarge the voxels");
  const QRectF target(positionOf({-0.5, -0.5}, size), positionOf({picture_.width - 0.5, picture_.height - 0.5}, size));
  const QRectF physical(target.topLeft() * pixels, target.size() * pixels);
  const bool grey = !picture_.image.empty(), overlay = overlay_visible_ && !picture_.overlay.empty();
  if (physical.width() < picture_.width || physical.height() < picture_.height) {
    const PixelGrid grid = pixel_grid(physical, {picture_.width, picture_.height}, (size * pixels).toSize());
    if (grid.pixels.isValid()) {
      const QRectF place(QPointF(grid.pixels.topLeft()) / pixels, QSizeF(grid.pixels.size()) / pixels);
      painter.drawImage(place, minifiedImage(grid));
    }
    return;
  }
  if (grey && overlay && !smooth_) {
    painter.drawImage(target, mixedImage());  // mixed once per voxel, not once per pixel: there are many more pixels
    return;
  }
  if (grey) {
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth_);
    painter.drawImage(target, greyImage());
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  }
  if (overlay) {
    painter.setOpacity(opacity_);
    painter.drawImage(target, overlayImage());
    painter.setOpacity(1);
  }
  if (const QImage& veil = layers_.veil(picture_); !veil.isNull()) {
    painter.drawImage(target, veil);
  }
}

void SliceScene::paintContours(QPainter& painter, QSizeF size, double pixels) {
  const QPointF origin = positionOf({0, 0}, size), one = positionOf({1, 1}, size) - origin;
  contours_->paint(painter, size, pixels,
                   {layers_.mask(picture_), layers_.prediction(picture_),
                    QTransform(one.x(), 0, 0, one.y(), origin.x(), origin.y())});
}

/// Vessels have so many that a sheet of them as vectors would take ten million bytes.
bool SliceScene::outlinesAreFew() {
  constexpr int kMost = 10'000;
  return layers_.mask(picture_).elementCount() + layers_.prediction(picture_).elementCount() <= kMost;
}

void SliceScene::paint(QPainter& painter, QSizeF size, double pixels) {
  const QRectF box({0, 0}, size);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(textFont());
  painter.setClipRect(box, Qt::IntersectClip);
  painter.fillRect(box, scene_background());
  if (!empty()) {
    if (draws_vectors(painter)) {  // enlarged here: viewers of SVG and PDF would smear small voxels
      QImage voxels = blank_picture(size, pixels, scene_background());
      QPainter inner(&voxels);
      paintVoxels(inner, size, pixels);
      if (contours_visible_ && !outlinesAreFew()) {
        inner.setRenderHint(QPainter::Antialiasing);
        paintContours(inner, size, pixels);
      }
      inner.end();
      painter.setRenderHint(QPainter::LosslessImageRendering);
      voxels.setDevicePixelRatio(1);
      painter.drawImage(box, voxels);
    } else {
      paintVoxels(painter, size, pixels);
    }
    if (contours_visible_ && (!draws_vectors(painter) || outlinesAreFew())) {
      paintContours(painter, size, pixels);
    }
    if (marked_) {
      paintCrosshair(painter, size, *marked_);
    }
    const trace::Span span(trace::Category::paint, "letters and scale bar");
    paint_slice_overlay(painter, size, picture_, pixelsPerMm(size));
    if (picture_.range && overlay_visible_) {
      constexpr double kMargin = 8, kFrom = 0.56;  // right of the letter at the lower edge
      const double line = QFontMetricsF(painter.font()).height();
      const QRectF row(kFrom * size.width(), size.height() - line - kMargin / 2, (1 - kFrom) * size.width() - kMargin,
                       line);
      painter.setPen(kOverlayText);
      paint_range(painter, row, scale_);
    }
  }
  painter.restore();
}

void SliceScene::paintCrosshair(QPainter& painter, QSizeF size, QPointF voxel) const {
  if (!empty()) {
    paint_crosshair(painter, size, positionOf(voxel, size));
  }
}

}  // namespace lossscope::widgets
