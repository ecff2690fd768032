// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace lossscope {

/// Where things lie in the memory that LossScope and lossscope-models share for a script: the predictions, room for the
/// contributions and for the gradients (float32 each), then the mask and which voxels count (uint8 each).
struct ScriptLayout {
  std::size_t voxels;

  [[nodiscard]] std::size_t prediction() const { return 0; }
  [[nodiscard]] std::size_t contribution() const { return 4 * voxels; }
  [[nodiscard]] std::size_t gradient() const { return 8 * voxels; }
  [[nodiscard]] std::size_t mask() const { return 12 * voxels; }
  [[nodiscard]] std::size_t counts() const { return 13 * voxels; }
  [[nodiscard]] std::size_t bytes() const { return 14 * voxels; }
};

}  // namespace lossscope
