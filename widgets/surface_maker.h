// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkMatrix4x4.h>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include "widgets/picture.h"

namespace lossscope::widgets {

/// The smoothed surface where `volume` crosses its level, in mm along the voxel axes (see `placement`), open where it
/// would pass beside a voxel that does not count. Only the box that holds what is above the level is copied and
/// extracted: memory follows the structure, not the volume. Empty where nothing crosses; its triangles face outwards
/// where `placement` puts it. May run on any thread.
[[nodiscard]] vtkSmartPointer<vtkPolyData> make_surface(const VolumePicture& volume);

/// From mm along the voxel axes to LPS mm: the volume's direction and origin.
[[nodiscard]] vtkSmartPointer<vtkMatrix4x4> placement(const VolumePicture& volume);

}  // namespace lossscope::widgets
