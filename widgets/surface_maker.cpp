// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_maker.h"

#include <vtkFloatArray.h>
#include <vtkFlyingEdges3D.h>
#include <vtkImageConstantPad.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataNormals.h>
#include <vtkUnsignedCharArray.h>
#include <vtkWindowedSincPolyDataFilter.h>

#include <algorithm>

#include "basics/trace.h"

namespace lossscope::widgets {
namespace {

template <class Array, class T>
vtkSmartPointer<vtkDataArray> borrow(const VolumePicture& volume) {
  auto array = vtkSmartPointer<Array>::New();
  const auto voxels = static_cast<vtkIdType>(volume.size[0]) * volume.size[1] * volume.size[2];
  constexpr int kKeep = 1;  // the volume's owner stays the owner
  array->SetArray(static_cast<T*>(const_cast<void*>(volume.owner.get())), voxels, kKeep);
  return array;
}

/// Whether something lies on one of the six faces, where its surface would have a hole.
template <class T>
bool touches_border(const VolumePicture& volume) {
  const T* voxel = static_cast<const T*>(volume.owner.get());
  const auto [ni, nj, nk] = volume.size;
  for (int k = 0; k < nk; ++k) {
    for (int j = 0; j < nj; ++j, voxel += ni) {
      const bool whole_row = k == 0 || k == nk - 1 || j == 0 || j == nj - 1;
      for (int i = 0; i < ni; i += whole_row ? 1 : std::max(1, ni - 1)) {
        if (static_cast<double>(voxel[i]) > volume.level) {
          return true;
        }
      }
    }
  }
  return false;
}

/// The image, or a copy with a margin of nothing around it.
vtkSmartPointer<vtkImageData> closed(const vtkSmartPointer<vtkImageData>& image, const VolumePicture& volume) {
  if (!(volume.is_float ? touches_border<float>(volume) : touches_border<unsigned char>(volume))) {
    return image;
  }
  vtkNew<vtkImageConstantPad> pad;
  pad->SetInputData(image);
  pad->SetOutputWholeExtent(-1, volume.size[0], -1, volume.size[1], -1, volume.size[2]);
  pad->SetConstant(volume.is_float ? volume.level - 1 : 0);
  pad->Update();
  return pad->GetOutput();
}

}  // namespace

vtkSmartPointer<vtkPolyData> make_surface(const VolumePicture& volume) {
  const trace::Span span(trace::Category::upload, "make a surface");
  auto surface = vtkSmartPointer<vtkPolyData>::New();
  if (!volume.owner || volume.size[0] < 2 || volume.size[1] < 2 || volume.size[2] < 2) {
    return surface;
  }
  const auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(volume.size.data());
  image->SetSpacing(volume.spacing.data());
  image->GetPointData()->SetScalars(volume.is_float ? borrow<vtkFloatArray, float>(volume)
                                                    : borrow<vtkUnsignedCharArray, unsigned char>(volume));
  vtkNew<vtkFlyingEdges3D> edges;
  edges->SetInputData(closed(image, volume));
  edges->SetValue(0, volume.level);
  edges->ComputeNormalsOff();
  edges->ComputeScalarsOff();
  edges->Update();
  if (edges->GetOutput()->GetNumberOfCells() == 0) {
    return surface;
  }
  vtkNew<vtkWindowedSincPolyDataFilter> smooth;  // takes the staircase of a binary mask away, keeps its volume
  smooth->SetInputConnection(edges->GetOutputPort());
  smooth->SetNumberOfIterations(12);
  smooth->SetPassBand(0.1);
  smooth->NonManifoldSmoothingOn();
  smooth->NormalizeCoordinatesOn();
  vtkNew<vtkPolyDataNormals> normals;
  normals->SetInputConnection(smooth->GetOutputPort());
  normals->SplittingOff();
  normals->ConsistencyOff();
  normals->Update();
  surface->ShallowCopy(normals->GetOutput());
  return surface;
}

vtkSmartPointer<vtkMatrix4x4> placement(const VolumePicture& volume) {
  auto matrix = vtkSmartPointer<vtkMatrix4x4>::New();
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      matrix->SetElement(row, column, volume.direction[static_cast<std::size_t>(3 * row + column)]);
    }
    matrix->SetElement(row, 3, volume.origin[static_cast<std::size_t>(row)]);
  }
  return matrix;
}

}  // namespace lossscope::widgets
