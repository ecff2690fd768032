// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/evaluate.h"

namespace lossscope {

/// The prediction as logits, its probabilities held within [1 - confidence, confidence] (0.5 < confidence < 1), as a
/// network's would be: at p = 0 or 1 exactly the sigmoid is flat and no loss could move a voxel. Float32, a new volume.
/// Throws std::invalid_argument for another confidence or a volume that is not float32.
[[nodiscard]] Volume held_logits(const Volume& prediction, PredictionKind kind, double confidence);

}  // namespace lossscope
