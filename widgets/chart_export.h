// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/chart.h"
#include "widgets/paper.h"

namespace lossscope::widgets {

/// Paints a chart, which must live as long, on white paper of `size` (pixels at 96 per inch).
[[nodiscard]] PaintPage chart_page(const Chart& chart, QSizeF size);
/// Its numbers, a column per series beside the x it was sampled at; 17 significant digits, so that they read back
/// exactly. Bins have two columns of x: from and to.
[[nodiscard]] QByteArray chart_csv(const Chart& chart);

}  // namespace lossscope::widgets
