// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/evaluate.h"

namespace lossscope {

/// A float32 volume that is 1 where a prediction's probability is above `threshold` (0..1) and 0 elsewhere, also where
/// it is NaN.
[[nodiscard]] Volume thresholded(const Volume& prediction, PredictionKind kind, double threshold);

}  // namespace lossscope
