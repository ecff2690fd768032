// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/engine/loss_result.h"

namespace lossscope {

/// The loss's value if one voxel had label `g` and each of the probabilities `p` (0..1), all else as it is: exact, by
/// the loss's own functions with this voxel's share of the sums exchanged. Empty for a loss without sums (a script),
/// over classes, and where a GPU keeps its field (ask on_processor).
[[nodiscard]] std::vector<double> voxel_curve(const LossResult& result, std::int64_t offset, bool g,
                                              std::span<const double> p);

/// The loss's value with parameter number `parameter` at each of `at`, which must be legal; `reached` is called after
/// each. Visits the volume only where the parameter enters the sums. Throws Cancelled.
[[nodiscard]] std::vector<double> parameter_curve(const LossResult& result, std::size_t parameter,
                                                  std::span<const double> at,
                                                  const std::function<void(std::size_t done)>& reached = {},
                                                  int threads = 0, std::stop_token stop = {});

/// Evenly spaced values (logarithmically where the parameter's slider is) over the range of its slider.
[[nodiscard]] std::vector<double> parameter_samples(const ParameterInfo& info, int count);

}  // namespace lossscope
