// SPDX-License-Identifier: Apache-2.0
// Finished frames as figures for paper: what the window shows, with title, colour bar and caption.
#pragma once

#include "app/figures/sheet.h"
#include "widgets/figure.h"

namespace lossscope {

// `focus`: the part of the slice that is shown, in voxels of the picture (centres at whole numbers); null: the whole.

/// One view of a frame as the window shows it.
[[nodiscard]] widgets::Figure slice_figure(const Frame& frame, Anatomical plane, const widgets::ColourScale& scale,
                                           const QRectF& focus = {});
/// How wide one picture of it should be for its height.
[[nodiscard]] double slice_aspect(const Frame& frame, Anatomical plane, const QRectF& focus = {});

/// The losses of a frame that compares some, side by side on its compared slice, or two gradients and their difference.
[[nodiscard]] widgets::Figure compared_figure(const Frame& frame, const QRectF& focus,
                                              std::optional<widgets::ColourMap> colours);
/// The contact sheet of a frame that is one.
[[nodiscard]] widgets::Figure sheet_figure(const Frame& frame, const StatisticsOf& statistics, const QRectF& focus,
                                           std::optional<widgets::ColourMap> colours);

/// "Dice: 0.1834", of the loss that a frame shows.
[[nodiscard]] QString value_title(const Frame& frame);
/// The layer's largest value in these planes of a frame; 0 for none above 0.
[[nodiscard]] double largest_in(const Frame& frame, const std::vector<Anatomical>& planes);
/// Whether a session lays any colours over its slices.
[[nodiscard]] bool has_layer(const Session& session);

}  // namespace lossscope
