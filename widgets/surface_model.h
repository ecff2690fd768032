// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include <QImage>
#include <optional>
#include <vector>

#include "widgets/orbit_camera.h"
#include "widgets/picture.h"

namespace lossscope::widgets {

/// A surface of make_surface or coloured, which nobody changes any more, and the volume it was made from.
struct ShownSurface {
  vtkSmartPointer<vtkPolyData> shape;  ///< null or without cells: nothing to show
  VolumePicture volume;
  bool visible = true;
  double opacity = 1;  ///< 0 to 1

  [[nodiscard]] bool seen() const { return visible && opacity > 0 && shape && shape->GetNumberOfCells() > 0; }
};

/// A slice in space: its picture, and where the outer corners of that lie.
struct ShownPlane {
  QImage picture;
  Point3 top_left{}, top_right{}, bottom_left{};
};

/// All that a 3D picture shows: a value, so that it can be drawn on another thread, and again from another side.
struct SurfaceModel {
  ShownSurface mask, prediction;
  std::vector<ShownPlane> planes;
  std::optional<ColourScale> scale;  ///< of the surfaces' colours; none where they have none
  qint64 non_finite = 0;             ///< points whose value is not finite
  QString title;
  CameraPose camera;

  [[nodiscard]] bool empty() const { return !mask.seen() && !prediction.seen() && planes.empty(); }
  /// What holds both surfaces, seen or not; radius 0 without any.
  [[nodiscard]] Ball ball() const;
  /// The same with shapes of its own, to be drawn while another thread draws this one.
  [[nodiscard]] SurfaceModel apart() const;
};

}  // namespace lossscope::widgets
