// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_colours.h"

#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkUnsignedCharArray.h>

namespace lossscope::widgets {
namespace {

constexpr int kBase = 205;  // grey of a surface without a colour

}  // namespace

std::vector<std::array<float, 3>> voxel_points(vtkPolyData* surface, const VolumePicture& volume) {
  std::vector<std::array<float, 3>> points(static_cast<std::size_t>(surface->GetNumberOfPoints()));
  for (std::size_t at = 0; at < points.size(); ++at) {
    std::array<double, 3> point{};
    surface->GetPoint(static_cast<vtkIdType>(at), point.data());
    for (std::size_t axis = 0; axis < 3; ++axis) {
      points[at][axis] = static_cast<float>(point[axis] / volume.spacing[axis]);
    }
  }
  return points;
}

vtkSmartPointer<vtkPolyData> coloured(const vtkSmartPointer<vtkPolyData>& surface, std::span<const float> values,
                                      const ColourScale& scale) {
  std::vector<unsigned char> rgba(4 * values.size());
  colours_of(values.data(), values.size(), scale, rgba.data());
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(3);
  colours->SetNumberOfTuples(static_cast<vtkIdType>(values.size()));
  for (std::size_t at = 0; at < values.size(); ++at) {
    const int alpha = rgba[4 * at + 3];
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const int mixed = (rgba[4 * at + channel] * alpha + kBase * (255 - alpha)) / 255;
      colours->SetValue(static_cast<vtkIdType>(3 * at + channel), static_cast<unsigned char>(mixed));
    }
  }
  auto result = vtkSmartPointer<vtkPolyData>::New();
  result->ShallowCopy(surface);
  result->GetPointData()->SetScalars(colours);
  result->ComputeBounds();  // computed on this thread, not on the one that shows it
  return result;
}

}  // namespace lossscope::widgets
