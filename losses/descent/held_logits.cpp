// SPDX-License-Identifier: Apache-2.0
#include "losses/descent/held_logits.h"

#include <atomic>
#include <cmath>
#include <stdexcept>

#include "losses/counts.h"
#include "losses/outputs.h"
#include "losses/parallel.h"

namespace lossscope {

HeldLogits held_logits(const Volume& prediction, PredictionKind kind, std::optional<double> confidence,
                       const Volume& counts) {
  if (confidence && !(*confidence > 0.5 && *confidence < 1)) {
    throw std::invalid_argument("held_logits: the confidence must lie between 0.5 and 1");
  }
  if (prediction.type != VoxelType::float32) {
    throw std::invalid_argument("held_logits: a prediction must be float32");
  }
  const float limit = confidence ? static_cast<float>(std::log(*confidence / (1 - *confidence))) : kLargestLogit;
  HeldLogits made{make_output(prediction.grid, VoxelType::float32), 0};
  const auto from = prediction.voxels<float>();
  const auto to = made.logits.voxels<float>();
  const std::uint8_t* counted = counts.empty() ? nullptr : counts.voxels<std::uint8_t>().data();
  std::atomic<std::int64_t> held = 0;
  parallel_pieces(prediction.grid.voxels(), 1 << 16, 0, {}, [&](std::int64_t begin, std::int64_t end) {
    std::int64_t here = 0;
    for (std::int64_t i = begin; i < end; ++i) {
      const float z = kind == PredictionKind::logit ? from[i] : std::log(from[i]) - std::log1p(-from[i]);
      const bool beyond = confidence ? std::abs(z) > limit : std::isinf(z);
      to[i] = beyond ? std::copysign(limit, z) : z;
      here += beyond && counts_at(counted, i) ? 1 : 0;
    }
    held += here;
  });
  made.held = held;
  return made;
}

}  // namespace lossscope
