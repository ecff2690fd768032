// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include "widgets/picture.h"

namespace lossscope::widgets {

/// A surface of make_surface with a colour at every point: that of the value of largest size among the eight voxels
/// around it, over light grey where the scale says "nothing here". `values` are floats on the surface's own grid.
[[nodiscard]] vtkSmartPointer<vtkPolyData> coloured(const vtkSmartPointer<vtkPolyData>& surface,
                                                    const VolumePicture& values, const ColourScale& scale);

}  // namespace lossscope::widgets
