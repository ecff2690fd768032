// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "app/engine/loss_result.h"
#include "app/engine/result_finder.h"
#include "losses/metrics/metrics.h"

namespace lossscope {

/// Metrics between two volumes of 0 and 1 (uint8) on the grid of `classes`, of the voxels that count there. Throws
/// Cancelled.
[[nodiscard]] Metrics metrics_between(const ClassProblem& classes, const Volume& mask, const Volume& predicted,
                                      int threads = 0, std::stop_token stop = {});

/// Of each channel the share of the gradient: the sum of its sizes over the volume, of that over all channels. Zeros
/// where there is no gradient at all. `kind` is MapKind::gradient_probability or gradient_logit. The same bits for any
/// number of threads. Throws Cancelled.
[[nodiscard]] std::vector<double> gradient_shares(const ClassEvaluation& loss, MapKind kind, int threads = 0,
                                                  const std::stop_token& stop = {});

/// What is known of the classes of a case only after passes over the volume, channel by channel.
struct ClassNumbers {
  std::vector<double> gradient_share;
  std::vector<Metrics> metrics;  ///< by what the prediction takes a voxel for
  ClassProblem of;               ///< that the metrics are of: kept alive, so that they are made again for another alone
};
using ClassNumbersPtr = std::shared_ptr<const ClassNumbers>;

/// `result` must be over classes. Metrics that still hold are taken from `before`. Throws Cancelled.
[[nodiscard]] ClassNumbers class_numbers(const LossResult& result, MapKind gradient,
                                         const ClassNumbers* before = nullptr, int threads = 0,
                                         const std::stop_token& stop = {});

/// The numbers of the classes of the frame that is shown; null for one structure.
class ClassNumbersFinder : public FinderOf<ClassNumbers> {
 public:
  explicit ClassNumbersFinder(std::shared_ptr<Turns> turns, QObject* parent = nullptr);
};

}  // namespace lossscope
