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

/// `other` as if it showed what the reference shows, in voxels of another size.
[[nodiscard]] Grid stretched(const Grid& reference, const Grid& other);

/// Whether a volume of another size may be laid on the reference's lattice from its first voxel on: where nothing, or
/// nothing that somebody knew, says where its voxels, or the reference's, lie.
[[nodiscard]] bool may_begin_together(const FitReport& report, const Grid& reference, const LoadedVolume& loaded);

/// The mask that a prediction lies beside: what both show may tell how the axes run.
struct MaskBeside {
  const Volume& volume;                  ///< uint8, on the grid of the case
  const LoadedVolume* labels = nullptr;  ///< what it was chosen from, on the same grid; null: not known
  GridChoice choice{};                   ///< how it was fitted
  bool asks = true;                      ///< false: what speaks for a turn is told and never asked about
  bool is_class = false;                 ///< the prediction is the channel of this class alone
};

struct FittedPrediction {
  Volume volume;
  bool is_answered = false;  ///< a choice settled how the axes run, which would have been asked otherwise
};

/// fit_to for a prediction. Where no header tells how its axes (or those of the mask, an array) run and the voxels
/// agree with the mask in another turn instead (Evidence::clear), it is asked (E_GRID, with the turns); with less
/// evidence, or where it was answered, or where a header tells it, this is an assumption. A turn that was chosen is
/// taken on whatever grid. Throws as fit_to.
[[nodiscard]] FittedPrediction fit_prediction(const Grid& reference, const LoadedVolume& loaded, Role role,
                                              GridChoice choice, std::vector<Assumption>& assumptions, double outside,
                                              const MaskBeside& beside);

/// Asks or tells what fit_prediction says of a prediction that lies voxel by voxel on the case's grid; whether a choice
/// settled it.
bool judge_axes(const LoadedVolume& loaded, GridChoice choice, const MaskBeside& beside,
                std::vector<Assumption>& assumptions);

/// The refusal of a volume that does not fit, with the ways to take it, the likeliest first. `beside` may be null.
[[nodiscard]] Refusal grid_refusal(const FitReport& report, const Grid& reference, const LoadedVolume& loaded,
                                   Role role, const MaskBeside* beside);

/// A refusal of a prediction where it, or the mask, is one picture of a file that has as many as the other has slices:
/// that they are slices comes before the other ways. Any other refusal comes back as it is.
[[nodiscard]] Refusal with_slices(const Refusal& refusal, const LoadedVolume& mask, const LoadedVolume& prediction);

}  // namespace lossscope
