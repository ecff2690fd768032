// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/io/lattice.h"
#include "app/io/reader_client.h"

namespace lossscope {

/// How well a second grid fits the grid of the case (app/reader/loading.md, policy 6). `adopted`: without a question,
/// because the voxels coincide, wherever one of the two has some.
enum class Fit : std::uint8_t { same, adopted, needs_choice, no };
[[nodiscard]] std::string_view to_string(Fit fit);

/// How two grids lie to each other that differ by more than rounding.
enum class Lies : std::uint8_t {
  elsewhere,     ///< nothing of what follows
  reordered,     ///< the same voxels, their axes in another order or direction
  part,          ///< one lattice, and one of the two lies within the other
  beside,        ///< one lattice, and each has voxels that the other has not
  lost_part,     ///< the same, but where the inner one lies is what programs write that do not know it
  mirrored,      ///< it would fit if some world axes had the other sign
  placeless,     ///< one size, and a header that was written without knowing where the voxels lie
  doubtful,      ///< one size, and a header with the usual spacing, origin or axes where the other has its own
  transposed,    ///< the sizes are each other's backwards, as arrays of NumPy have them
  unknown_part,  ///< two sizes, and neither header knows where its voxels lie
  unplaced,      ///< two sizes, and one of the files says nothing of where its voxels lie, nor how large they are
};

struct FitReport {
  Fit fit = Fit::same;
  Lies lies = Lies::elsewhere;
  double deviation_voxels = 0;     ///< corner deviation
  std::optional<Placement> block;  ///< where the second lies when it is of the first's lattice
  std::string text;                ///< what differs, in words
};
[[nodiscard]] FitReport compare_grids(const Grid& reference, const Grid& other);

/// What to do with a volume whose grid needs a choice.
enum class GridChoice : std::uint8_t {
  refuse,
  ignore_header,  ///< same size: voxel by voxel
  pad,            ///< the same lattice: its voxels where they lie, background around them
  resample,       ///< nearest for labels, linear otherwise
  nearest,
  linear,
  reorder,    ///< the same lattice with axes in another order or direction: lossless
  transpose,  ///< its axes are in the order k, j, i: each turned, voxel by voxel
  stretch     ///< another size: both show the same field of view
};
/// The answer to Question::grid; refuse when there is none.
[[nodiscard]] GridChoice grid_choice(const Answers& answers);

[[nodiscard]] bool interpolates(GridChoice choice);

/// `loaded` on the grid `reference`: adopted, taken as is, put where it lies on the same lattice, or resampled (nearest
/// for masks, linear otherwise), as chosen; `outside` where it has no voxels. Every step is an assumption. Throws
/// Refusal E_GRID when the choice is needed and `refuse` was given, or when the grids do not overlap.
[[nodiscard]] Volume fit_to(const Grid& reference, const LoadedVolume& loaded, Role role, GridChoice choice,
                            std::vector<Assumption>& assumptions, double outside = 0);

/// Whether a file lies on a grid of its own, so that it is asked what to do with it.
[[nodiscard]] bool lies_elsewhere(const Grid& reference, const LoadedVolume& loaded);

/// What the grid of a case follows from; null where there is none.
struct CaseFiles {
  const LoadedVolume *mask = nullptr, *prediction = nullptr, *image = nullptr;
  GridChoice mask_choice = GridChoice::refuse, prediction_choice = GridChoice::refuse;
};
/// The grid that the files of a case are fitted to: the mask's; with more of its lattice where the mask was cropped and
/// the prediction (without one, the image) goes on, so that nothing predicted is cut away. A mask whose header places
/// it nowhere takes the other's grid where that was chosen. Without a mask the image's, then the prediction's.
[[nodiscard]] Grid case_grid(const CaseFiles& files);
/// The labels on the case's grid: those of a cropped mask with background around them, counted anew.
[[nodiscard]] LoadedVolume labels_on(const Grid& grid, const LoadedVolume& labels, GridChoice choice,
                                     std::vector<Assumption>& assumptions);

}  // namespace lossscope
