// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkActor.h>
#include <vtkFlyingEdges2D.h>
#include <vtkImageData.h>
#include <vtkImageProperty.h>
#include <vtkImageSlice.h>
#include <vtkImageSliceMapper.h>
#include <vtkNew.h>
#include <vtkPolyDataMapper.h>

#include "widgets/picture.h"

class vtkRenderer;

namespace lossscope::widgets {

/// One VTK image that is drawn as coloured voxels; it shows memory of the picture, not a copy.
class ImageLayer {
 public:
  ImageLayer();
  void show(vtkRenderer* renderer, double depth);
  /// One float a voxel, mapped by window and level, or (`components` 4) RGBA bytes.
  void setFloats(const SlicePicture& picture, const std::vector<float>& values);
  void setColours(const SlicePicture& picture, const std::vector<unsigned char>& rgba);
  void setVisible(bool visible) { slice_->SetVisibility(visible ? 1 : 0); }
  [[nodiscard]] vtkImageProperty* property() const { return slice_->GetProperty(); }

 private:
  void place(const SlicePicture& picture);

  vtkNew<vtkImageData> data_;
  vtkNew<vtkImageSliceMapper> mapper_;
  vtkNew<vtkImageSlice> slice_;
};

/// The line where a layer crosses a level, with a dark line below it that keeps it legible on any colour.
class ContourLayer {
 public:
  explicit ContourLayer(const QColor& colour);
  void show(vtkRenderer* renderer, double depth);
  void setValues(const SlicePicture& picture, const std::vector<float>& values, double level);
  void setVisible(bool visible);
  void setWidth(double pixels);

 private:
  vtkNew<vtkImageData> data_;
  vtkNew<vtkFlyingEdges2D> contour_;
  vtkNew<vtkPolyDataMapper> mapper_;
  vtkNew<vtkActor> halo_, line_;
  bool empty_ = true;
};

}  // namespace lossscope::widgets
