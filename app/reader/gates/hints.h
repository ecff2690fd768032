// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace lossscope {

/// What a case knows that may settle what one of its files leaves open.
struct ReadingHints {
  std::array<std::int64_t, 3> beside{};  ///< voxels of the mask that a prediction belongs to; 0: not known
  std::vector<std::int64_t> labels;      ///< of a mask: those that were chosen, where its segments overlap
  bool every_channel = false;  ///< of a prediction: its components are classes, and all of them are read at once

  [[nodiscard]] bool has_neighbour() const { return beside[0] > 0; }
  [[nodiscard]] bool neighbour_is_flat() const { return has_neighbour() && beside[2] == 1; }
  bool operator==(const ReadingHints&) const = default;
};

}  // namespace lossscope
