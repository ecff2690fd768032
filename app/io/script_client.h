// SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// Evaluates `def loss(p, g): ...` on probabilities p and mask g, both float64 of shape (k, j, i), in a process of its
/// own (lossscope-models) that can open no file, has at most `memory_bytes` beside the data, and is killed when `stop`
/// asks for it or after two minutes. A script that returns a map has that map's sum as its value.
/// Throws Refusal (E_SCRIPT with the line and the reason, E_SCRIPT_MEMORY, E_SCRIPT_TIMEOUT) and Cancelled.
[[nodiscard]] ScriptResult evaluate_script(const std::string& source, const Problem& problem, std::stop_token stop = {},
                                           std::size_t memory_bytes = std::size_t{8} << 30);

}  // namespace lossscope
