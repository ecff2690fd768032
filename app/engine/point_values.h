// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "app/engine/loss_result.h"

namespace lossscope {

/// Fills values of voxels [begin, begin + n) in memory order, n the size of `out`; called from several threads.
using RangeValues = std::function<void(std::int64_t begin, std::span<float> out)>;

/// A map of a loss, computed where it is asked for. `result` must be of the processor (on_processor).
[[nodiscard]] RangeValues map_values(LossResultPtr result, MapKind kind);
/// A float32 volume.
[[nodiscard]] RangeValues volume_values(Volume volume);

/// The value at each point (a continuous voxel index): of the eight voxels around it, the value of largest size, or one
/// that is not finite where there is one. No volume is made: only planes of voxels that touch a point are filled, a
/// few at a time. The same for any number of threads. Throws Cancelled.
[[nodiscard]] std::vector<float> values_around(const Grid& grid, std::span<const std::array<float, 3>> points,
                                               const RangeValues& values, int threads = 0, std::stop_token stop = {});

}  // namespace lossscope
