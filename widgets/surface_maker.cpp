// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_maker.h"

#include <vtkCellArray.h>
#include <vtkCellArrayIterator.h>
#include <vtkCleanPolyData.h>
#include <vtkFloatArray.h>
#include <vtkFlyingEdges3D.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkReverseSense.h>
#include <vtkTriangleMeshPointNormals.h>
#include <vtkUnsignedCharArray.h>
#include <vtkWindowedSincPolyDataFilter.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <optional>
#include <type_traits>

#include "basics/trace.h"

namespace lossscope::widgets {
namespace {

/// Voxels, both ends included.
struct Box {
  std::array<int, 3> first, last;
};

/// The voxels above the level; none where there is none.
template <class T>
std::optional<Box> box_above(const VolumePicture& volume) {
  const auto [ni, nj, nk] = volume.size;
  const auto above = [level = volume.level](T voxel) { return static_cast<double>(voxel) > level; };
  Box box{volume.size, {-1, -1, -1}};
  const T* row = static_cast<const T*>(volume.owner.get());
  for (int k = 0; k < nk; ++k) {
    for (int j = 0; j < nj; ++j, row += ni) {
      const T* found = std::find_if(row, row + ni, above);
      if (found == row + ni) {
        continue;
      }
      const T* end = std::find_if(std::make_reverse_iterator(row + ni), std::make_reverse_iterator(row), above).base();
      const std::array<int, 3> low{static_cast<int>(found - row), j, k}, high{static_cast<int>(end - row) - 1, j, k};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        box.first[axis] = std::min(box.first[axis], low[axis]);
        box.last[axis] = std::max(box.last[axis], high[axis]);
      }
    }
  }
  return box.last[0] < 0 ? std::nullopt : std::optional(box);
}

/// A copy of the box and one voxel around it; where the volume ends there, a layer below the level closes the surface.
template <class T, class Array>
vtkSmartPointer<vtkImageData> cut_out(const VolumePicture& volume) {
  const auto box = box_above<T>(volume);
  if (!box) {
    return nullptr;
  }
  std::array<int, 3> size{};
  std::array<double, 3> origin{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    size[axis] = box->last[axis] - box->first[axis] + 3;
    origin[axis] = volume.spacing[axis] * (box->first[axis] - 1);
  }
  vtkNew<Array> copy;
  copy->SetNumberOfValues(static_cast<vtkIdType>(size[0]) * size[1] * size[2]);
  T* out = copy->GetPointer(0);
  std::fill(out, out + copy->GetNumberOfValues(), static_cast<T>(std::is_integral_v<T> ? 0 : volume.level - 1));
  const int left = std::max(0, box->first[0] - 1), right = std::min(volume.size[0] - 1, box->last[0] + 1);
  for (int k = box->first[2] - 1; k <= box->last[2] + 1; ++k) {
    for (int j = box->first[1] - 1; j <= box->last[1] + 1; ++j, out += size[0]) {
      if (j >= 0 && j < volume.size[1] && k >= 0 && k < volume.size[2]) {
        const T* row = static_cast<const T*>(volume.owner.get()) +
                       volume.size[0] * (static_cast<std::ptrdiff_t>(k) * volume.size[1] + j);
        std::copy(row + left, row + right + 1, out + left - (box->first[0] - 1));
      }
    }
  }
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(size.data());
  image->SetSpacing(volume.spacing.data());
  image->SetOrigin(origin.data());
  image->GetPointData()->SetScalars(copy);
  return image;
}

/// Whether the eight voxels around a place (mm along the voxel axes) all count; those beyond the border do.
bool place_counts(const VolumePicture& volume, const std::array<double, 3>& place) {
  std::array<int, 3> first{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    first[axis] = static_cast<int>(std::floor(place[axis] / volume.spacing[axis]));
  }
  for (int corner = 0; corner < 8; ++corner) {
    if (!volume.counts_at({first[0] + (corner & 1), first[1] + (corner >> 1 & 1), first[2] + (corner >> 2)})) {
      return false;
    }
  }
  return true;
}

/// The triangles that lie among voxels that count; each is within one cube of eight voxels.
vtkSmartPointer<vtkPolyData> counted_only(vtkPolyData* surface, const VolumePicture& volume) {
  vtkNew<vtkCellArray> kept;
  const auto cell = vtk::TakeSmartPointer(surface->GetPolys()->NewIterator());
  for (cell->GoToFirstCell(); !cell->IsDoneWithTraversal(); cell->GoToNextCell()) {
    vtkIdType count = 0;
    const vtkIdType* points = nullptr;
    cell->GetCurrentCell(count, points);
    std::array<double, 3> middle{};
    for (vtkIdType at = 0; at < count; ++at) {
      std::array<double, 3> point{};
      surface->GetPoint(points[at], point.data());
      for (std::size_t axis = 0; axis < 3; ++axis) {
        middle[axis] += point[axis] / static_cast<double>(count);
      }
    }
    if (place_counts(volume, middle)) {
      kept->InsertNextCell(count, points);
    }
  }
  vtkNew<vtkPolyData> cut;
  cut->SetPoints(surface->GetPoints());
  cut->SetPolys(kept);
  vtkNew<vtkCleanPolyData> used;  // without the points that no triangle has any more: they would be coloured
  used->SetInputData(cut);
  used->PointMergingOff();
  used->Update();
  return used->GetOutput();
}

}  // namespace

vtkSmartPointer<vtkPolyData> make_surface(const VolumePicture& volume) {
  const trace::Span span(trace::Category::upload, "make a surface");
  auto surface = vtkSmartPointer<vtkPolyData>::New();
  if (!volume.owner || volume.size[0] < 2 || volume.size[1] < 2 || volume.size[2] < 2) {
    return surface;
  }
  const auto image =
      volume.is_float ? cut_out<float, vtkFloatArray>(volume) : cut_out<unsigned char, vtkUnsignedCharArray>(volume);
  if (!image) {
    return surface;
  }
  vtkNew<vtkFlyingEdges3D> edges;
  edges->SetInputData(image);
  edges->SetValue(0, volume.level);
  edges->ComputeNormalsOff();
  edges->ComputeScalarsOff();
  edges->Update();
  vtkSmartPointer<vtkPolyData> cut = edges->GetOutput();
  if (volume.counts) {
    cut = counted_only(cut, volume);
  }
  if (cut->GetNumberOfCells() == 0) {
    return surface;
  }
  vtkNew<vtkWindowedSincPolyDataFilter> smooth;  // takes the staircase of a binary mask away, keeps its volume
  smooth->SetInputData(cut);
  smooth->SetNumberOfIterations(12);
  smooth->SetPassBand(0.1);
  smooth->NonManifoldSmoothingOn();
  smooth->NormalizeCoordinatesOn();
  vtkNew<vtkTriangleMeshPointNormals> normals;  // VTK 9.3's vtkPolyDataNormals adds up in another order each time
  normals->SetInputConnection(smooth->GetOutputPort());
  normals->Update();
  surface->ShallowCopy(normals->GetOutput());
  if (placement(volume)->Determinant() < 0) {  // a left-handed grid mirrors it: its triangles must still face outwards
    vtkNew<vtkReverseSense> turned;
    turned->SetInputData(surface);
    turned->Update();
    surface->ShallowCopy(turned->GetOutput());
  }
  surface->ComputeBounds();  // computed on this thread, not on the one that shows it
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
