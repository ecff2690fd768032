// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "losses/evaluate.h"

namespace lossscope {

/// Computes one auxiliary field. Throws Cancelled, std::invalid_argument for a kind that is not there.
[[nodiscard]] Field compute_field(const FieldRequest& request, const Problem& problem, std::stop_token stop);

/// The value of the prediction, as it is stored, that means the probability `threshold`.
[[nodiscard]] float level_of(const Problem& problem, double threshold);

/// uint8 mask of the voxels whose probability is above `threshold` (strictly), and that count.
[[nodiscard]] Volume thresholded(const Problem& problem, double threshold);

}  // namespace lossscope
