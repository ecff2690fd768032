// SPDX-License-Identifier: Apache-2.0
// The inner loops of the distance transform, compiled once per instruction set (losses/drivers/cpu_kernels.h).
#pragma once

#include <cstdint>

namespace lossscope {

inline constexpr int kDistanceLanes = 16;  ///< neighbouring lines that are swept together: one cache line of floats
inline constexpr float kFar = 1e30F;       ///< squared distance where nothing was found yet

/// The same voxel of kDistanceLanes neighbouring lines.
struct alignas(64) DistanceLanes {
  float lane[kDistanceLanes];
};

/// Along an axis: how many voxels, how far apart in memory and in space.
struct DistanceAxis {
  std::int64_t n, stride;
  double spacing;
};

/// Squared distances are signed while they are computed: positive outside, negative inside, to the nearest voxel of the
/// other class.
struct DistanceKernels {
  /// Along one row of n labels; `two_sided` off leaves 0 inside.
  void (*row)(const std::uint8_t* labels, std::int64_t n, double spacing, bool two_sided, float* squared);
  /// The lower envelope along an axis of up to kDistanceLanes neighbouring lines, in place. `last` takes the root, and
  /// says infinity where nothing was found. `scratch` has room for 2 n lanes, `squares` for n floats.
  void (*sweep)(float* corner, const DistanceAxis& axis, int lanes, bool last, DistanceLanes* scratch, float* squares);
};

}  // namespace lossscope
