// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frame.h"
#include "app/engine/point_values.h"
#include "widgets/surface_model.h"

namespace lossscope {

/// What the surfaces of a case are made from. Equal wishes give equal surfaces, and making one holds no frame.
struct SurfaceWish {
  Grid grid;
  widgets::VolumePicture mask, prediction;
  SurfaceColour colour = SurfaceColour::plain;
  LossResultPtr result;  ///< of a contribution or a gradient
  MapKind map = MapKind::contribution;
  Volume distance;  ///< signed, where that is the colour
  widgets::ColourScale scale;
  bool fits = false;  ///< its range ends at the largest value on the surfaces: distances there are a part of all

  bool operator==(const SurfaceWish& other) const;
};

/// Of a frame that is not preliminary, coloured as its session says; plain where that cannot be known.
[[nodiscard]] SurfaceWish surface_wish(const Frame& frame);

/// The surface of mask or prediction, and how it is shown.
struct CaseSurface {
  widgets::VolumePicture volume;
  vtkSmartPointer<vtkPolyData> shape, shown;  ///< without and with colours
};
struct CaseSurfaces {
  CaseSurface mask, prediction;
  std::optional<widgets::ColourScale> scale;
  qint64 non_finite = 0;  ///< points whose value is not finite
};

/// Extracts surfaces (those of `before` are kept where the volume is the same) and asks for the values at their points;
/// no map of the volume is made. The colours' range is the wish's, of a map that of
/// the whole volume. Any thread. Throws Cancelled.
[[nodiscard]] CaseSurfaces make_surfaces(const SurfaceWish& wish, const CaseSurfaces& before, int threads = 0,
                                         const std::stop_token& stop = {});

/// The values at a surface's points (values_around), and the surface shown in their colours.
[[nodiscard]] std::vector<float> surface_values(const CaseSurface& surface, const Grid& grid, const RangeValues& values,
                                                int threads = 0, const std::stop_token& stop = {});
void colour_surface(CaseSurface& surface, std::span<const float> values, const widgets::ColourScale& scale);

/// The three slices of a frame as planes in space, with the pictures of the slice views. Any thread.
[[nodiscard]] std::vector<widgets::ShownPlane> slice_planes(const Frame& frame);
/// Lines through a voxel's centre along the axes of the grid, from one face of the volume to the other.
[[nodiscard]] std::array<std::array<widgets::Point3, 2>, 3> crosshair_lines(const Grid& grid,
                                                                            const std::array<std::int64_t, 3>& voxel);

}  // namespace lossscope
