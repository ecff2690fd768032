// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/session/session.h"
#include "losses/evaluate.h"

namespace lossscope {

/// How one of the three views shows the voxels: which grid axis is stepped through, which run along its columns and
/// rows, and whether they are mirrored so that the head stands upright. Axes are matched to the anatomical ones by the
/// largest direction cosine, each grid axis once, so that oblique and permuted grids are shown voxel by voxel.
struct ViewAxes {
  int normal = 2, column = 0, row = 1;  ///< grid axes: stepped, left to right, top to bottom
  bool mirror_column = false, mirror_row = false;
  char left = ' ', right = ' ', top = ' ', bottom = ' ';  ///< orientation letters (R L A P S I)

  [[nodiscard]] std::int64_t width(const Grid& grid) const { return grid.size[column]; }
  [[nodiscard]] std::int64_t height(const Grid& grid) const { return grid.size[row]; }
  /// Voxel under column x, row y (from the top left) of the view at `slice`, and back.
  [[nodiscard]] std::array<std::int64_t, 3> voxel(const Grid& grid, std::int64_t x, std::int64_t y,
                                                  std::int64_t slice) const;
  [[nodiscard]] std::array<std::int64_t, 2> pixel(const Grid& grid, const std::array<std::int64_t, 3>& voxel) const;
  /// Where the pixels lie in a volume on `grid`, row by row from the top left.
  [[nodiscard]] PlaneLayout layout(const Grid& grid, std::int64_t slice) const;
  bool operator==(const ViewAxes&) const = default;
};

/// The axis along which a grid is one voxel thick, as that of a picture is; none for a volume, a line or a single
/// voxel.
[[nodiscard]] std::optional<int> flat_axis(const Grid& grid);
/// The view that shows a picture: the others would show it from the side.
[[nodiscard]] std::optional<Anatomical> flat_view(const Grid& grid);

/// Radiological: the patient's right on the left of the screen in axial and coronal views.
[[nodiscard]] ViewAxes view_axes(const Grid& grid, Anatomical view, bool radiological);

/// One plane of a volume as floats, in view order (row 0 at the top). int32 and uint8 are converted.
[[nodiscard]] std::vector<float> view_slice(const Volume& volume, const ViewAxes& axes, std::int64_t slice);
/// The voxels of a gathered plane (losses/planes.h) as floats.
[[nodiscard]] std::vector<float> values_of(const Volume& plane);
/// Reorders values given in plane order (Loss::map_plane) to view order.
[[nodiscard]] std::vector<float> to_view_order(std::span<const float> plane, const Grid& grid, const ViewAxes& axes);

}  // namespace lossscope
