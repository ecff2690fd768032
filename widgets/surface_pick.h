// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "widgets/surface_model.h"

namespace lossscope::widgets {

/// What a ray meets first of what is seen: the centre of a voxel of a surface's volume, or a point of a plane. Asks the
/// voxels, not the triangles: a few thousand look-ups, however fine the surface is.
[[nodiscard]] std::optional<Point3> pick(const SurfaceModel& model, const Ray& ray);

}  // namespace lossscope::widgets
