// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

#include "losses/evaluate.h"
#include "losses/predictions/components.h"

namespace lossscope {

/// One component of the mask.
struct ComponentTrait {
  ComponentPlace place;
  std::int64_t found = 0;  ///< of its voxels, by the thresholded prediction
};

/// What a case is like, measured on the voxels that count: the ground on which a loss is chosen.
struct CaseTraits {
  bool flat = false;              ///< one slice: volumes are areas (mm^2) and surfaces outlines (mm)
  std::int64_t uncounted = 0;     ///< voxels that do not count
  std::int64_t foreground = 0;    ///< voxels of the mask
  double foreground_share = 0;    ///< of the voxels that count, 0..1
  double voxel_volume = 1;        ///< mm^3
  std::int64_t speck_limit = 0;   ///< components with fewer voxels are specks and in none of the lists
  std::int64_t specks = 0;        ///< components of the mask that were left out as such
  std::int64_t components = 0;    ///< of the mask, 26 neighbours, without specks
  std::int64_t smallest = 0;      ///< voxels of the smallest component
  double smallest_share = 0;      ///< of the mask, 0..1
  double rim_share = 0;           ///< of the mask: voxels with a face to background that counts
  double surface_per_volume = 0;  ///< 1/mm, by surface_of (losses/guide/shape.h)
  double sphericity = 0;          ///< 1 for a ball, small for thin or folded structures, 0 without a surface
  double linearity = 0;           ///< near 1 for tubes, near 0 for balls and sheets
  double thickness = 0;           ///< mm, of the mask if it were one long tube: four times volume by surface

  // Of the prediction, thresholded at 0.5.
  std::int64_t false_positives = 0, false_negatives = 0;
  std::int64_t missed_components = 0;  ///< of the mask, without a single voxel of the prediction
  std::int64_t false_components = 0;   ///< of the prediction, without a single voxel of the mask, specks left out
  std::int64_t far_errors = 0;         ///< wrong voxels farther than 5 mm from the mask's boundary
  double farthest_error = 0;           ///< mm, of a wrong voxel from the mask's boundary
  std::int64_t sure = 0;               ///< voxels whose probability is within 1e-6 of 0 or 1
  std::int64_t surely_wrong = 0;       ///< wrong ones among them

  [[nodiscard]] std::int64_t wrong() const { return false_positives + false_negatives; }
};

/// Which voxels a piece of evidence is about; a voxel may be in several.
enum class Region : std::uint8_t {
  foreground,
  smallest_component,
  missed,
  false_negative,
  false_positive,
  boundary,
  far,
  surely_wrong
};
inline constexpr int kRegions = 8;
/// In words: "the mask's voxels", "the smallest component", ...
[[nodiscard]] std::string_view to_string(Region region);

/// A case measured, and for every voxel the regions that it is in (bit 1 << Region). "boundary" is what lies within two
/// of the smallest spacing of the mask's faces, "far" are wrong voxels farther than 5 mm from the other class of the
/// mask.
struct MeasuredCase {
  CaseTraits traits;
  std::vector<ComponentTrait> components;  ///< of the mask, without specks, the smallest first
  Volume regions;                          ///< uint8
};

/// Leave out what is noise of the labelling more often than a structure: components with fewer than 10 voxels, or than
/// one voxel to 10,000 of the largest component.
inline constexpr std::int64_t kAutomaticSpeck = 0;

/// Measures a problem; lengths are in mm by its grid, whatever `spacing` says. Components of mask and prediction with
/// fewer than `speck` voxels are left out, unless all of the mask are so small. Throws Cancelled.
[[nodiscard]] MeasuredCase measure_case(const Problem& problem, std::int64_t speck = kAutomaticSpeck, int threads = 0,
                                        std::stop_token stop = {});

}  // namespace lossscope
