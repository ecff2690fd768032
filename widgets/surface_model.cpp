// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_model.h"

#include <vtkBoundingBox.h>

#include "widgets/surface_maker.h"

namespace lossscope::widgets {

Ball SurfaceModel::ball() const {
  vtkBoundingBox box;
  for (const ShownSurface* surface : {&mask, &prediction}) {
    if (!surface->shape || surface->shape->GetNumberOfCells() == 0) {
      continue;
    }
    const auto matrix = placement(surface->volume);
    const double* bounds = surface->shape->GetBounds();
    for (int corner = 0; corner < 8; ++corner) {
      const std::array<double, 4> point{bounds[corner & 1], bounds[2 + (corner >> 1 & 1)], bounds[4 + (corner >> 2)],
                                        1};
      std::array<double, 4> world{};
      matrix->MultiplyPoint(point.data(), world.data());
      box.AddPoint(world.data());
    }
  }
  Ball ball;
  if (box.IsValid() != 0) {
    box.GetCenter(ball.centre.data());
    ball.radius = box.GetDiagonalLength() / 2;
  }
  return ball;
}

SurfaceModel SurfaceModel::apart() const {
  SurfaceModel copy = *this;
  for (ShownSurface* surface : {&copy.mask, &copy.prediction}) {
    if (surface->shape) {
      auto shape = vtkSmartPointer<vtkPolyData>::New();
      shape->DeepCopy(surface->shape);
      surface->shape = shape;
    }
  }
  return copy;
}

}  // namespace lossscope::widgets
