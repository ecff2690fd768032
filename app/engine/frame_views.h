// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frame.h"

namespace lossscope {

/// Fills the three slices and the probe of a frame whose session, data and distance are set.
/// `result` is null where no loss could be evaluated. Only voxels that are seen are visited, and of volumes that
/// `previous` (may be null) shows at the same place not even those: their slices are shared. What the maps are made
/// from is kept in `planes` for other parameters.
void fill_views(Frame& frame, const LossResult* result, PlaneStore& planes, const Frame* previous = nullptr);

/// How many are not finite.
[[nodiscard]] std::int64_t non_finite(const std::vector<float>& values);

/// The map of a loss that the layer shows; none for layers that are no map of it.
[[nodiscard]] std::optional<MapKind> map_of(const Look& look);

}  // namespace lossscope
