// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "app/engine/frame.h"
#include "app/engine/loss_statistics.h"
#include "widgets/chart.h"

namespace lossscope {

/// Which map a histogram counts.
enum class HistogramOf : std::uint8_t { contribution, gradient };

/// How many voxels of each outcome have which size, on logarithmic axes; a note says how many are exactly 0.
[[nodiscard]] widgets::Chart size_histogram(const LossResult& result, const LossStatistics& statistics,
                                            HistogramOf what, GradientOf gradient);

/// Which share of the loss lies at which signed distance to the mask's boundary, split by outcome. `unit` is of the
/// distance.
[[nodiscard]] widgets::Chart distance_chart(const LossResult& result, const LossStatistics& statistics,
                                            const QString& unit);

/// How much one voxel adds to the loss at every probability, for both labels; its own place is marked.
[[nodiscard]] widgets::Chart voxel_chart(const LossResult& result, const VoxelProbe& probe);

/// The loss along one of its parameters; `value` (the current one) is marked.
[[nodiscard]] widgets::Chart parameter_chart(const LossResult& result, std::size_t parameter,
                                             const std::vector<double>& at, const std::vector<double>& values,
                                             double value);

}  // namespace lossscope
