// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_view.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/slice_overlay.h"
#include "widgets/surface_painter.h"
#include "widgets/surface_pick.h"

namespace lossscope::widgets {
namespace {

enum class SurfaceDrag { none, undecided, rotate, roll, pan, zoom };

constexpr double kWholeDrag = 200;  // degrees for a drag across the view, as VTK's and 3D Slicer's trackballs have it

/// Opens where the lines meet, so that what lies there is seen.
void paint_crossing(QPainter& painter, const std::array<QLineF, 3>& lines, QPointF at) {
  constexpr double kGap = 6;
  for (const QColor& colour : {QColor(0, 0, 0, 110), QColor(255, 255, 255, 190)}) {
    painter.setPen(QPen(colour, colour.red() == 0 ? 2.5 : 1));
    for (const QLineF& line : lines) {
      for (const QPointF& end : {line.p1(), line.p2()}) {
        QLineF half(at, end);
        if (half.length() > kGap) {
          half.setP1(half.pointAt(kGap / half.length()));
          painter.drawLine(half);
        }
      }
    }
    painter.drawEllipse(at, 3, 3);
  }
}

}  // namespace

struct SurfaceView::Parts {
  SurfaceModel model;
  OrbitCamera camera;
  SurfacePainter painter;
  QImage picture;        ///< the last that was painted
  OrbitCamera pictured;  ///< its camera: marks are drawn with it, so that they fit the picture
  bool stale = true, fitted = false, updating = false;
  Point3 crosshair{};
  std::array<std::array<Point3, 2>, 3> lines{};
  SurfaceDrag drag = SurfaceDrag::none;
  QPointF pressed, drag_from;
};

SurfaceView::SurfaceView(QWidget* parent) : SceneView(parent), parts_(std::make_unique<Parts>()) {
  connect(&parts_->painter, &SurfacePainter::painted, this, [this](const QImage& picture, const CameraPose& camera) {
    parts_->picture = picture;
    parts_->pictured.setPose(camera);
    update();
  });
}

SurfaceView::~SurfaceView() = default;

void SurfaceView::setModel(SurfaceModel model) {
  Parts& p = *parts_;
  p.model = std::move(model);
  p.model.camera = p.camera.pose();
  const bool something = p.model.ball().radius > 0;
  if (something && !p.fitted) {
    resetView();
  }
  p.fitted = something;
  moved();
}

const SurfaceModel& SurfaceView::model() const { return parts_->model; }

void SurfaceView::setCrosshair(const Point3& at, const std::array<std::array<Point3, 2>, 3>& lines) {
  parts_->crosshair = at;
  parts_->lines = lines;
  update();
}

void SurfaceView::setUpdating(bool updating) {
  if (std::exchange(parts_->updating, updating) != updating) {
    update();
  }
}

void SurfaceView::resetView() {
  parts_->camera.reset(parts_->model.ball(), static_cast<double>(width()) / std::max(1, height()));
  moved();
}

void SurfaceView::lookFrom(ViewFrom side) {
  parts_->camera.lookFrom(side);
  moved();
}

/// The camera or the model changed.
void SurfaceView::moved() {
  parts_->model.camera = parts_->camera.pose();
  parts_->stale = true;
  update();
}

bool SurfaceView::busy() const { return parts_->painter.busy() || (parts_->stale && isVisible()); }

QPointF SurfaceView::positionOf(const Point3& world) const { return parts_->camera.positionOf(world, size()); }

Scene& SurfaceView::scene() {
  parts_->pictured = parts_->camera;
  return parts_->painter.sceneOf(parts_->model);
}

void SurfaceView::paintEvent(QPaintEvent*) {
  Parts& p = *parts_;
  const QSizeF physical = QSizeF(size()) * devicePixelRatioF();
  if (p.stale || p.picture.size() != physical.toSize()) {
    p.painter.want(p.model, size(), devicePixelRatioF());
    p.stale = false;
  }
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(rect(), scene_background());
  if (!p.picture.isNull()) {  // after a resize the old picture is scaled about its middle, until the next one is there
    const QSizeF shown = QSizeF(p.picture.size()) * (height() / static_cast<double>(p.picture.height()));
    painter.drawImage(QRectF({(width() - shown.width()) / 2, 0}, shown), p.picture);
  }
  paintMarks(painter);
}

void SurfaceView::paintMarks(QPainter& painter) {
  const Parts& p = *parts_;
  if (!p.model.empty()) {
    const auto place = [&](const Point3& world) { return p.pictured.positionOf(world, size()); };
    std::array<QLineF, 3> lines;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      lines[axis] = QLineF(place(p.lines[axis][0]), place(p.lines[axis][1]));
    }
    paint_crossing(painter, lines, place(p.crosshair));
  }
  if (p.updating) {
    painter.setFont(picture_font());
    paint_outlined_text(painter, QRectF(rect()).adjusted(8, 4, -8, -4), Qt::AlignRight | Qt::AlignTop,
                        tr("updating ..."), QColor(190, 190, 190));
  }
}

void SurfaceView::mousePressEvent(QMouseEvent* event) {
  Parts& p = *parts_;
  if (p.drag != SurfaceDrag::none) {
    return;
  }
  p.pressed = p.drag_from = event->position();
  p.drag = SurfaceDrag::undecided;
}

void SurfaceView::mouseMoveEvent(QMouseEvent* event) {
  Parts& p = *parts_;
  if (p.drag == SurfaceDrag::none) {
    return;
  }
  if (p.drag == SurfaceDrag::undecided) {
    if ((event->position() - p.pressed).manhattanLength() < QApplication::startDragDistance() / 2) {
      return;  // a small movement still counts as a click
    }
    const bool left = (event->buttons() & Qt::LeftButton) != 0;
    p.drag = (event->buttons() & Qt::MiddleButton) != 0 || (left && (event->modifiers() & Qt::ShiftModifier) != 0)
                 ? SurfaceDrag::pan
             : !left                                           ? SurfaceDrag::zoom
             : (event->modifiers() & Qt::ControlModifier) != 0 ? SurfaceDrag::roll
                                                               : SurfaceDrag::rotate;
  }
  const QPointF by = event->position() - p.drag_from;
  const QPointF middle = QPointF(width(), height()) / 2;
  if (p.drag == SurfaceDrag::rotate) {
    p.camera.rotate(kWholeDrag * by.x() / width(), kWholeDrag * by.y() / height());
  } else if (p.drag == SurfaceDrag::roll) {
    p.camera.roll(QLineF(middle, p.drag_from).angleTo(QLineF(middle, event->position())));
  } else if (p.drag == SurfaceDrag::pan) {
    p.camera.pan(by, height());
  } else {
    p.camera.zoomBy(std::exp(-by.y() / 100));
  }
  p.drag_from = event->position();
  moved();
}

void SurfaceView::mouseReleaseEvent(QMouseEvent* event) {
  Parts& p = *parts_;
  const SurfaceDrag ended =
      event->buttons() == Qt::NoButton ? std::exchange(p.drag, SurfaceDrag::none) : SurfaceDrag::none;
  if (ended != SurfaceDrag::undecided) {
    return;
  }
  if (event->button() == Qt::RightButton) {
    Q_EMIT menuRequested(event->globalPosition().toPoint());
  } else if (event->button() == Qt::LeftButton) {
    if (const auto world = pick(p.model, p.camera.rayThrough(event->position(), size()))) {
      Q_EMIT picked(*world);
    }
  }
}

void SurfaceView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    Q_EMIT maximiseRequested();
  }
}

void SurfaceView::wheelEvent(QWheelEvent* event) {
  parts_->camera.zoomBy(std::exp(event->angleDelta().y() / 1000.0));
  moved();
  event->accept();
}

bool SurfaceView::turnBy(int key, bool shift) {
  constexpr double kDegrees = 5, kPixels = 15;
  const double x = key == Qt::Key_Left ? -1 : key == Qt::Key_Right ? 1 : 0;
  const double y = key == Qt::Key_Up ? -1 : key == Qt::Key_Down ? 1 : 0;
  if (x == 0 && y == 0) {
    return false;
  }
  if (shift) {
    parts_->camera.pan({kPixels * x, kPixels * y}, height());
  } else {
    parts_->camera.rotate(kDegrees * x, kDegrees * y);
  }
  moved();
  return true;
}

void SurfaceView::keyPressEvent(QKeyEvent* event) {
  const bool shift = (event->modifiers() & Qt::ShiftModifier) != 0;
  const int key = event->key();
  if (turnBy(key, shift)) {
    return;
  }
  switch (key) {
    case Qt::Key_End:
      return lookFrom(shift ? ViewFrom::posterior : ViewFrom::anterior);
    case Qt::Key_PageDown:
      return lookFrom(shift ? ViewFrom::right : ViewFrom::left);
    case Qt::Key_Home:
      return lookFrom(shift ? ViewFrom::inferior : ViewFrom::superior);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      parts_->camera.zoomBy(1.1);
      return moved();
    case Qt::Key_Minus:
      parts_->camera.zoomBy(1 / 1.1);
      return moved();
    default:
      SceneView::keyPressEvent(event);
  }
}

}  // namespace lossscope::widgets
