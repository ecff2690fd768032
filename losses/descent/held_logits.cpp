// SPDX-License-Identifier: Apache-2.0
#include "losses/descent/held_logits.h"

#include <algorithm>
#include <cmath>

#include "losses/parallel.h"

namespace lossscope {

Volume held_logits(const Volume& prediction, PredictionKind kind, double confidence) {
  if (!(confidence > 0.5 && confidence < 1)) {
    throw std::invalid_argument("held_logits: the confidence must lie between 0.5 and 1");
  }
  if (prediction.type != VoxelType::float32) {
    throw std::invalid_argument("held_logits: a prediction must be float32");
  }
  const auto limit = static_cast<float>(std::log(confidence / (1 - confidence)));
  Volume held = make_volume(prediction.grid, VoxelType::float32);
  const auto from = prediction.voxels<float>();
  const auto to = held.voxels<float>();
  parallel_pieces(prediction.grid.voxels(), 1 << 16, 0, {}, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const float z = kind == PredictionKind::logit ? from[i] : std::log(from[i]) - std::log1p(-from[i]);
      to[i] = std::clamp(z, -limit, limit);
    }
  });
  return held;
}

}  // namespace lossscope
