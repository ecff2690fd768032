// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "widgets/scene.h"
#include "widgets/surface_model.h"

namespace lossscope::widgets {

/// Surfaces of mask and prediction, slices as planes, a colour bar and a small orientation marker; VTK draws them into
/// a picture without a window.
class SurfaceScene : public Scene {
 public:
  SurfaceScene();
  ~SurfaceScene() override;

  void setModel(SurfaceModel model);
  [[nodiscard]] const SurfaceModel& model() const;
  void setCamera(const CameraPose& pose);
  /// How many physical pixels are drawn in each direction for one of the picture's: 2 for smooth edges.
  void setSamples(int samples);

  /// Without OpenGL, a sentence that says so is drawn instead.
  void paint(QPainter& painter, QSizeF size, double pixels) override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// What is written over a 3D picture: the patient's axes, the colour bar, the title.
void paint_surface_marks(QPainter& painter, QSizeF size, const SurfaceModel& model);

}  // namespace lossscope::widgets
