// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_painter.h"

#include <QtConcurrentRun>
#include <utility>

#include "basics/trace.h"

namespace lossscope::widgets {

SurfacePainter::SurfacePainter(QObject* parent) : QObject(parent) {
  pool_.setMaxThreadCount(1);
  connect(&watcher_, &QFutureWatcherBase::finished, this, &SurfacePainter::finish);
}

SurfacePainter::~SurfacePainter() {
  watcher_.disconnect(this);
  watcher_.waitForFinished();
}

void SurfacePainter::want(const SurfaceModel& model, QSizeF size, double pixels) {
  if (running_) {
    next_ = Wish{model, size, pixels};
  } else {
    start({model, size, pixels});
  }
}

void SurfacePainter::start(Wish wish) {
  running_ = true;
  camera_ = wish.model.camera;
  watcher_.setFuture(QtConcurrent::run(&pool_, [this, wish = std::move(wish)]() mutable {
    const trace::Span span(trace::Category::paint, "paint surfaces");
    scene_.setModel(std::move(wish.model));
    return scene_picture(scene_, wish.size, wish.pixels);
  }));
}

void SurfacePainter::finish() {
  const QImage picture = watcher_.result();
  running_ = false;
  const CameraPose camera = camera_;
  if (next_) {
    start(*std::exchange(next_, std::nullopt));
  }
  Q_EMIT painted(picture, camera);
}

Scene& SurfacePainter::sceneOf(const SurfaceModel& model) {
  if (running_) {
    (void)watcher_.result();  // waits, and takes a lock by which ThreadSanitizer sees the scene change hands
  }
  scene_.setModel(model);
  return scene_;
}

}  // namespace lossscope::widgets
