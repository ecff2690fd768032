// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_view.h"

#include <QFutureWatcher>
#include <QMouseEvent>
#include <QThreadPool>
#include <QWheelEvent>
#include <QtConcurrent>
#include <cmath>
#include <optional>

#include "widgets/slice_overlay.h"
#include "widgets/surface_maker.h"
#include "widgets/surface_scene.h"

namespace lossscope::widgets {

/// One surface: what is being made, and what is to be made next (the latest wins).
struct SurfaceView::Surface {
  SurfaceScene::Which which;
  QFutureWatcher<vtkSmartPointer<vtkPolyData>> watcher{};
  VolumePicture making{};
  bool running = false;  ///< until its result is shown
  std::optional<VolumePicture> next{};
};

struct SurfaceView::Parts {
  SurfaceScene scene;
  Surface mask{SurfaceScene::Which::mask}, prediction{SurfaceScene::Which::prediction};
  QThreadPool one_by_one;  ///< each surface of a large volume needs much memory while it is made
  std::array<double, 3> crosshair{};
  bool fitted = false;
  QPointF drag_from;
};

SurfaceView::SurfaceView(QWidget* parent) : SceneView(parent), parts_(std::make_unique<Parts>()) {
  parts_->one_by_one.setMaxThreadCount(1);
  for (Surface* surface : {&parts_->mask, &parts_->prediction}) {
    connect(&surface->watcher, &QFutureWatcherBase::finished, this, [this, surface] { showResult(*surface); });
  }
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
  surface.watcher.setFuture(QtConcurrent::run(&parts_->one_by_one, [volume] { return make_surface(volume); }));
}

void SurfaceView::showResult(Surface& surface) {
  const vtkSmartPointer<vtkPolyData> result = surface.watcher.result();
  parts_->scene.setSurface(surface.which, result, surface.making);
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
  parts_->scene.resetView();
  updateScene();
}

Scene& SurfaceView::scene() { return parts_->scene; }

void SurfaceView::paintMarks(QPainter& painter) {
  if (!parts_->scene.empty()) {
    painter.setPen(QPen(QColor(255, 255, 255, 200), 1.5));
    painter.drawEllipse(parts_->scene.positionOf(parts_->crosshair, size()), 4, 4);
  }
  if (busy()) {
    painter.setFont(picture_font());
    paint_outlined_text(painter, QRectF(rect()).adjusted(8, 4, -8, -4), Qt::AlignRight | Qt::AlignTop,
                        tr("updating ..."), QColor(190, 190, 190));
  }
}

void SurfaceView::mousePressEvent(QMouseEvent* event) { parts_->drag_from = event->position(); }

void SurfaceView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF moved = event->position() - parts_->drag_from;
  if (event->buttons() == Qt::NoButton) {
    return;
  }
  parts_->drag_from = event->position();
  if (event->buttons() & Qt::LeftButton) {
    parts_->scene.rotate(moved.x() * 0.5, moved.y() * 0.5);
  } else if (event->buttons() & Qt::MiddleButton) {
    parts_->scene.pan(moved, height());
  } else {
    parts_->scene.zoomBy(std::exp(-moved.y() / 100));
  }
  updateScene();
}

void SurfaceView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    Q_EMIT maximiseRequested();
  }
}

void SurfaceView::wheelEvent(QWheelEvent* event) {
  parts_->scene.zoomBy(std::exp(event->angleDelta().y() / 1000.0));
  updateScene();
  event->accept();
}

}  // namespace lossscope::widgets
