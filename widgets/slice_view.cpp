// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/slice_scene.h"

namespace lossscope::widgets {
namespace {

enum class SliceDrag { none, crosshair, windowLevel, zoom, pan };

}  // namespace

struct SliceView::Parts {
  SliceScene scene;
  QPointF crosshair;  // voxels
  SliceDrag drag = SliceDrag::none;
  QPointF drag_from, pressed_at;
  QPoint before_click;  // the crosshair's voxel
  quint64 drag_number = 0;
  int wheel = 0;  // eighths of a degree not yet turned into steps
};

SliceView::SliceView(QWidget* parent) : SceneView(parent), parts_(std::make_unique<Parts>()) {}

SliceView::~SliceView() = default;

Scene& SliceView::scene() { return parts_->scene; }

void SliceView::paintMarks(QPainter& painter) { parts_->scene.paintCrosshair(painter, size(), parts_->crosshair); }

void SliceView::setPicture(SlicePicture picture) {
  if (parts_->scene.setPicture(std::move(picture))) {
    updateScene();
  }
}

void SliceView::setLayers(SliceLayers layers) { parts_->scene.setLayers(std::move(layers)); }

void SliceView::shareOutlines(const SliceView& other) { parts_->scene.shareOutlines(other.parts_->scene); }

void SliceView::clear() { setPicture({}); }

void SliceView::setColourScale(const ColourScale& scale) {
  if (parts_->scene.setColourScale(scale)) {
    updateScene();
  }
}

void SliceView::setOverlayOpacity(double opacity) {
  if (parts_->scene.setOverlayOpacity(opacity)) {
    updateScene();
  }
}

void SliceView::setOverlayVisible(bool visible) {
  if (parts_->scene.setOverlayVisible(visible)) {
    updateScene();
  }
}

void SliceView::setContoursVisible(bool visible) {
  if (parts_->scene.setContoursVisible(visible)) {
    updateScene();
  }
}

void SliceView::setWindowLevel(double window, double level) {
  if (parts_->scene.setWindowLevel(window, level)) {
    updateScene();
  }
}

void SliceView::setCrosshair(double x, double y) {
  if (std::exchange(parts_->crosshair, {x, y}) != QPointF(x, y)) {
    update();
  }
}

void SliceView::setInterpolation(bool on) {
  if (parts_->scene.setInterpolation(on)) {
    updateScene();
  }
}

void SliceView::resetView() {
  parts_->scene.resetView();
  updateScene();
}

void SliceView::setView(double zoom, QPointF pan) {
  parts_->scene.setView(zoom, pan);
  updateScene();
}

void SliceView::zoomAbout(double zoom, QPointF voxel) {
  const SlicePicture& shown = picture();
  const QPointF away = voxel - QPointF(shown.width - 1, shown.height - 1) / 2;
  setView(zoom, zoom == 1 ? QPointF() : QPointF(away.x() * shown.pixel_width, away.y() * shown.pixel_height));
}

void SliceView::bringIntoView(QPointF voxel) {
  const double zoom = parts_->scene.zoom();
  const bool held = parts_->drag != SliceDrag::none;  // nothing may jump under the pointer
  if (zoom > 1 && !held && !rect().contains(positionOf(voxel).toPoint())) {
    zoomAbout(zoom, voxel);
  }
}

const SlicePicture& SliceView::picture() const { return parts_->scene.picture(); }

QPointF SliceView::voxelAt(QPointF position) const { return parts_->scene.voxelAt(position, size()); }

QPointF SliceView::positionOf(QPointF voxel) const { return parts_->scene.positionOf(voxel, size()); }

void SliceView::moveCrosshairTo(QPointF position) {
  const QPoint voxel = voxelAt(position).toPoint();
  const SlicePicture& picture = parts_->scene.picture();
  Q_EMIT crosshairMoved(std::clamp(voxel.x(), 0, picture.width - 1), std::clamp(voxel.y(), 0, picture.height - 1));
}

void SliceView::zoomBy(double factor, QPointF fixed) {
  parts_->scene.zoomBy(factor, fixed, size());
  updateScene();
  Q_EMIT viewChanged(parts_->scene.zoom(), parts_->scene.pan());
}

void SliceView::mousePressEvent(QMouseEvent* event) {
  Parts& p = *parts_;
  if (p.scene.empty() || p.drag != SliceDrag::none) {
    return;
  }
  p.drag_from = p.pressed_at = event->position();
  p.before_click = p.crosshair.toPoint();
  ++p.drag_number;
  if (event->button() == Qt::LeftButton) {
    p.drag = event->modifiers() & Qt::ShiftModifier ? SliceDrag::windowLevel : SliceDrag::crosshair;
  } else if (event->button() == Qt::RightButton) {
    p.drag = SliceDrag::zoom;
  } else if (event->button() == Qt::MiddleButton) {
    p.drag = SliceDrag::pan;
  }
  if (p.drag == SliceDrag::crosshair) {
    moveCrosshairTo(event->position());
  }
}

void SliceView::mouseMoveEvent(QMouseEvent* event) {
  Parts& p = *parts_;
  if (p.scene.empty()) {
    return;
  }
  const QPointF moved = event->position() - p.drag_from;
  p.drag_from = p.drag == SliceDrag::none ? p.drag_from : event->position();
  switch (p.drag) {
    case SliceDrag::crosshair:
      moveCrosshairTo(event->position());
      break;
    case SliceDrag::windowLevel:
      Q_EMIT windowLevelChanged(p.scene.window() * std::exp(moved.x() / 150),
                                p.scene.level() + moved.y() * p.scene.window() / 300, p.drag_number);
      break;
    case SliceDrag::zoom:
      zoomBy(std::exp(-moved.y() / 100), QPointF(width(), height()) / 2);
      break;
    case SliceDrag::pan:
      p.scene.panBy(moved, size());
      updateScene();
      Q_EMIT viewChanged(p.scene.zoom(), p.scene.pan());
      break;
    case SliceDrag::none:
      break;
  }
  const QPoint voxel = voxelAt(event->position()).toPoint();
  const bool inside = QRect(0, 0, picture().width, picture().height).contains(voxel);
  Q_EMIT hovered(inside ? voxel.x() : -1, inside ? voxel.y() : -1);
}

void SliceView::mouseReleaseEvent(QMouseEvent* event) {
  constexpr double kClick = 3;  // pixels: less is a click, no drag
  const Parts& p = *parts_;
  const bool click = (event->position() - p.pressed_at).manhattanLength() <= kClick;
  const bool menu = p.drag == SliceDrag::zoom && event->button() == Qt::RightButton && click;
  if (event->buttons() == Qt::NoButton) {
    parts_->drag = SliceDrag::none;
  }
  if (menu) {
    Q_EMIT menuRequested(event->globalPosition().toPoint());
  }
}

void SliceView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && !parts_->scene.empty()) {
    Q_EMIT crosshairMoved(parts_->before_click.x(), parts_->before_click.y());  // the first click had moved it
    Q_EMIT maximiseRequested();
  }
}

void SliceView::wheelEvent(QWheelEvent* event) {
  Parts& p = *parts_;
  if (p.scene.empty()) {
    return;
  }
  if (event->modifiers() & Qt::ControlModifier) {
    zoomBy(std::exp(event->angleDelta().y() / 600.0), event->position());
  } else {
    p.wheel += event->angleDelta().y();
    const int steps = p.wheel / 120;
    p.wheel -= 120 * steps;
    if (steps != 0) {
      Q_EMIT stepped(steps);
    }
  }
  event->accept();
}

void SliceView::keyPressEvent(QKeyEvent* event) {
  const QPoint at = parts_->crosshair.toPoint();
  const auto move = [this](QPoint to) {
    const SlicePicture& picture = parts_->scene.picture();
    Q_EMIT crosshairMoved(std::clamp(to.x(), 0, picture.width - 1), std::clamp(to.y(), 0, picture.height - 1));
  };
  const int page = event->modifiers() & Qt::ControlModifier ? 10 : 1;
  if (parts_->scene.empty()) {
    SceneView::keyPressEvent(event);
    return;
  }
  switch (event->key()) {
    case Qt::Key_Left:
      return move(at - QPoint(1, 0));
    case Qt::Key_Right:
      return move(at + QPoint(1, 0));
    case Qt::Key_Up:
      return move(at - QPoint(0, 1));
    case Qt::Key_Down:
      return move(at + QPoint(0, 1));
    case Qt::Key_PageUp:
      Q_EMIT stepped(page);
      return;
    case Qt::Key_PageDown:
      Q_EMIT stepped(-page);
      return;
    default:
      SceneView::keyPressEvent(event);
  }
}

void SliceView::leaveEvent(QEvent* event) {
  Q_EMIT hovered(-1, -1);
  SceneView::leaveEvent(event);
}

}  // namespace lossscope::widgets
