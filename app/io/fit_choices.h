// SPDX-License-Identifier: Apache-2.0
// What can be done with a volume that does not fit the grid of the case, and what its mask says of it.
#pragma once

#include "app/io/agreement.h"
#include "app/io/fit.h"

namespace lossscope {

/// Deviation of corners, in voxels, up to which a header is likelier wrong than right.
inline constexpr double kChoice = 1.0;

/// The choice of a turn by its number: one of the values behind those that GridChoice names.
[[nodiscard]] GridChoice choice_of_turn(std::size_t number);
/// The number of the turn that was chosen; none when another choice was made.
[[nodiscard]] std::optional<std::size_t> turn_in(GridChoice choice);

/// fit_to for a prediction. `mask` (uint8, on the reference): where nothing gives the place of the voxels, it is also
/// said when they agree much better with it in another turn, and this is offered. A turn that was chosen is taken on
/// whatever grid. Throws as fit_to.
[[nodiscard]] Volume fit_prediction(const Grid& reference, const LoadedVolume& loaded, Role role, GridChoice choice,
                                    std::vector<Assumption>& assumptions, double outside, const Volume& mask);

/// The refusal of a volume that does not fit, with the ways to take it, the likeliest first. `mask` may be null.
[[nodiscard]] Refusal grid_refusal(const FitReport& report, const Grid& reference, const LoadedVolume& loaded,
                                   Role role, const Volume* mask);

/// A refusal of a prediction where it, or the mask, is one picture of a file that has as many as the other has slices:
/// that they are slices comes before the other ways. Any other refusal comes back as it is.
[[nodiscard]] Refusal with_slices(const Refusal& refusal, const LoadedVolume& mask, const LoadedVolume& prediction);

}  // namespace lossscope
