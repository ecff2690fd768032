// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "losses/volume.h"

namespace lossscope::gallery {

/// Image (grey values), mask (labels) and prediction (probabilities) on one grid.
struct MadeCase {
  Volume image, mask, prediction;
};

/// Labels of `made_ct`.
inline constexpr std::uint8_t kLiver = 1, kLesion = 2;

/// A CT of a trunk in Hounsfield units: air, fat, muscle, lungs, bones, bowel gas, a liver, and at its left a lesion of
/// 8 mm in diameter, with noise. The prediction finds the liver well, with soft edges that wander by about a
/// millimetre, and misses the lesion: p is a few thousandths there. `size` voxels fill 358 x 358 x 300 mm.
[[nodiscard]] MadeCase made_ct(const std::array<std::int64_t, 3>& size);
/// Of made_ct: the lesion's centre, in voxels.
[[nodiscard]] std::array<std::int64_t, 3> lesion_centre(const Grid& grid);

/// A fundus picture (one plane, no millimetres: 1 x 1 x 1): vessels from 8 pixels to one, branching from a bright
/// disc. The prediction is soft, and unsure of the thinnest ones.
[[nodiscard]] MadeCase made_retina();

/// Writes image.nii, mask.nii and prediction.nii into a folder that exists. Throws Refusal.
void write_case(const MadeCase& made, const std::string& folder);

}  // namespace lossscope::gallery
