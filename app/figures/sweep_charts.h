// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/sweep.h"
#include "app/session/session.h"
#include "widgets/chart.h"

namespace lossscope {

/// All losses of a sweep in one chart; several are divided by their largest value, since they differ by orders of
/// magnitude. `here` is marked unless it is NaN.
[[nodiscard]] widgets::Chart sweep_losses_chart(const Sweep& sweep, double here);
/// Dice (left axis) and Hausdorff distance (right axis) along the same sweep.
[[nodiscard]] widgets::Chart sweep_metrics_chart(const Sweep& sweep, double here);

/// Where a session stands on a swept axis; NaN on one that it has no place on (no threshold). A shift is measured along
/// `direction`, or along the first grid axis where that is 0.
[[nodiscard]] double swept_value(const Session& session, const Sweep& sweep, const std::array<double, 3>& direction);
/// Takes a session to `value` on a swept axis.
void set_swept(Session& session, const Sweep& sweep, const std::array<double, 3>& direction, double value);

}  // namespace lossscope
