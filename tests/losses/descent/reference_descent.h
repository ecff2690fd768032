// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "losses/descent/descent.h"

namespace lossscope::reference {

/// A descent taken in float64 by autograd, and by LibTorch's own Adam.
class Descent {
 public:
  Descent(const Loss& loss, const Problem& start, const DescentSettings& settings);
  ~Descent();
  Descent(const Descent&) = delete;
  Descent& operator=(const Descent&) = delete;

  void step();
  /// The logits after the steps so far, one a voxel.
  [[nodiscard]] std::vector<double> logits() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lossscope::reference
