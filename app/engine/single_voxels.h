// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <stop_token>
#include <vector>

#include "losses/evaluation.h"

namespace lossscope {

/// The most wrong predictions of a case: those of the background above one limit, those of the mask below the other.
struct WrongLimits {
  float background = std::numeric_limits<float>::infinity();
  float mask = -std::numeric_limits<float>::infinity();

  [[nodiscard]] bool hold(bool in_mask, float prediction) const {
    return in_mask ? prediction < mask : prediction > background;
  }
};

struct WrongVoxel {
  std::int64_t at;  ///< its offset in the volume
  bool single;
};

/// The voxels that count and lie beyond the limits, by their offset. One is single where it hangs together with at most
/// one other voxel (of the 26 that touch it, 8 in a plane) that counts, belongs to the mask as it does, and is
/// predicted at least as wrongly. Noise makes such voxels; a structure that was missed does not, be it as thin as a
/// line. The same for any number of threads. Throws Cancelled.
[[nodiscard]] std::vector<WrongVoxel> wrong_voxels(const Problem& problem, const WrongLimits& limits, int threads,
                                                   const std::stop_token& stop);

}  // namespace lossscope
