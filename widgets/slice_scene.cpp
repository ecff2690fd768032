// SPDX-License-Identifier: Apache-2.0
// The scene is in mm, x to the right and y downwards from the centre of the first voxel; the camera looks along +z, so
// that smaller depths lie in front.
#include "widgets/slice_scene.h"

#include <vtkFloatArray.h>
#include <vtkPointData.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>

namespace lossscope::widgets {
namespace {

template <class Array, class T>
void lend(vtkImageData* data, const std::vector<T>& values, int components) {
  vtkNew<Array> array;
  array->SetNumberOfComponents(components);
  constexpr int kKeep = 1;  // the vector stays the owner
  array->SetArray(const_cast<T*>(values.data()), static_cast<vtkIdType>(values.size()), kKeep);
  data->GetPointData()->SetScalars(array);
  data->Modified();
}

void shape(vtkImageData* data, const SlicePicture& picture) {
  data->SetDimensions(picture.width, picture.height, 1);
  data->SetSpacing(picture.pixel_width, picture.pixel_height, 1);
}

}  // namespace

ImageLayer::ImageLayer() {
  mapper_->SetInputData(data_);
  mapper_->BorderOn();  // a voxel is drawn whole, not from centre to centre
  slice_->SetMapper(mapper_);
  slice_->GetProperty()->SetInterpolationTypeToNearest();
  slice_->VisibilityOff();
}

void ImageLayer::show(vtkRenderer* renderer, double depth) {
  slice_->SetPosition(0, 0, depth);
  renderer->AddViewProp(slice_);
}

void ImageLayer::place(const SlicePicture& picture) { shape(data_, picture); }

void ImageLayer::setFloats(const SlicePicture& picture, const std::vector<float>& values) {
  place(picture);
  lend<vtkFloatArray>(data_, values, 1);
}

void ImageLayer::setColours(const SlicePicture& picture, const std::vector<unsigned char>& rgba) {
  place(picture);
  lend<vtkUnsignedCharArray>(data_, rgba, 4);
}

ContourLayer::ContourLayer(const QColor& colour) {
  contour_->SetInputData(data_);
  contour_->ComputeScalarsOff();
  mapper_->SetInputConnection(contour_->GetOutputPort());
  mapper_->ScalarVisibilityOff();
  for (vtkActor* actor : {halo_.Get(), line_.Get()}) {
    actor->SetMapper(mapper_);
    actor->GetProperty()->LightingOff();
    actor->VisibilityOff();
  }
  halo_->GetProperty()->SetColor(0, 0, 0);
  line_->GetProperty()->SetColor(colour.redF(), colour.greenF(), colour.blueF());
}

void ContourLayer::show(vtkRenderer* renderer, double depth) {
  halo_->SetPosition(0, 0, depth);
  line_->SetPosition(0, 0, depth - 0.1);
  renderer->AddActor(halo_);
  renderer->AddActor(line_);
}

void ContourLayer::setValues(const SlicePicture& picture, const std::vector<float>& values, double level) {
  empty_ = values.empty() || picture.width < 2 || picture.height < 2;
  if (!empty_) {
    shape(data_, picture);
    lend<vtkFloatArray>(data_, values, 1);
    contour_->SetValue(0, level);
  }
}

void ContourLayer::setVisible(bool visible) {
  halo_->SetVisibility(visible && !empty_ ? 1 : 0);
  line_->SetVisibility(visible && !empty_ ? 1 : 0);
}

void ContourLayer::setWidth(double pixels) {
  halo_->GetProperty()->SetLineWidth(static_cast<float>(pixels * 2.2));
  line_->GetProperty()->SetLineWidth(static_cast<float>(pixels));
}

}  // namespace lossscope::widgets
