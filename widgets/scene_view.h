// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "widgets/scene.h"

namespace lossscope::widgets {

/// A widget that shows a scene. The scene is painted when it changes and kept; what follows the pointer is painted over
/// it, so that moving a crosshair costs a copy.
class SceneView : public QWidget {
  Q_OBJECT
 public:
  explicit SceneView(QWidget* parent = nullptr);

  /// The view as a picture, `scale` times its size in device-independent pixels, without the window's frame: what is on
  /// screen, with its marks (the crosshair) or without.
  [[nodiscard]] QImage grabPicture(double scale = 1, bool marks = true);
  virtual void setTextSize(int pixels);  ///< of the scene; 0: as usual

  /// On screen the picture is faint, for it is not what was asked for.
  void setVeiled(bool on);

 protected:
  /// Paints the scene again; `update()` alone repaints what lies over it.
  void updateScene();

  [[nodiscard]] virtual Scene& scene() = 0;
  /// What lies over the scene, in device-independent pixels.
  virtual void paintMarks(QPainter& painter) = 0;

  void paintEvent(QPaintEvent* event) override;

 private:
  QImage painted_;
  bool changed_ = true, veiled_ = false;
};

}  // namespace lossscope::widgets
