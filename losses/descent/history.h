// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "losses/volume.h"

namespace lossscope {

/// The predictions that a descent went through, so that one can scrub back. Logits are kept as int16 in steps of
/// 1/512 (held within +-63), half the memory of a float map; when `budget` bytes are full, every second state is let go
/// and from then on only every second one is kept: the whole descent stays covered, evenly. The first one is kept as it
/// is beside the budget, so that the start is the start.
class DescentHistory {
 public:
  explicit DescentHistory(std::size_t budget) : budget_(budget) {}

  /// Keeps the logits of a step, unless the step falls between two that are kept. Steps come in ascending order.
  void keep(std::int64_t step, const Volume& logits);

  struct State {
    std::int64_t step = -1;  ///< -1: nothing is kept
    Volume logits;           ///< float32; all but the first rounded to 1/512
  };
  /// The latest kept state at or before `step`.
  [[nodiscard]] State at(std::int64_t step) const;
  /// The step of that state, without making it.
  [[nodiscard]] std::int64_t kept(std::int64_t step) const;
  [[nodiscard]] std::int64_t stride() const { return stride_; }
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Kept {
    std::int64_t step;
    std::vector<std::int16_t> logits;
  };
  std::size_t budget_;
  std::int64_t stride_ = 1;
  Grid grid_;
  State first_;
  std::vector<Kept> kept_;
};

}  // namespace lossscope
