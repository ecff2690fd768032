// SPDX-License-Identifier: Apache-2.0
#include "widgets/chart_painter.h"

#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace lossscope::widgets {
namespace {

constexpr double kStroke = 1.6;

/// Broken into lines between words; what still does not fit ends in "…".
void paint_rotated(QPainter& painter, QPointF centre, double angle, QSizeF room, const QString& text) {
  const QFontMetricsF metrics(painter.font());
  const bool one = room.height() < 1.5 * metrics.height();
  painter.save();
  painter.translate(centre);
  painter.rotate(angle);
  painter.drawText(QRectF({-room.width() / 2, -room.height() / 2}, room),
                   Qt::AlignCenter | (one ? 0 : Qt::TextWordWrap),
                   one ? metrics.elidedText(text, Qt::ElideRight, room.width()) : text);
  painter.restore();
}

/// The title of an upright axis at an edge of the chart: it may use all of that edge.
void paint_upright_title(QPainter& painter, QRectF box, const ChartLayout& layout, const AxisLayout& axis, bool right,
                         const QString& title) {
  const QFontMetricsF metrics(painter.font());
  const double line = metrics.height(), thick = axis.title_lines * line;
  const double top = std::max(box.top(), layout.top());
  const double wanted = std::max(layout.plot.height() + line, metrics.horizontalAdvance(title) + 2);
  const double length = std::min(wanted, box.bottom() - top - 2);
  const double middle = std::clamp(layout.plot.center().y(), top + length / 2, box.bottom() - length / 2);
  const double edge = layout.edge(box);
  const double x = right ? edge - 6 - thick / 2 : box.left() + 6 + thick / 2;
  paint_rotated(painter, {x, middle}, right ? 90 : -90, {length, thick}, title);
}

void paint_frame(QPainter& painter, QRectF box, const Chart& chart, const ChartLayout& layout,
                 const ChartColours& colours) {
  const QFontMetricsF metrics(painter.font());
  const double line = metrics.height();
  const QRectF& plot = layout.plot;
  painter.setPen(QPen(colours.grid, 1));
  for (const double tick : layout.x.ticks) {
    painter.drawLine(QPointF(layout.x.pixel(tick), plot.top()), QPointF(layout.x.pixel(tick), plot.bottom()));
  }
  for (const double tick : layout.y.ticks) {
    painter.drawLine(QPointF(plot.left(), layout.y.pixel(tick)), QPointF(plot.right(), layout.y.pixel(tick)));
  }
  painter.setPen(QPen(colours.muted, 1));
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
  painter.drawLine(plot.topLeft(), plot.bottomLeft());
  painter.setPen(colours.text);
  for (const double tick : layout.x.ticks) {
    const double x = layout.x.pixel(tick);
    painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + kChartTick));
    painter.drawText(QRectF(x - 60, plot.bottom() + kChartTick, 120, line), Qt::AlignHCenter | Qt::AlignTop,
                     layout.x.label(tick));
  }
  for (const double tick : layout.y.ticks) {
    const double y = layout.y.pixel(tick);
    painter.drawLine(QPointF(plot.left() - kChartTick, y), QPointF(plot.left(), y));
    painter.drawText(QRectF(plot.left() - kChartTick - 124, y - line / 2, 120, line), Qt::AlignRight | Qt::AlignVCenter,
                     layout.y.label(tick));
  }
  if (chart.has_right_axis()) {
    painter.drawLine(plot.topRight(), plot.bottomRight());
    for (const double tick : layout.right.ticks) {
      const double y = layout.right.pixel(tick);
      painter.drawLine(QPointF(plot.right(), y), QPointF(plot.right() + kChartTick, y));
      painter.drawText(QRectF(plot.right() + kChartTick + 4, y - line / 2, 120, line), Qt::AlignLeft | Qt::AlignVCenter,
                       layout.right.label(tick));
    }
    paint_upright_title(painter, box, layout, layout.right, true, axis_title(chart.right));
  }
  // A title is longer than its axis now and then: it may use all of the chart's edge.
  const QString below = axis_title(chart.x);
  const double edge = layout.edge(box);
  const double width = std::min(std::max(plot.width(), metrics.horizontalAdvance(below) + 2), edge - box.left() - 4);
  const double left = std::clamp(plot.center().x() - width / 2, box.left() + 2, edge - 2 - width);
  painter.drawText(QRectF(left, plot.bottom() + kChartTick + line, width, line + 2),
                   Qt::AlignHCenter | Qt::AlignVCenter, metrics.elidedText(below, Qt::ElideRight, width));
  paint_upright_title(painter, box, layout, layout.y, false, axis_title(chart.y));
}

void paint_title(QPainter& painter, const Chart& chart, const ChartLayout& layout, const ChartColours& colours) {
  const double line = QFontMetricsF(painter.font()).height();
  QRectF row(layout.title.left(), layout.title.top(), layout.title.width(), line);
  if (!chart.title.isEmpty()) {
    const QFont plain = painter.font();
    QFont bold = plain;
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(colours.text);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(bold).elidedText(chart.title, Qt::ElideRight, row.width()));
    painter.setFont(plain);
    row.translate(0, line);
  }
  painter.setPen(colours.muted);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetricsF(painter.font()).elidedText(chart.note, Qt::ElideRight, row.width()));
}

void paint_series_names(QPainter& painter, const Chart& chart, const ChartLayout& layout, const ChartColours& colours) {
  const QFontMetricsF metrics(painter.font());
  QRectF row(layout.legend.left(), layout.legend.top(), layout.legend.width(), metrics.height() + 2);
  for (const ChartSeries& series : chart.series) {
    if (layout.legend_above && row.left() > layout.legend.left() &&
        row.left() + legend_entry(metrics.horizontalAdvance(series.name)) > layout.legend.right()) {
      row.moveTop(row.top() + metrics.height() + 2);
      row.setLeft(layout.legend.left());
    }
    const QPointF middle(row.left(), row.center().y());
    if (series.in_bins()) {
      painter.fillRect(QRectF(row.left() + 2, row.center().y() - 5, 12, 10), series.colour);
    } else {
      painter.setPen(QPen(series.colour, 2, series.dashed ? Qt::DashLine : Qt::SolidLine));
      painter.drawLine(middle + QPointF(0, 0), middle + QPointF(16, 0));
    }
    painter.setPen(colours.text);
    const QRectF name = row.adjusted(22, 0, 0, 0);
    painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(series.name, Qt::ElideRight, name.width()));
    if (layout.legend_above) {
      row.setLeft(row.left() + legend_entry(metrics.horizontalAdvance(series.name)) + kBetweenEntries);
      continue;
    }
    row.translate(0, metrics.height() + 2);
  }
}

void paint_line(QPainter& painter, const ChartSeries& series, const ChartLayout& layout) {
  const AxisLayout& axis = layout.axis_of(series);
  QPainterPath path;
  bool pen_down = false;
  painter.setBrush(Qt::NoBrush);
  for (std::size_t at = 0; at < std::min(series.x.size(), series.y.size()); ++at) {
    const QPointF place(layout.x.pixel(series.x[at]), axis.pixel(series.y[at]));
    if (!std::isfinite(place.x()) || !std::isfinite(place.y())) {
      pen_down = false;
      continue;
    }
    if (series.style == SeriesStyle::points) {
      path.addEllipse(place, 2.5, 2.5);
    } else if (pen_down) {
      path.lineTo(place);
    } else {
      path.moveTo(place);
    }
    pen_down = true;
  }
  if (series.style == SeriesStyle::points) {
    painter.fillPath(path, series.colour);
    return;
  }
  painter.setPen(
      QPen(series.colour, kStroke, series.dashed ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
  painter.drawPath(path);
}

/// The pixel of a value; the axis's low end for one that a logarithmic axis cannot show.
double bin_pixel(const AxisLayout& axis, double value) {
  const double pixel = axis.pixel(value);
  return std::isfinite(pixel) ? std::clamp(pixel, std::min(axis.from, axis.to), std::max(axis.from, axis.to))
                              : axis.from;
}

void paint_bins(QPainter& painter, const ChartSeries& series, const ChartLayout& layout, std::vector<double>& stacked) {
  const AxisLayout& axis = layout.axis_of(series);
  stacked.resize(std::max(stacked.size(), series.y.size()));
  QPainterPath outline;
  for (std::size_t bin = 0; bin < series.y.size() && bin + 1 < series.x.size(); ++bin) {
    const double left = layout.x.pixel(series.x[bin]), right = layout.x.pixel(series.x[bin + 1]);
    const double value = std::isfinite(series.y[bin]) ? series.y[bin] : 0;
    if (series.style == SeriesStyle::bars) {
      const double below = bin_pixel(axis, stacked[bin]);
      stacked[bin] += value;
      const double above = bin_pixel(axis, stacked[bin]);
      const double gap = right - left > 4 ? 0.5 : 0;
      painter.fillRect(
          QRectF(QPointF(left + gap, std::min(above, below)), QPointF(right - gap, std::max(above, below))),
          series.colour);
      continue;
    }
    const double height = bin_pixel(axis, value);
    if (bin == 0) {
      outline.moveTo(left, axis.from);
    }
    outline.lineTo(left, height);
    outline.lineTo(right, height);
    if (bin + 1 == series.y.size()) {
      outline.lineTo(right, axis.from);
    }
  }
  if (series.style == SeriesStyle::steps) {
    QColor inside = series.colour;
    inside.setAlphaF(0.16F);
    painter.fillPath(outline, inside);
    painter.setPen(QPen(series.colour, kStroke, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(outline);
  }
}

void paint_markers(QPainter& painter, const Chart& chart, const ChartLayout& layout, const ChartColours& colours) {
  const QFontMetricsF metrics(painter.font());
  for (const ChartMarker& marker : chart.markers) {
    const double x = layout.x.pixel(marker.x);
    if (!(x >= layout.plot.left() - 1 && x <= layout.plot.right() + 1)) {
      continue;
    }
    const QColor colour = marker.colour.isValid() ? marker.colour : colours.text;
    painter.setPen(QPen(colour, 1, Qt::DashLine));
    painter.drawLine(QPointF(x, layout.plot.top()), QPointF(x, layout.plot.bottom()));
    const double y = layout.y.pixel(marker.y);
    if (std::isfinite(y)) {
      painter.setPen(QPen(colours.background, 1.5));
      painter.setBrush(colour);
      painter.drawEllipse(QPointF(x, y), 4.5, 4.5);
    }
    const double width = metrics.horizontalAdvance(marker.label) + 4;
    const bool to_left = x + 5 + width > layout.plot.right();
    painter.setPen(colour);
    painter.drawText(QRectF(to_left ? x - 5 - width : x + 5, layout.plot.top(), width, metrics.height()),
                     (to_left ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop, marker.label);
  }
}

/// The sample of a line nearest to x, or the bin that x lies in.
std::optional<std::size_t> place_of(const ChartSeries& series, const ChartLayout& layout, double x) {
  if (series.in_bins()) {
    const auto after = std::upper_bound(series.x.begin(), series.x.end(), x);
    const auto bin = after - series.x.begin() - 1;
    return bin >= 0 && bin < static_cast<std::ptrdiff_t>(series.y.size()) ? std::optional<std::size_t>(bin)
                                                                          : std::nullopt;
  }
  std::optional<std::size_t> nearest;
  double distance = std::numeric_limits<double>::infinity();
  for (std::size_t at = 0; at < series.x.size(); ++at) {
    const double away = std::abs(layout.x.pixel(series.x[at]) - layout.x.pixel(x));
    if (away < distance) {
      distance = away;
      nearest = at;
    }
  }
  return nearest;
}

QString hit_title(const Chart& chart, const ChartHit& hit) {
  const QString place = hit.low == hit.high
                            ? chart_number(hit.x, 5)
                            : QString::fromUtf8("%1 … %2").arg(chart_number(hit.low), chart_number(hit.high));
  return chart.x.unit.isEmpty() ? place : place + QLatin1Char(' ') + chart.x.unit;
}

QSizeF card_size(const QPainter& painter, const QString& head, const ChartHit& hit) {
  const QFontMetricsF metrics(painter.font());
  double width = metrics.horizontalAdvance(head);
  for (const auto& value : hit.values) {
    const QString row = value.name + QStringLiteral("   ") + chart_number(value.value, 6);
    width = std::max(width, 14 + metrics.horizontalAdvance(row));
  }
  return {width + 16, metrics.height() * static_cast<double>(hit.values.size() + 1) + 8};
}

}  // namespace

void paint_chart(QPainter& painter, QRectF box, const Chart& chart, const ChartColours& colours) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(box, colours.background);
  const ChartLayout layout = layout_chart(chart, box, painter.font());
  paint_frame(painter, box, chart, layout, colours);
  paint_title(painter, chart, layout, colours);
  if (!layout.legend.isEmpty()) {
    paint_series_names(painter, chart, layout, colours);
  }
  painter.save();
  painter.setClipRect(layout.plot.adjusted(-1, -1, 1, 1));
  std::vector<double> stacked;
  for (const ChartSeries& series : chart.series) {
    if (series.in_bins()) {
      paint_bins(painter, series, layout, stacked);
    } else {
      paint_line(painter, series, layout);
    }
  }
  painter.restore();
  paint_markers(painter, chart, layout, colours);
  painter.restore();
}

std::optional<ChartHit> chart_hit(const Chart& chart, const ChartLayout& layout, QPointF position) {
  if (!layout.plot.contains(position)) {
    return std::nullopt;
  }
  const double x = layout.x.value(position.x());
  ChartHit hit;
  for (const ChartSeries& series : chart.series) {
    const auto place = place_of(series, layout, x);
    if (!place || *place >= series.y.size()) {
      continue;
    }
    hit.low = series.x[*place];
    hit.high = series.in_bins() ? series.x[*place + 1] : hit.low;
    hit.x = layout.x.logarithmic ? std::sqrt(hit.low * hit.high) : (hit.low + hit.high) / 2;
    hit.values.push_back({series.name, series.colour, series.y[*place]});
  }
  return hit.values.empty() ? std::nullopt : std::optional(hit);
}

void paint_hit(QPainter& painter, const Chart& chart, const ChartLayout& layout, const ChartHit& hit,
               const ChartColours& colours) {
  const double x = layout.x.pixel(hit.x);
  painter.setPen(QPen(colours.muted, 1));
  painter.drawLine(QPointF(x, layout.plot.top()), QPointF(x, layout.plot.bottom()));
  const QString head = hit_title(chart, hit);
  QRectF card(QPointF(x + 10, layout.plot.top() + 2), card_size(painter, head, hit));
  if (card.right() > layout.plot.right()) {
    card.moveRight(x - 10);
  }
  QColor back = colours.background;
  back.setAlphaF(0.94F);
  painter.setPen(QPen(colours.grid, 1));
  painter.setBrush(back);
  painter.drawRect(card);
  const double line = QFontMetricsF(painter.font()).height();
  QRectF row(card.left() + 8, card.top() + 4, card.width() - 16, line);
  painter.setPen(colours.text);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, head);
  for (const auto& value : hit.values) {
    row.translate(0, line);
    painter.fillRect(QRectF(row.left(), row.center().y() - 4, 8, 8), value.colour);
    painter.drawText(row.adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, value.name);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, chart_number(value.value, 6));
  }
}

}  // namespace lossscope::widgets
