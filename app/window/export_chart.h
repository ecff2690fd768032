// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "widgets/chart_view.h"

namespace lossscope {

/// Writes a chart as SVG, PDF, PNG or CSV, by the path's ending. Returns what went wrong, empty when nothing did.
[[nodiscard]] QString save_chart(const widgets::Chart& chart, QSizeF size, const QString& path);
/// Asks where to, and writes; says what went wrong.
void export_chart_dialog(const widgets::ChartView& view);

}  // namespace lossscope
