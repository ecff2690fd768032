// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkActor.h>
#include <vtkNew.h>
#include <vtkPlaneSource.h>
#include <vtkPolyDataMapper.h>
#include <vtkTexture.h>

#include "widgets/surface_model.h"

namespace lossscope::widgets {

/// A slice in a VTK scene: its picture on a rectangle, whole voxels, unlit, with a thin frame.
class PlaneActor {
 public:
  PlaneActor();
  [[nodiscard]] vtkActor* actor() { return actor_; }
  void show(const ShownPlane& plane);  ///< the picture is sent to OpenGL again only when it is another one
  void hide() { actor_->VisibilityOff(); }

 private:
  qint64 shown_ = 0;
  vtkNew<vtkPlaneSource> rectangle_;
  vtkNew<vtkPolyDataMapper> mapper_;
  vtkNew<vtkTexture> texture_;
  vtkNew<vtkActor> actor_;
};

}  // namespace lossscope::widgets
