// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "losses/evaluate.h"

namespace lossscope {

/// A structure that is wrong as a whole: a component of the mask of which nothing is predicted, or one of the
/// prediction (cut at 0.5) that holds nothing of the mask.
struct WholeError {
  bool missed = true;
  std::int64_t voxels = 0;
  std::array<std::int64_t, 3> voxel{};        ///< in its middle
  std::array<std::int64_t, 3> low{}, high{};  ///< the first and the last voxel of it along each axis

  /// Whether one of the three planes through a voxel goes through it.
  [[nodiscard]] bool crossed_by(const std::array<std::int64_t, 3>& planes) const;
};

/// The one of most voxels (a missed one of equal ones); specks of less than 10 voxels are none.
[[nodiscard]] std::optional<WholeError> largest_whole_error(const Problem& problem);

}  // namespace lossscope
