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

inline constexpr std::int32_t kNoStep = 1 << 29;   ///< from here on: no voxel of the other class on that side
inline constexpr std::uint8_t kBeyondSteps = 255;  ///< the other class is not within the slices that were counted

/// Steps along k from each voxel of a slice to the nearest voxel of the other class, before it and after it. Those
/// after it are counted in a byte; where that says kBeyondSteps, they are beyond[i] + rest.
struct DepthSteps {
  const std::int32_t* behind;
  const std::uint8_t* ahead;   ///< or kBeyondSteps
  const std::int32_t* beyond;  ///< from the slice that lies `rest` slices ahead
  std::int32_t rest;
};

/// Squared distances are signed while they are computed: positive outside, negative inside, to the nearest voxel of the
/// other class.
struct DistanceKernels {
  /// Turns the steps of the neighbouring slice into those of this one: one more, or 1 where the class changes.
  void (*count)(const std::uint8_t* labels, const std::uint8_t* neighbour, std::int64_t n, std::int32_t* steps);
  /// The same in bytes, from the neighbour's steps; kBeyondSteps stays.
  void (*count_bytes)(const std::uint8_t* labels, const std::uint8_t* neighbour, std::int64_t n,
                      const std::uint8_t* neighbours_steps, std::uint8_t* steps);
  /// Along k, for n voxels of a slice; `two_sided` off leaves 0 inside.
  void (*depth)(const std::uint8_t* labels, const DepthSteps& steps, std::int64_t n, double spacing, bool two_sided,
                float* squared);
  /// The lower envelope along an axis of up to kDistanceLanes neighbouring lines, in place. `last` takes the root, and
  /// says infinity where nothing was found. `scratch` has room for 2 n lanes, `squares` for n floats.
  void (*sweep)(float* corner, const DistanceAxis& axis, int lanes, bool last, DistanceLanes* scratch, float* squares);
  /// Turns up to kDistanceLanes rows of n floats, `stride` apart, into n lanes; and back.
  void (*turn)(const float* rows, std::int64_t stride, int lanes, std::int64_t n, DistanceLanes* lines);
  void (*turn_back)(const DistanceLanes* lines, std::int64_t stride, int lanes, std::int64_t n, float* rows);
};

}  // namespace lossscope
