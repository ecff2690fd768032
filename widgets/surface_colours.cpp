// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_colours.h"

#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>

namespace lossscope::widgets {
namespace {

constexpr int kBase = 205;  // grey of a surface without a colour

/// The value of largest size around a point (mm along the voxel axes); a value that is not finite goes before all.
float value_around(const VolumePicture& values, const std::array<double, 3>& point) {
  const auto* voxels = static_cast<const float*>(values.owner.get());
  std::array<int, 3> first{}, last{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const int below = static_cast<int>(std::floor(point[axis] / values.spacing[axis]));
    first[axis] = std::clamp(below, 0, values.size[axis] - 1);
    last[axis] = std::clamp(below + 1, 0, values.size[axis] - 1);
  }
  float largest = 0;
  for (int k = first[2]; k <= last[2]; ++k) {
    for (int j = first[1]; j <= last[1]; ++j) {
      for (int i = first[0]; i <= last[0]; ++i) {
        const std::size_t row =
            static_cast<std::size_t>(k) * static_cast<std::size_t>(values.size[1]) + static_cast<std::size_t>(j);
        const float value = voxels[row * static_cast<std::size_t>(values.size[0]) + static_cast<std::size_t>(i)];
        if (!std::isfinite(value)) {
          return value;
        }
        largest = std::abs(value) > std::abs(largest) ? value : largest;
      }
    }
  }
  return largest;
}

}  // namespace

vtkSmartPointer<vtkPolyData> coloured(const vtkSmartPointer<vtkPolyData>& surface, const VolumePicture& values,
                                      const ColourScale& scale) {
  const vtkIdType points = surface->GetNumberOfPoints();
  std::vector<float> at_points(static_cast<std::size_t>(points));
  for (vtkIdType id = 0; id < points; ++id) {
    std::array<double, 3> point{};
    surface->GetPoint(id, point.data());
    at_points[static_cast<std::size_t>(id)] = value_around(values, point);
  }
  std::vector<unsigned char> rgba(4 * at_points.size());
  colours_of(at_points.data(), at_points.size(), scale, rgba.data());
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(3);
  colours->SetNumberOfTuples(points);
  for (std::size_t at = 0; at < at_points.size(); ++at) {
    const int alpha = rgba[4 * at + 3];
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const int mixed = (rgba[4 * at + channel] * alpha + kBase * (255 - alpha)) / 255;
      colours->SetValue(static_cast<vtkIdType>(3 * at + channel), static_cast<unsigned char>(mixed));
    }
  }
  auto result = vtkSmartPointer<vtkPolyData>::New();
  result->ShallowCopy(surface);
  result->GetPointData()->SetScalars(colours);
  return result;
}

}  // namespace lossscope::widgets
