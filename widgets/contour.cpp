// SPDX-License-Identifier: Apache-2.0
#include "widgets/contour.h"

#include <vtkCellArray.h>
#include <vtkCellArrayIterator.h>
#include <vtkFloatArray.h>
#include <vtkFlyingEdges2D.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkStripper.h>

#include <algorithm>
#include <array>

namespace lossscope::widgets {
namespace {

QPointF point_of(vtkPolyData* lines, vtkIdType id) {
  std::array<double, 3> at{};
  lines->GetPoint(id, at.data());
  return {at[0], at[1]};
}

/// Whether the four voxels around a piece of a line all count.
bool edge_counts(const QPointF& a, const QPointF& b, int width, int height, const std::vector<float>& counts) {
  if (counts.empty()) {
    return true;
  }
  const QPointF middle = (a + b) / 2;
  const int x = std::clamp(static_cast<int>(middle.x()), 0, width - 2);
  const int y = std::clamp(static_cast<int>(middle.y()), 0, height - 2);
  const float* corner = counts.data() + y * width + x;
  return corner[0] != 0 && corner[1] != 0 && corner[width] != 0 && corner[width + 1] != 0;
}

}  // namespace

QPainterPath contour_of(const std::vector<float>& values, int width, int height, double level,
                        const std::vector<float>& counts) {
  QPainterPath path;
  if (width < 2 || height < 2 || values.empty()) {
    return path;
  }
  vtkNew<vtkFloatArray> array;
  constexpr int kKeep = 1;  // VTK must not free the memory: the vector owns it
  array->SetArray(const_cast<float*>(values.data()), static_cast<vtkIdType>(values.size()), kKeep);
  vtkNew<vtkImageData> image;
  image->SetDimensions(width, height, 1);
  image->GetPointData()->SetScalars(array);
  vtkNew<vtkFlyingEdges2D> edges;
  edges->SetInputData(image);
  edges->SetValue(0, level);
  edges->ComputeScalarsOff();
  vtkNew<vtkStripper> joined;
  joined->SetInputConnection(edges->GetOutputPort());
  joined->SetMaximumLength(1'000'000);
  joined->Update();
  vtkPolyData* lines = joined->GetOutput();
  const auto line = vtk::TakeSmartPointer(lines->GetLines()->NewIterator());
  for (line->GoToFirstCell(); !line->IsDoneWithTraversal(); line->GoToNextCell()) {
    vtkIdType count = 0;
    const vtkIdType* points = nullptr;
    line->GetCurrentCell(count, points);
    bool whole = true, drawn = false;
    for (vtkIdType at = 1; at < count; ++at) {
      const QPointF from = point_of(lines, points[at - 1]), to = point_of(lines, points[at]);
      if (!edge_counts(from, to, width, height, counts)) {
        whole = drawn = false;
        continue;
      }
      if (!drawn) {
        path.moveTo(from);
      }
      path.lineTo(to);
      drawn = true;
    }
    if (whole && count > 2 && points[0] == points[count - 1]) {
      path.closeSubpath();
    }
  }
  return path;
}

}  // namespace lossscope::widgets
