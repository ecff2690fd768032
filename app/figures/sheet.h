// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/engine/frame.h"
#include "app/engine/loss_statistics.h"
#include "widgets/sheet_scene.h"

namespace lossscope {

/// Gives the statistics of a loss, or null where they are not known (yet).
using StatisticsOf = std::function<LossStatisticsPtr(const LossResultPtr&)>;

/// The slice under every compared loss of a frame, with its value and what it is made of: the same for the window,
/// render and report.
[[nodiscard]] widgets::Sheet contact_sheet(const Frame& frame, const StatisticsOf& statistics);

/// How wide the boundary of the statistics is, "1.5 mm"; `unit` is the case's (loss_unit).
[[nodiscard]] QString boundary_text(const LossStatistics& statistics, const QString& unit);
/// What the bars and numbers below the pictures mean, for a caption.
[[nodiscard]] QString sheet_legend(const QString& boundary, bool of_classes);

/// What TP, FP, FN and TN add to a value, each divided by the sum of their sizes: of a loss whose contributions have
/// both signs the shares keep them. All 0 where there is no loss.
[[nodiscard]] std::array<double, kOutcomes> outcome_shares(const LossStatistics& statistics);
/// Whether some of the parts are negative: then the numbers above are no shares of a whole.
[[nodiscard]] bool has_negative_parts(const LossStatistics& statistics);
/// The same of what lies at the mask's boundary.
[[nodiscard]] double boundary_share(const LossStatistics& statistics);

}  // namespace lossscope
