// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include <array>
#include <span>
#include <vector>

#include "widgets/picture.h"

namespace lossscope::widgets {

/// Where the points of a surface of make_surface lie, as continuous voxel indices of its volume.
[[nodiscard]] std::vector<std::array<float, 3>> voxel_points(vtkPolyData* surface, const VolumePicture& volume);

/// The surface with a colour at every point: that of its value, over light grey where the scale says "nothing here".
/// `values` has one for each point.
[[nodiscard]] vtkSmartPointer<vtkPolyData> coloured(const vtkSmartPointer<vtkPolyData>& surface,
                                                    std::span<const float> values, const ColourScale& scale);

}  // namespace lossscope::widgets
