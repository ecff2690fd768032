// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QThreadPool>
#include <optional>

#include "widgets/surface_scene.h"

namespace lossscope::widgets {

/// Paints surfaces on a thread of its own: a large surface takes software OpenGL longer than a person should wait for
/// the rest of the window. The latest wish wins; what is being painted is finished first, so that a drag is seen.
class SurfacePainter : public QObject {
  Q_OBJECT
 public:
  explicit SurfacePainter(QObject* parent = nullptr);
  ~SurfacePainter() override;  ///< waits for what is being painted

  /// `painted` follows; a wish that has not begun is replaced.
  void want(const SurfaceModel& model, QSizeF size, double pixels);
  [[nodiscard]] bool busy() const { return running_ || next_; }
  /// The scene of a model, for a picture that is wanted at once: waits for what is being painted.
  [[nodiscard]] Scene& sceneOf(const SurfaceModel& model);

 Q_SIGNALS:
  void painted(const QImage& picture, const lossscope::widgets::CameraPose& camera);

 private:
  struct Wish {
    SurfaceModel model;
    QSizeF size;
    double pixels = 1;
  };
  void start(Wish wish);
  void finish();

  SurfaceScene scene_;  ///< used by the pool's one thread while it paints, by the owner when it rests
  QThreadPool pool_;
  QFutureWatcher<QImage> watcher_;
  CameraPose camera_;     ///< of what is being painted
  bool running_ = false;  ///< until its picture is shown
  std::optional<Wish> next_;
};

}  // namespace lossscope::widgets
