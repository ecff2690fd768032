// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "losses/volume.h"

namespace lossscope {

/// Exact Euclidean distances between voxel centres, anisotropic spacing (separable lower envelopes of
/// parabolas, Felzenszwalb & Huttenlocher 2012; each envelope is searched as far as the distances that are found). Outside the volume there is no seed. Throws Cancelled when `stop` asks for it.

/// Distance of every voxel to the nearest voxel where `seeds` is non-zero; +infinity everywhere if there is none.
[[nodiscard]] Volume distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads = 0,
                                 std::stop_token stop = {});

/// Signed distance of every voxel of a uint8 mask to the nearest voxel of the other class: negative inside, positive
/// outside, never 0; 0 everywhere where a class is missing.
[[nodiscard]] Volume signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads = 0,
                                     std::stop_token stop = {});

}  // namespace lossscope
