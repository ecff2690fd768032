// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lossscope {

/// "1 voxel is" or "3 voxels are".
[[nodiscard]] inline std::string how_many(std::int64_t n, std::string_view one, std::string_view several) {
  return std::to_string(n).append(" ").append(n == 1 ? one : several);
}

}  // namespace lossscope
