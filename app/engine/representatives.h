// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "app/engine/loss_result.h"

namespace lossscope {

/// Few voxels that stand for all of a case. A loss's map is a function of a voxel's mask, prediction and fields alone,
/// so its ends over the volume are found among these, whatever the loss's parameters are.
struct Representatives {
  std::vector<std::int64_t> voxels;  ///< their offsets in the volume
  std::vector<std::int64_t> counts;  ///< how many voxels each stands for; they add up to the volume's
  /// 1 for a single voxel (wrong_voxels), which stands for itself alone. They are looked for among the most wrong ones:
  /// at most 16 384 of the mask and as many of the rest.
  std::vector<std::uint8_t> single;
  PlaneInputs inputs;  ///< the voxels themselves, next to each other

  /// A map of the loss at each of them. `result` must run on the host and be of the same mask, prediction and fields.
  [[nodiscard]] std::vector<float> values(const LossResult& result, MapKind kind) const;
};

/// Voxels of one mask value are sorted by prediction into bins of 1/256 of p or 1 - p, whichever is
/// smaller (of a logit's size), single ones apart from them; of each bin those stay that hold the ends of the
/// prediction and of every field. What depends on the prediction alone has its true ends there; with
/// fields they are met to 0.5 %. The same for any number of threads. Throws Cancelled.
[[nodiscard]] Representatives representatives(const Problem& problem, std::span<const FieldPtr> fields, int threads = 0,
                                              const std::stop_token& stop = {});

}  // namespace lossscope
