// SPDX-License-Identifier: Apache-2.0
#include "app/engine/slicing.h"

#include <algorithm>
#include <cmath>

#include "losses/planes.h"

namespace lossscope {
namespace {

/// For each patient axis (x to the left, y to the back, z to the head) the grid axis that runs along it, and whether
/// the index grows that way.
struct Anatomy {
  std::array<int, 3> axis{0, 1, 2};
  std::array<bool, 3> along{true, true, true};
};

Anatomy anatomy_of(const Grid& grid) {
  const auto cosine = [&grid](int patient, int axis) { return grid.direction[patient * 3 + axis]; };
  std::array<int, 3> order{0, 1, 2};
  Anatomy best;
  double best_sum = -1;
  do {
    const double sum = std::abs(cosine(0, order[0])) + std::abs(cosine(1, order[1])) + std::abs(cosine(2, order[2]));
    if (sum > best_sum + 1e-9) {  // equal sums (45 degrees) keep the first order on every machine
      best_sum = sum;
      best.axis = order;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  for (int patient = 0; patient < 3; ++patient) {
    best.along[patient] = cosine(patient, best.axis[patient]) >= 0;
  }
  return best;
}

/// A direction on the screen: the patient axis that runs along it and whether that axis grows to the right (or down).
struct Screen {
  int patient = 0;
  bool growing = true;
  [[nodiscard]] char start() const { return growing ? "RAI"[patient] : "LPS"[patient]; }
  [[nodiscard]] char end() const { return growing ? "LPS"[patient] : "RAI"[patient]; }
};

template <class T>
std::vector<float> as_floats(const Volume& plane) {
  const auto voxels = plane.voxels<T>();
  std::vector<float> out(voxels.size());
  std::ranges::transform(voxels, out.begin(), [](T value) { return static_cast<float>(value); });
  return out;
}

}  // namespace

std::array<std::int64_t, 3> ViewAxes::voxel(const Grid& grid, std::int64_t x, std::int64_t y,
                                            std::int64_t slice) const {
  std::array<std::int64_t, 3> index{};
  index[normal] = slice;
  index[column] = mirror_column ? grid.size[column] - 1 - x : x;
  index[row] = mirror_row ? grid.size[row] - 1 - y : y;
  return index;
}

std::array<std::int64_t, 2> ViewAxes::pixel(const Grid& grid, const std::array<std::int64_t, 3>& voxel) const {
  return {mirror_column ? grid.size[column] - 1 - voxel[column] : voxel[column],
          mirror_row ? grid.size[row] - 1 - voxel[row] : voxel[row]};
}

PlaneLayout ViewAxes::layout(const Grid& grid, std::int64_t slice) const {
  const std::array<std::int64_t, 3> strides{1, grid.size[0], grid.size[0] * grid.size[1]};
  const auto [i, j, k] = voxel(grid, 0, 0, slice);
  return {grid.offset(i, j, k), mirror_column ? -strides[column] : strides[column],
          mirror_row ? -strides[row] : strides[row], width(grid), height(grid)};
}

std::optional<int> flat_axis(const Grid& grid) {
  if (std::ranges::count(grid.size, 1) != 1) {
    return std::nullopt;
  }
  return static_cast<int>(std::ranges::find(grid.size, 1) - grid.size.begin());
}

std::optional<Anatomical> flat_view(const Grid& grid) {
  const auto axis = flat_axis(grid);
  for (const Anatomical view : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
    if (axis && view_axes(grid, view, true).normal == *axis) {
      return view;
    }
  }
  return std::nullopt;
}

ViewAxes view_axes(const Grid& grid, Anatomical view, bool radiological) {
  const Anatomy anatomy = anatomy_of(grid);
  Screen across{0, radiological}, down{2, false};
  int stepped = 1;
  if (view == Anatomical::axial) {
    down = {1, true};  // nose up
    stepped = 2;
  } else if (view == Anatomical::sagittal) {
    across = {1, true};  // nose to the left
    stepped = 0;
  }
  ViewAxes axes;
  axes.normal = anatomy.axis[stepped];
  axes.column = anatomy.axis[across.patient];
  axes.row = anatomy.axis[down.patient];
  axes.mirror_column = anatomy.along[across.patient] != across.growing;
  axes.mirror_row = anatomy.along[down.patient] != down.growing;
  axes.left = across.start();
  axes.right = across.end();
  axes.top = down.start();
  axes.bottom = down.end();
  return axes;
}

std::vector<float> view_slice(const Volume& volume, const ViewAxes& axes, std::int64_t slice) {
  return values_of(gathered(volume, axes.layout(volume.grid, slice)));
}

std::vector<float> values_of(const Volume& plane) {
  switch (plane.type) {
    case VoxelType::uint8:
      return as_floats<std::uint8_t>(plane);
    case VoxelType::int32:
      return as_floats<std::int32_t>(plane);
    case VoxelType::float32:
      return as_floats<float>(plane);
  }
  return {};
}

std::vector<float> to_view_order(std::span<const float> plane, const Grid& grid, const ViewAxes& axes) {
  const std::int64_t width = axes.width(grid), height = axes.height(grid);
  const bool columns_fastest = axes.column < axes.row;
  const std::int64_t x_stride = columns_fastest ? 1 : height, y_stride = columns_fastest ? width : 1;
  std::vector<float> out(width * height);
  for (std::int64_t y = 0; y < height; ++y) {
    const std::int64_t row = (axes.mirror_row ? height - 1 - y : y) * y_stride;
    for (std::int64_t x = 0; x < width; ++x) {
      out[y * width + x] = plane[row + (axes.mirror_column ? width - 1 - x : x) * x_stride];
    }
  }
  return out;
}

}  // namespace lossscope
