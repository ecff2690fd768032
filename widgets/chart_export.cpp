// SPDX-License-Identifier: Apache-2.0
#include "widgets/chart_export.h"

#include <algorithm>

#include "widgets/chart_painter.h"

namespace lossscope::widgets {
namespace {

QString quoted(QString text) { return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"'; }

QString cell(const std::vector<double>& values, std::size_t row) {
  return row < values.size() ? QString::number(values[row], 'g', 17) : QString();
}

}  // namespace

PaintPage chart_page(const Chart& chart, QSizeF size) {
  return [&chart, size](QPainter& painter) { paint_chart(painter, QRectF(QPointF(0, 0), size), chart); };
}

QByteArray chart_csv(const Chart& chart) {
  QStringList head;
  std::size_t rows = 0;
  const QString x = chart.x.unit.isEmpty() ? chart.x.title : chart.x.title + QStringLiteral(" [%1]").arg(chart.x.unit);
  for (const ChartSeries& series : chart.series) {
    if (series.in_bins()) {
      head << quoted(x + QStringLiteral(" from")) << quoted(x + QStringLiteral(" to"));
    } else {
      head << quoted(x);
    }
    head << quoted(series.name);
    rows = std::max(rows, series.y.size());
  }
  QString text = head.join(u',') + u'\n';
  for (std::size_t row = 0; row < rows; ++row) {
    QStringList cells;
    for (const ChartSeries& series : chart.series) {
      const bool has = row < series.y.size();
      cells << (has ? cell(series.x, row) : QString());
      if (series.in_bins()) {
        cells << (has ? cell(series.x, row + 1) : QString());
      }
      cells << cell(series.y, row);
    }
    text += cells.join(u',') + u'\n';
  }
  return text.toUtf8();
}

}  // namespace lossscope::widgets
