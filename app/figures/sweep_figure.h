// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/sweep.h"
#include "widgets/chart.h"
#include "widgets/figure.h"

namespace lossscope {

/// Small charts side by side, one for each loss and one each for Dice and Hausdorff, all over the same axis, each with
/// its own range: losses differ by orders of magnitude. `case_text` says what was swept; `here` is marked unless it is
/// NaN.
[[nodiscard]] widgets::Figure sweep_figure(const Sweep& sweep, const QString& case_text,
                                           double here = std::numeric_limits<double>::quiet_NaN());
/// A size that suits it, in pixels at 96 per inch.
[[nodiscard]] QSizeF sweep_figure_size(const Sweep& sweep);

/// What the swept axis is called: "shift", "focal: focus".
[[nodiscard]] widgets::ChartAxis sweep_axis(const Sweep& sweep);
/// The values of one loss along a sweep.
[[nodiscard]] widgets::ChartSeries loss_series(const Sweep& sweep, std::size_t loss);

}  // namespace lossscope
