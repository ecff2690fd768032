// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "losses/evaluate.h"

namespace lossscope {

/// A prediction as finite logits.
struct HeldLogits {
  Volume logits;          ///< float32, a new volume
  std::int64_t held = 0;  ///< voxels that count and whose logit is another than the prediction's
};

/// The logit of the largest probability below 1 that a float32 holds: where p = 0 or 1 exactly, whose logits are
/// infinite, it stands for them.
inline constexpr float kLargestLogit = 16.635532F;

/// The prediction as logits. Without a `confidence` as it is: only infinite logits become +-kLargestLogit. With one
/// (0.5 < confidence < 1) its probabilities are held within [1 - confidence, confidence], as a network's would be: at
/// p = 0 or 1 the sigmoid is flat and no loss could move a voxel. A NaN stays one. `counts` as in Problem. Throws
/// std::invalid_argument for another confidence or a volume that is not float32.
[[nodiscard]] HeldLogits held_logits(const Volume& prediction, PredictionKind kind, std::optional<double> confidence,
                                     const Volume& counts = {});

}  // namespace lossscope
