// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "app/engine/frame.h"
#include "app/engine/range_finder.h"

namespace lossscope {

/// The layer that has the colours of the surfaces; none for surfaces without colours.
[[nodiscard]] std::optional<OverlayLayer> surface_layer(SurfaceColour colour);

/// The range of the layer that the frame's session shows, over the whole volume: of a map of the loss, `result` is
/// its loss (null: 0 to 1); probabilities 0 to 1; logits and distances symmetric about 0. A locked range as it is.
[[nodiscard]] ValueRange layer_range(const Frame& frame, const LossResultPtr& result, RangeFinder& ranges,
                                     const std::stop_token& stop);

/// Sets the ranges of the overlay and of what colours the surfaces. One map has one range: where both show the same,
/// both are equal.
void fill_ranges(Frame& frame, const LossResultPtr& result, RangeFinder& ranges, const std::stop_token& stop);

}  // namespace lossscope
