// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/evaluate.h"

namespace lossscope {

/// The value of a loss if voxel number `voxel` had the label `g` and each of the probabilities `p` (0..1), all else
/// (its fields, too) as it is; a voxel that does not count changes nothing: exact, by the loss's own functions with
/// this voxel's share of the sums exchanged. In double and without fast maths, where one voxel among millions would be
/// lost; for the voxel's own label and probability it is `reduction.value`. Empty for a loss that is not in the
/// registry.
[[nodiscard]] std::vector<double> values_if(const Loss& loss, std::span<const double> parameters,
                                            const Problem& problem, std::span<const FieldPtr> fields,
                                            const Reduction& reduction, std::int64_t voxel, bool g,
                                            std::span<const double> p);

}  // namespace lossscope
