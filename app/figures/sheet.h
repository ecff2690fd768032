// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/engine/frame.h"
#include "app/engine/loss_statistics.h"
#include "widgets/sheet_scene.h"

namespace lossscope {

/// Gives the statistics of a loss, or null where they are not known (yet).
using StatisticsOf = std::function<LossStatisticsPtr(const LossResultPtr&)>;

/// The slice under every compared loss of a frame, with its value and what it is made of.
[[nodiscard]] widgets::Sheet contact_sheet(const Frame& frame, const StatisticsOf& statistics);

}  // namespace lossscope
