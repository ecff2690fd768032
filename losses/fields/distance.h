// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "losses/volume.h"

namespace lossscope {

/// Exact Euclidean distances between voxel centres, anisotropic spacing (separable lower envelopes of
/// parabolas, Felzenszwalb & Huttenlocher 2012; each envelope is searched as far as the distances that are found):
/// along k first, so that a slice is finished while it is in the cache. Outside the volume there is no seed. The same
/// bits for any number of threads. Throws Cancelled when `stop` asks for it.
///
/// `counts` is as in Problem, empty where all voxels count. One that does not belongs to neither class: the distance
/// to it is no distance to the other class, and its own is 0. The mask must be 0 there.

/// Distance of every voxel to the nearest voxel where `seeds` is non-zero; +infinity everywhere if there is none.
[[nodiscard]] Volume distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads = 0,
                                 std::stop_token stop = {});

/// Signed distance of every voxel of a uint8 mask to the nearest voxel of the other class: negative inside, positive
/// outside, never 0; 0 everywhere where a class is missing.
[[nodiscard]] Volume signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads = 0,
                                     std::stop_token stop = {}, const Volume& counts = {});

/// Signed distance of one voxel of a mask (0 or 1), as signed_distance says it. Searches as far as that distance.
[[nodiscard]] float signed_distance_at(const Volume& mask, const std::array<double, 3>& spacing,
                                       const std::array<std::int64_t, 3>& voxel, const std::stop_token& stop = {},
                                       const Volume& counts = {});

/// Gets slice k of a distance map: i fastest, gone when the call returns. Called by several threads, each slice once,
/// in no fixed order.
using DistanceSliceVisitor = std::function<void(std::int64_t k, std::span<const float> distance)>;

/// The maps of distance_to and signed_distance slice by slice, without the volume: from 32 slices on they need 1/8 of
/// its memory.
void visit_distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads,
                       const std::stop_token& stop, const DistanceSliceVisitor& visit);
void visit_signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads,
                           const std::stop_token& stop, const DistanceSliceVisitor& visit, const Volume& counts = {});

}  // namespace lossscope
