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

#include <array>

namespace lossscope::widgets {
namespace {

QPointF point_of(vtkPolyData* lines, vtkIdType id) {
  std::array<double, 3> at{};
  lines->GetPoint(id, at.data());
  return {at[0], at[1]};
}

}  // namespace

QPainterPath contour_of(const std::vector<float>& values, int width, int height, double level) {
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
    path.moveTo(point_of(lines, points[0]));
    for (vtkIdType at = 1; at < count; ++at) {
      path.lineTo(point_of(lines, points[at]));
    }
    if (count > 2 && points[0] == points[count - 1]) {
      path.closeSubpath();
    }
  }
  return path;
}

}  // namespace lossscope::widgets
