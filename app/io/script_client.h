// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "app/io/reader_client.h"
#include "losses/evaluate.h"

namespace lossscope {

/// What a loss written in TorchScript gave on a problem.
struct ScriptResult {
  double value = 0;
  Volume contribution;  ///< float32; empty when the script returned a number and not a map
  Volume gradient;      ///< float32, dL/dp by autograd
};

struct ScriptLimits {
  std::size_t memory_bytes = std::size_t{8} << 30;  ///< beside the data
  double seconds = 120;
};

class ChildProcess;

/// Evaluates `def loss(p, g): ...` on probabilities p and mask g, both float64 of shape (k, j, i), each time in a
/// process of its own (lossscope-models) that can open no file and is killed when it exceeds the limits.
/// LibTorch takes 0.4 s to start and another 0.3 s to warm up, too much while somebody types. So after an evaluation
/// the next process is started and waits; it has run nothing yet, and none ever runs a second script. The reader needs
/// no such thing: it starts in 30 ms.
class ScriptRunner {
 public:
  ScriptRunner();
  ~ScriptRunner();
  /// A script that returns a map has that map's sum as its value. Throws Refusal (E_SCRIPT with the line and the
  /// reason, E_SCRIPT_MEMORY, E_SCRIPT_TIMEOUT) and, when `stop` asks for it, Cancelled.
  [[nodiscard]] ScriptResult evaluate(const std::string& source, const Problem& problem, std::stop_token stop = {},
                                      const ScriptLimits& limits = {});
  /// Ends the process that waits (160 MB): scripts are not in use any more.
  void rest();

 private:
  std::unique_ptr<ChildProcess> spare_;
};

/// One evaluation, as by a ScriptRunner.
[[nodiscard]] ScriptResult evaluate_script(const std::string& source, const Problem& problem, std::stop_token stop = {},
                                           const ScriptLimits& limits = {});

}  // namespace lossscope
