// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "losses/maths.h"

namespace lossscope {

/// Whether the voxel at offset `at` counts (losses.md section 6). `counts` as Problem::counted gives it: one number a
/// voxel, 0 where it does not count, or null where all do. Of processor and GPU.
[[nodiscard]] LOSSSCOPE_FUNCTION bool counts_at(const std::uint8_t* counts, std::int64_t at) {
  return counts == nullptr || counts[at] != 0;
}

}  // namespace lossscope
