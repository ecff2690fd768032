// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineF>
#include <QList>
#include <QPainterPath>

namespace lossscope::widgets {

/// The straight lines of a path (without curves), in order. Points that lie within `tolerance` (>= 0, in the path's
/// units) of a longer line are left out: an outline through every voxel has many more than a screen shows.
[[nodiscard]] QList<QLineF> segments_of(const QPainterPath& path, double tolerance);

}  // namespace lossscope::widgets
