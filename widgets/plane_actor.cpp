// SPDX-License-Identifier: Apache-2.0
#include "widgets/plane_actor.h"

#include <vtkProperty.h>

#include <utility>

#include "widgets/vtk_image.h"

namespace lossscope::widgets {

PlaneActor::PlaneActor() {
  mapper_->SetInputConnection(rectangle_->GetOutputPort());
  texture_->InterpolateOff();
  actor_->SetMapper(mapper_);
  actor_->SetTexture(texture_);
  actor_->VisibilityOff();
  vtkProperty* property = actor_->GetProperty();
  property->LightingOff();
  property->EdgeVisibilityOn();
  property->SetEdgeColor(0.45, 0.45, 0.45);
}

void PlaneActor::show(const ShownPlane& plane) {
  Point3 bottom_left = plane.bottom_left, top_left = plane.top_left, bottom_right{};  // VTK takes pointers to non-const
  for (std::size_t axis = 0; axis < 3; ++axis) {
    bottom_right[axis] = plane.bottom_left[axis] + plane.top_right[axis] - plane.top_left[axis];
  }
  rectangle_->SetOrigin(bottom_left.data());
  rectangle_->SetPoint1(bottom_right.data());
  rectangle_->SetPoint2(top_left.data());
  if (std::exchange(shown_, plane.picture.cacheKey()) != plane.picture.cacheKey()) {
    texture_->SetInputData(vtk_image(plane.picture));
  }
  actor_->SetVisibility(plane.picture.isNull() ? 0 : 1);
}

}  // namespace lossscope::widgets
