// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <stop_token>

#include "losses/evaluation.h"

namespace lossscope {

/// Sums over the whole maps of one loss, taken block by block so that no map needs to exist.
struct MapStatistics {
  double contribution_sum = 0, contribution_minimum = 0, contribution_maximum = 0;
  std::array<double, 4> by_region{};  ///< contribution of TP, FP, FN, TN at threshold 0.5
  double gradient_minimum = 0, gradient_maximum = 0, gradient_l1 = 0, gradient_l2 = 0;
};

/// `gradient` is MapKind::gradient_probability or gradient_logit. The same bits for any number of threads.
/// Throws Cancelled.
[[nodiscard]] MapStatistics map_statistics(const Evaluation& loss, MapKind gradient, int threads, std::stop_token stop);

}  // namespace lossscope
