// SPDX-License-Identifier: Apache-2.0
#include "widgets/vtk_image.h"

#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>

namespace lossscope::widgets {

vtkSmartPointer<vtkImageData> vtk_image(const QImage& picture) {
  const QImage rows = picture.convertToFormat(QImage::Format_RGB888).mirrored();
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(3);
  colours->SetNumberOfTuples(static_cast<vtkIdType>(rows.width()) * rows.height());
  unsigned char* out = colours->GetPointer(0);
  for (int y = 0; y < rows.height(); ++y) {  // one by one: a QImage pads its rows
    out = std::copy_n(rows.constScanLine(y), 3 * rows.width(), out);
  }
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(rows.width(), rows.height(), 1);
  image->GetPointData()->SetScalars(colours);
  return image;
}

}  // namespace lossscope::widgets
