// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QSizeF>

#include "widgets/chart.h"

namespace lossscope::widgets {

/// A chart on white paper, `size` in pixels at 96 per inch.
[[nodiscard]] QByteArray chart_svg(const Chart& chart, QSizeF size);
/// The same as PNG, `scale` times as many pixels.
[[nodiscard]] QByteArray chart_png(const Chart& chart, QSizeF size, double scale = 2);
/// The same as a PDF of one page.
[[nodiscard]] QByteArray chart_pdf(const Chart& chart, QSizeF size);
/// Its numbers, a column per series beside the x it was sampled at; 17 significant digits, so that they read back
/// exactly. Bins have two columns of x: from and to.
[[nodiscard]] QByteArray chart_csv(const Chart& chart);

}  // namespace lossscope::widgets
