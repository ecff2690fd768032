// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace lossscope {

/// Times each loss of `request` in this one process: ours (value + contribution + gradient; what three slices need,
/// gathered after a move of the crosshair; these slices after a change of a parameter), LibTorch's eager autograd
/// (value + gradient) and a copy of the bytes that must move, in turn, round after round, all warm and with the same
/// number of threads.
/// request: {"size": [i, j, k], "threads", "rounds", "wrt": "probability" or "logit", "losses": [ids]}, and "classes"
/// for losses (also sums, "dice+bce") over so many classes of a softmax: see bench_classes. Answer: {"libtorch",
/// "kernels", "losses": [{"id", "bytes_per_voxel", "pages": {"ours", "copy", "libtorch": page_size_at of their
/// buffers}, "seconds": {"evaluate", "eager", "copy", "gather", "slices", "fields"}, "fastest": {the same}}]}: medians
/// and minima of the rounds, but for the fields, which are computed once. `progress` is called before each loss.
[[nodiscard]] nlohmann::json benchmark(const nlohmann::json& request,
                                       const std::function<void(double share, const std::string& what)>& progress);

}  // namespace lossscope
