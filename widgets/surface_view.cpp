// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_view.h"

#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkNew.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>

#include <QFutureWatcher>
#include <QMouseEvent>
#include <QWheelEvent>
#include <QtConcurrent>
#include <cmath>
#include <optional>

#include "widgets/slice_overlay.h"
#include "widgets/surface_maker.h"

namespace lossscope::widgets {

/// One surface: what is shown, what is being made, and what is to be made next (the latest wins).
struct SurfaceView::Surface {
  vtkNew<vtkPolyDataMapper> mapper;
  vtkNew<vtkActor> actor;
  QFutureWatcher<vtkSmartPointer<vtkPolyData>> watcher;
  VolumePicture making;
  bool running = false;  ///< until its result is shown
  std::optional<VolumePicture> next;
};

struct SurfaceView::Parts {
  Surface mask, prediction;
  std::array<double, 3> crosshair{};
  bool fitted = false;
  QPointF drag_from;
};

SurfaceView::SurfaceView(QWidget* parent) : VtkWidget(parent), parts_(std::make_unique<Parts>()) {
  for (Surface* surface : {&parts_->mask, &parts_->prediction}) {
    surface->mapper->ScalarVisibilityOff();
    surface->actor->SetMapper(surface->mapper);
    surface->actor->VisibilityOff();
    renderer()->AddActor(surface->actor);
    connect(&surface->watcher, &QFutureWatcherBase::finished, this, [this, surface] { showResult(*surface); });
  }
  const auto paint = [](Surface& surface, const QColor& colour, double opacity) {
    vtkProperty* property = surface.actor->GetProperty();
    property->SetColor(colour.redF(), colour.greenF(), colour.blueF());
    property->SetOpacity(opacity);
    property->SetDiffuse(0.75);
    property->SetSpecular(0.1);
    property->SetAmbient(0.05);
  };
  paint(parts_->mask, mask_colour(), 1);
  paint(parts_->prediction, prediction_colour(), 0.4);
}

SurfaceView::~SurfaceView() {
  for (Surface* surface : {&parts_->mask, &parts_->prediction}) {
    surface->watcher.disconnect(this);
    surface->watcher.waitForFinished();
  }
}

void SurfaceView::setMask(const VolumePicture& volume) { make(parts_->mask, volume); }
void SurfaceView::setPrediction(const VolumePicture& volume) { make(parts_->prediction, volume); }

void SurfaceView::make(Surface& surface, const VolumePicture& volume) {
  if (surface.running) {
    surface.next = volume;
    return;
  }
  surface.making = volume;
  surface.running = true;
  surface.watcher.setFuture(QtConcurrent::run([volume] { return make_surface(volume); }));
}

void SurfaceView::showResult(Surface& surface) {
  const vtkSmartPointer<vtkPolyData> result = surface.watcher.result();
  surface.mapper->SetInputData(result);
  surface.actor->SetUserMatrix(placement(surface.making));
  surface.actor->SetVisibility(result->GetNumberOfCells() > 0 ? 1 : 0);
  if (!surface.making.owner) {
    parts_->fitted = false;
  } else if (!parts_->fitted && result->GetNumberOfCells() > 0) {
    resetView();
  }
  surface.making.owner.reset();
  surface.running = false;
  if (surface.next) {
    make(surface, *std::exchange(surface.next, std::nullopt));
  }
  updateScene();
  if (!busy()) {
    Q_EMIT surfacesReady();
  }
}

bool SurfaceView::busy() const {
  const auto pending = [](const Surface& surface) { return surface.running || surface.next; };
  return pending(parts_->mask) || pending(parts_->prediction);
}

void SurfaceView::setCrosshair(const std::array<double, 3>& world) {
  parts_->crosshair = world;
  update();
}

void SurfaceView::resetView() {
  parts_->fitted = true;
  vtkCamera* camera = renderer()->GetActiveCamera();
  camera->SetFocalPoint(0, 0, 0);
  camera->SetPosition(0.8, -1, 0.45);  // from the front, the left and above
  camera->SetViewUp(0, 0, 1);
  camera->SetViewAngle(30);
  renderer()->ResetCamera();
  camera->Zoom(1.25);
  updateScene();
}

void SurfaceView::prepareScene(QSizeF, double) { renderer()->ResetCameraClippingRange(); }

QPointF SurfaceView::project(const std::array<double, 3>& world, QSizeF size) const {
  const std::array<double, 4> point{world[0], world[1], world[2], 1};
  std::array<double, 4> view{};
  vtkMatrix4x4* matrix =
      renderer()->GetActiveCamera()->GetCompositeProjectionTransformMatrix(size.width() / size.height(), -1, 1);
  matrix->MultiplyPoint(point.data(), view.data());
  return {(view[0] / view[3] + 1) / 2 * size.width(), (1 - view[1] / view[3]) / 2 * size.height()};
}

void SurfaceView::paintOverlay(QPainter& painter, QSizeF size) {
  const QRectF box(8, 4, size.width() - 16, size.height() - 8);
  const bool shown = parts_->mask.actor->GetVisibility() != 0 || parts_->prediction.actor->GetVisibility() != 0;
  if (shown) {
    const QPointF at = project(parts_->crosshair, size);
    painter.setPen(QPen(QColor(255, 255, 255, 200), 1.5));
    painter.drawEllipse(at, 4, 4);
    paintAxes(painter, size);
    paint_outlined_text(painter, box, Qt::AlignLeft | Qt::AlignTop, tr("Surfaces"), QColor(235, 235, 235));
  }
  if (busy()) {
    paint_outlined_text(painter, box, Qt::AlignRight | Qt::AlignTop, tr("updating ..."), QColor(190, 190, 190));
  }
}

void SurfaceView::paintAxes(QPainter& painter, QSizeF size) const {
  constexpr double kLength = 20;
  const QPointF origin(36, size.height() - 36);
  vtkMatrix4x4* view = renderer()->GetActiveCamera()->GetViewTransformMatrix();
  const std::array letters{QStringLiteral("L"), QStringLiteral("P"), QStringLiteral("S")};
  for (int axis = 0; axis < 3; ++axis) {
    const QPointF end = origin + kLength * QPointF(view->GetElement(0, axis), -view->GetElement(1, axis));
    painter.setPen(QPen(QColor(200, 200, 200), 1.5));
    painter.drawLine(origin, end);
    const QPointF at = origin + (end - origin) * 1.45;
    paint_outlined_text(painter, QRectF(at - QPointF(10, 10), QSizeF(20, 20)), Qt::AlignCenter,
                        letters[static_cast<std::size_t>(axis)], QColor(255, 224, 130));
  }
}

void SurfaceView::mousePressEvent(QMouseEvent* event) { parts_->drag_from = event->position(); }

void SurfaceView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF moved = event->position() - parts_->drag_from;
  if (event->buttons() == Qt::NoButton) {
    return;
  }
  parts_->drag_from = event->position();
  vtkCamera* camera = renderer()->GetActiveCamera();
  if (event->buttons() & Qt::LeftButton) {
    camera->Azimuth(-moved.x() * 0.5);
    camera->Elevation(moved.y() * 0.5);
    camera->OrthogonalizeViewUp();
    updateScene();
  } else if (event->buttons() & Qt::MiddleButton) {
    pan(moved);
  } else {
    zoomBy(std::exp(-moved.y() / 100));
  }
}

void SurfaceView::pan(QPointF moved) {
  vtkCamera* camera = renderer()->GetActiveCamera();
  constexpr double kRadians = 3.14159265358979323846 / 180;
  const double mm_per_pixel =
      2 * camera->GetDistance() * std::tan(camera->GetViewAngle() * kRadians / 2) / std::max(1, height());
  vtkMatrix4x4* view = camera->GetViewTransformMatrix();
  std::array<double, 3> focus{};
  std::array<double, 3> position{};
  camera->GetFocalPoint(focus.data());
  camera->GetPosition(position.data());
  for (int axis = 0; axis < 3; ++axis) {
    const double by = mm_per_pixel * (moved.y() * view->GetElement(1, axis) - moved.x() * view->GetElement(0, axis));
    focus[static_cast<std::size_t>(axis)] += by;
    position[static_cast<std::size_t>(axis)] += by;
  }
  camera->SetFocalPoint(focus.data());
  camera->SetPosition(position.data());
  updateScene();
}

void SurfaceView::zoomBy(double factor) {
  renderer()->GetActiveCamera()->Dolly(factor);
  updateScene();
}

void SurfaceView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    Q_EMIT maximiseRequested();
  }
}

void SurfaceView::wheelEvent(QWheelEvent* event) {
  zoomBy(std::exp(event->angleDelta().y() / 1000.0));
  event->accept();
}

}  // namespace lossscope::widgets
