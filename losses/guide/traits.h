// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

/// What a case is like, measured: the ground on which a loss is chosen.
struct CaseTraits {
  std::int64_t foreground = 0;    ///< voxels of the mask
  double foreground_share = 0;    ///< of the volume, 0..1
  std::int64_t components = 0;    ///< of the mask, 26 neighbours
  std::int64_t smallest = 0;      ///< voxels of the smallest component
  double smallest_share = 0;      ///< of the mask, 0..1
  double smallest_volume = 0;     ///< mm^3
  double surface_per_volume = 0;  ///< 1/mm: faces between mask and background (the volume's border is none) by volume
  /// How round: surface of a ball of the same volume by the mask's own, 1 for a ball (about 0.67 in voxels' faces),
  /// small for thin or folded structures. 0 without a surface.
  double sphericity = 0;

  // Of the prediction, thresholded at 0.5.
  std::int64_t false_positives = 0, false_negatives = 0;
  std::int64_t missed_components = 0;  ///< of the mask, without a single voxel of the prediction
  double farthest_error = 0;           ///< mm, of a wrong voxel from the mask's boundary
};

/// Which voxels a piece of evidence is about; a voxel may be in several.
enum class Region : std::uint8_t {
  foreground,
  smallest_component,
  missed,
  false_negative,
  false_positive,
  boundary,
  far
};
inline constexpr int kRegions = 7;
/// In words: "the mask's voxels", "the smallest component", ...
[[nodiscard]] std::string_view to_string(Region region);

/// A case measured, and for every voxel the regions that it is in (bit 1 << Region). "boundary" is what lies within two
/// of the smallest spacing of the mask's faces, "far" are wrong voxels farther than 5 mm from the other class of the
/// mask.
struct MeasuredCase {
  CaseTraits traits;
  Volume regions;  ///< uint8
};

/// Measures a problem; lengths are in mm by its grid, whatever `spacing` says. Throws Cancelled.
[[nodiscard]] MeasuredCase measure_case(const Problem& problem, int threads = 0, std::stop_token stop = {});

}  // namespace lossscope
