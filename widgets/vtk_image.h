// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkImageData.h>
#include <vtkSmartPointer.h>

#include <QImage>

namespace lossscope::widgets {

/// A copy of the picture as VTK wants it: RGB bytes, the first row the lowest.
[[nodiscard]] vtkSmartPointer<vtkImageData> vtk_image(const QImage& picture);

}  // namespace lossscope::widgets
