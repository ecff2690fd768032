// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "losses/evaluate.h"

namespace lossscope {

/// How many voxels are computed together, in float64: so much of a volume as takes a fraction of the volume's memory.
inline constexpr std::int64_t kSlabVoxels = 1 << 21;

/// f e of the correlation-maximised structural similarity loss (Zhao et al. 2019), with {M, e_max} beside it; the same
/// bits for any size of the slabs.
[[nodiscard]] Field structural_error(const FieldRequest& request, const Problem& problem, const std::stop_token& stop,
                                     std::int64_t slab_voxels = kSlabVoxels);
/// What differentiating e adds to dL/dp.
[[nodiscard]] Field structural_slope(const FieldRequest& request, const Problem& problem, const std::stop_token& stop,
                                     std::int64_t slab_voxels = kSlabVoxels);

}  // namespace lossscope
