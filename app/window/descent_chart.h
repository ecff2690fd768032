// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QStringList>

#include "app/engine/descent_run.h"
#include "widgets/chart.h"

namespace lossscope {

/// The colour of a lane, in its list and in its curve.
[[nodiscard]] QColor lane_colour(std::size_t lane);

/// What a descent's curves can show, in the order of descent_chart's `which`.
[[nodiscard]] QStringList descent_curve_names();

/// The curves of all lanes over the steps. A loss is drawn as a share of its value at the start: two losses have
/// different units. `step` is marked; -1: none. Empty without a descent.
[[nodiscard]] widgets::Chart descent_chart(const DescentRun& run, int which, std::int64_t step);

}  // namespace lossscope
