// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_view.h"

#include <vtkCamera.h>
#include <vtkRenderer.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "widgets/slice_overlay.h"
#include "widgets/slice_scene.h"

namespace lossscope::widgets {
namespace {

constexpr double kFill = 0.92;  // a fitted slice leaves room for the letters
enum class Drag { none, crosshair, windowLevel, zoom, pan };

}  // namespace

struct SliceView::Parts {
  SlicePicture picture;
  ColourScale scale;
  std::vector<unsigned char> rgba;
  bool stale = false;  // picture or scale changed since the colours were made: scale and picture come one by one
  ImageLayer image, overlay;
  ContourLayer mask{mask_colour()}, prediction{prediction_colour()};
  bool overlay_visible = true, contours_visible = true;
  double zoom = 1, window = 1, level = 0.5;
  QPointF pan, crosshair;  // mm; voxels
  Drag drag = Drag::none;
  QPointF drag_from;
  quint64 drag_number = 0;
  int wheel = 0;  // eighths of a degree not yet turned into steps

  [[nodiscard]] bool empty() const { return picture.width == 0 || picture.height == 0; }
  [[nodiscard]] QSizeF millimetres() const {
    return {picture.width * picture.pixel_width, picture.height * picture.pixel_height};
  }
  /// The point of the scene in the middle of the view: the first voxel's centre is (0, 0).
  [[nodiscard]] QPointF centre() const {
    const QSizeF size = millimetres();
    return QPointF((size.width() - picture.pixel_width) / 2, (size.height() - picture.pixel_height) / 2) + pan;
  }
};

SliceView::SliceView(QWidget* parent) : VtkWidget(parent), parts_(std::make_unique<Parts>()) {
  parts_->image.show(renderer(), 3);
  parts_->overlay.show(renderer(), 2);
  parts_->mask.show(renderer(), 1);
  parts_->prediction.show(renderer(), 0.5);
  renderer()->GetActiveCamera()->ParallelProjectionOn();
}

SliceView::~SliceView() = default;

void SliceView::setPicture(SlicePicture picture) {
  Parts& p = *parts_;
  const bool same = p.picture.width == picture.width && p.picture.height == picture.height &&
                    p.picture.pixel_width == picture.pixel_width && p.picture.pixel_height == picture.pixel_height;
  p.picture = std::move(picture);
  if (!same) {
    resetView();
  }
  if (!p.picture.image.empty()) {
    p.image.setFloats(p.picture, p.picture.image);
  }
  p.mask.setValues(p.picture, p.picture.mask, 0.5);
  p.prediction.setValues(p.picture, p.picture.prediction, p.picture.prediction_level);
  p.stale = true;
  showVisibility();
}

void SliceView::clear() { setPicture({}); }

void SliceView::setColourScale(const ColourScale& scale) {
  parts_->scale = scale;
  parts_->stale = true;
  updateScene();
}

void SliceView::showOverlayColours() {
  Parts& p = *parts_;
  if (!p.stale || p.picture.overlay.empty()) {
    return;
  }
  p.stale = false;
  p.rgba.resize(4 * p.picture.overlay.size());
  colours_of(p.picture.overlay.data(), p.picture.overlay.size(), p.scale, p.rgba.data());
  p.overlay.setColours(p.picture, p.rgba);
}

void SliceView::showVisibility() {
  Parts& p = *parts_;
  p.image.setVisible(!p.picture.image.empty());
  p.overlay.setVisible(p.overlay_visible && !p.picture.overlay.empty());
  p.mask.setVisible(p.contours_visible);
  p.prediction.setVisible(p.contours_visible);
  updateScene();
}

void SliceView::setOverlayOpacity(double opacity) {
  parts_->overlay.property()->SetOpacity(std::clamp(opacity, 0.0, 1.0));
  updateScene();
}

void SliceView::setOverlayVisible(bool visible) {
  parts_->overlay_visible = visible;
  showVisibility();
}

void SliceView::setContoursVisible(bool visible) {
  parts_->contours_visible = visible;
  showVisibility();
}

void SliceView::setWindowLevel(double window, double level) {
  parts_->window = window;
  parts_->level = level;
  parts_->image.property()->SetColorWindow(window);
  parts_->image.property()->SetColorLevel(level);
  updateScene();
}

void SliceView::setCrosshair(double x, double y) {
  parts_->crosshair = {x, y};
  update();
}

void SliceView::setInterpolation(bool on) {
  if (on) {
    parts_->image.property()->SetInterpolationTypeToLinear();
  } else {
    parts_->image.property()->SetInterpolationTypeToNearest();
  }
  updateScene();
}

void SliceView::resetView() {
  parts_->zoom = 1;
  parts_->pan = {};
  updateScene();
}

const SlicePicture& SliceView::picture() const { return parts_->picture; }

double SliceView::pixelsPerMm() const {
  const QSizeF size = parts_->millimetres();
  return kFill * parts_->zoom * std::min(width() / size.width(), height() / size.height());
}

QPointF SliceView::voxelAt(QPointF position) const {
  const QPointF mm = parts_->centre() + (position - QPointF(width(), height()) / 2) / pixelsPerMm();
  return {mm.x() / parts_->picture.pixel_width, mm.y() / parts_->picture.pixel_height};
}

QPointF SliceView::positionOf(QPointF voxel) const {
  const QPointF mm(voxel.x() * parts_->picture.pixel_width, voxel.y() * parts_->picture.pixel_height);
  return QPointF(width(), height()) / 2 + (mm - parts_->centre()) * pixelsPerMm();
}

void SliceView::prepareScene(QSizeF size, double pixels) {
  if (parts_->empty()) {
    return;
  }
  showOverlayColours();
  const QPointF centre = parts_->centre();
  vtkCamera* camera = renderer()->GetActiveCamera();
  camera->SetFocalPoint(centre.x(), centre.y(), 0);
  camera->SetPosition(centre.x(), centre.y(), -100);
  camera->SetViewUp(0, -1, 0);
  camera->SetParallelScale(size.height() / (2 * pixelsPerMm()));
  camera->SetClippingRange(1, 200);
  parts_->mask.setWidth(1.5 * pixels);
  parts_->prediction.setWidth(1.5 * pixels);
}

void SliceView::paintOverlay(QPainter& painter, QSizeF size) {
  if (!parts_->empty()) {
    paint_slice_overlay(painter, size, parts_->picture, pixelsPerMm(), positionOf(parts_->crosshair));
  }
}

void SliceView::moveCrosshairTo(QPointF position) {
  const QPoint voxel = voxelAt(position).toPoint();
  const SlicePicture& picture = parts_->picture;
  Q_EMIT crosshairMoved(std::clamp(voxel.x(), 0, picture.width - 1), std::clamp(voxel.y(), 0, picture.height - 1));
}

void SliceView::zoomBy(double factor, QPointF fixed) {
  const QPointF voxel = voxelAt(fixed);
  parts_->zoom = std::clamp(parts_->zoom * factor, 0.2, 80.0);
  parts_->pan += (positionOf(voxel) - fixed) / pixelsPerMm();  // what was under the pointer stays there
  updateScene();
}

void SliceView::mousePressEvent(QMouseEvent* event) {
  Parts& p = *parts_;
  if (p.empty() || p.drag != Drag::none) {
    return;
  }
  p.drag_from = event->position();
  ++p.drag_number;
  if (event->button() == Qt::LeftButton) {
    p.drag = event->modifiers() & Qt::ShiftModifier ? Drag::windowLevel : Drag::crosshair;
  } else if (event->button() == Qt::RightButton) {
    p.drag = Drag::zoom;
  } else if (event->button() == Qt::MiddleButton) {
    p.drag = Drag::pan;
  }
  if (p.drag == Drag::crosshair) {
    moveCrosshairTo(event->position());
  }
}

void SliceView::mouseMoveEvent(QMouseEvent* event) {
  Parts& p = *parts_;
  if (p.empty()) {
    return;
  }
  const QPointF moved = event->position() - p.drag_from;
  p.drag_from = p.drag == Drag::none ? p.drag_from : event->position();
  switch (p.drag) {
    case Drag::crosshair:
      moveCrosshairTo(event->position());
      break;
    case Drag::windowLevel:
      Q_EMIT windowLevelChanged(p.window * std::exp(moved.x() / 150), p.level + moved.y() * p.window / 300,
                                p.drag_number);
      break;
    case Drag::zoom:
      zoomBy(std::exp(-moved.y() / 100), QPointF(width(), height()) / 2);
      break;
    case Drag::pan:
      p.pan -= moved / pixelsPerMm();
      updateScene();
      break;
    case Drag::none:
      break;
  }
  const QPoint voxel = voxelAt(event->position()).toPoint();
  const bool inside = QRect(0, 0, p.picture.width, p.picture.height).contains(voxel);
  Q_EMIT hovered(inside ? voxel.x() : -1, inside ? voxel.y() : -1);
}

void SliceView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->buttons() == Qt::NoButton) {
    parts_->drag = Drag::none;
  }
}

void SliceView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    Q_EMIT maximiseRequested();
  }
}

void SliceView::wheelEvent(QWheelEvent* event) {
  Parts& p = *parts_;
  if (p.empty()) {
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
    const SlicePicture& picture = parts_->picture;
    Q_EMIT crosshairMoved(std::clamp(to.x(), 0, picture.width - 1), std::clamp(to.y(), 0, picture.height - 1));
  };
  const int page = event->modifiers() & Qt::ControlModifier ? 10 : 1;
  if (parts_->empty()) {
    QOpenGLWidget::keyPressEvent(event);
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
      QOpenGLWidget::keyPressEvent(event);
  }
}

void SliceView::leaveEvent(QEvent* event) {
  Q_EMIT hovered(-1, -1);
  QOpenGLWidget::leaveEvent(event);
}

}  // namespace lossscope::widgets
