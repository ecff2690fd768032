// SPDX-License-Identifier: Apache-2.0
#include "widgets/chart_export.h"

#include <QBuffer>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <algorithm>

#include "widgets/chart_painter.h"

namespace lossscope::widgets {
namespace {

constexpr int kDpi = 96;

void paint_on(QPaintDevice& paper, const Chart& chart, QSizeF size) {
  QPainter painter(&paper);
  QFont font = painter.font();
  font.setPixelSize(12);
  painter.setFont(font);
  paint_chart(painter, QRectF(QPointF(0, 0), size), chart);
}

QString quoted(QString text) { return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"'; }

QString cell(const std::vector<double>& values, std::size_t row) {
  return row < values.size() ? QString::number(values[row], 'g', 17) : QString();
}

}  // namespace

QByteArray chart_svg(const Chart& chart, QSizeF size) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator paper;
  paper.setOutputDevice(&buffer);
  paper.setResolution(kDpi);
  paper.setSize(size.toSize());
  paper.setViewBox(QRectF(QPointF(0, 0), size));
  paper.setTitle(chart.title);
  paper.setDescription(QStringLiteral("LossScope"));
  paint_on(paper, chart, size);
  return bytes;
}

QByteArray chart_png(const Chart& chart, QSizeF size, double scale) {
  QImage paper((size * scale).toSize(), QImage::Format_RGB32);
  paper.setDevicePixelRatio(scale);
  paper.fill(Qt::white);
  paint_on(paper, chart, size);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  paper.setDevicePixelRatio(1);
  paper.save(&buffer, "PNG");
  return bytes;
}

QByteArray chart_pdf(const Chart& chart, QSizeF size) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter paper(&buffer);
  paper.setResolution(kDpi);
  paper.setPageSize(QPageSize(size / kDpi, QPageSize::Inch));
  paper.setPageMargins({});
  paper.setTitle(chart.title);
  paper.setCreator(QStringLiteral("LossScope"));
  paint_on(paper, chart, size);
  return bytes;
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
