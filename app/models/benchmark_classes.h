// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "losses/classes/class_problem.h"

namespace lossscope {

/// Times a loss over the classes of a softmax as benchmark does one of a single structure: ours (from logits: value,
/// contribution and the gradient of every channel; what three slices need; these slices after a change of a class's
/// weight), LibTorch's eager softmax with textbook formulas (value + gradient of all channels) and a copy of the bytes
/// that must move. `name`: an id, or a sum of ids ("dice+bce"); eager knows sums of bce, focal and dice. The same
/// answer as of one loss there, "fields" 0, and {"value": {"ours", "eager"}}.
[[nodiscard]] nlohmann::json bench_classes(const std::string& name, const ClassProblem& logits, int threads,
                                           int rounds);

}  // namespace lossscope
