// SPDX-License-Identifier: Apache-2.0
// Ranges, ticks and places of a chart.
#include <QFontMetricsF>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/chart_painter.h"
#include "widgets/slice_overlay.h"

namespace lossscope::widgets {
namespace {

constexpr double kChartGap = 6;
constexpr int kMostAbove = 2;      // lines of a legend above the plot
constexpr double kLeastBelow = 6;  // lines that must be left for the plot and what is below it

struct Range {
  double minimum = std::numeric_limits<double>::infinity(), maximum = -std::numeric_limits<double>::infinity();
  void add(double value, bool positive_only) {
    if (std::isfinite(value) && (!positive_only || value > 0)) {
      minimum = std::min(minimum, value);
      maximum = std::max(maximum, value);
    }
  }
};

Range range_of_x(const Chart& chart) {
  Range range;
  const bool logarithmic = chart.x.scale == AxisScale::logarithmic;
  for (const ChartSeries& series : chart.series) {
    for (const double value : series.x) {
      range.add(value, logarithmic);
    }
  }
  return range;
}

Range range_of_y(const Chart& chart, bool right) {
  Range range;
  const bool logarithmic = (right ? chart.right : chart.y).scale == AxisScale::logarithmic;
  std::vector<double> stacked;
  for (const ChartSeries& series : chart.series) {
    if (series.right != right) {
      continue;
    }
    stacked.resize(std::max(stacked.size(), series.y.size()));
    for (std::size_t at = 0; at < series.y.size(); ++at) {
      double value = series.y[at];
      if (series.style == SeriesStyle::bars && std::isfinite(value)) {
        value = stacked[at] += value;
      }
      range.add(value, logarithmic);
    }
  }
  if (!right) {
    for (const ChartMarker& marker : chart.markers) {
      range.add(marker.y, logarithmic);
    }
  }
  return range;
}

std::vector<double> axis_ticks(double minimum, double maximum, double wanted, bool whole) {
  if (whole) {
    wanted = std::max(wanted, 1.0);
  }
  double step = round_length(wanted);
  while (step < wanted * (1 - 1e-9)) {
    step = round_length(step * 2.5);
  }
  std::vector<double> ticks;
  for (double k = std::ceil(minimum / step - 1e-9); k * step <= maximum + 1e-9 * (maximum - minimum); ++k) {
    ticks.push_back(k * step);
  }
  return ticks;
}

std::vector<double> decades(double minimum, double maximum, int at_most) {
  const int first = static_cast<int>(std::ceil(std::log10(minimum) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(maximum) + 1e-9));
  const int step = std::max(1, (last - first + at_most) / std::max(1, at_most));
  std::vector<double> ticks;
  for (int decade = first; decade <= last; decade += step) {
    ticks.push_back(std::pow(10.0, decade));
  }
  return ticks;
}

/// The range that is shown: the axis's own, or the data's with a little room.
void set_range(AxisLayout& out, const ChartAxis& axis, Range data, double room) {
  out.logarithmic = axis.scale == AxisScale::logarithmic;
  out.counts = axis.whole;
  if (axis.minimum < axis.maximum) {
    out.minimum = axis.minimum;
    out.maximum = axis.maximum;
    return;
  }
  if (axis.holds_zero && !out.logarithmic) {
    data.add(0, false);
  }
  if (!(data.minimum <= data.maximum)) {
    data = {out.logarithmic ? 0.1 : 0.0, 1.0};
  }
  if (out.logarithmic) {
    const double stretch = data.minimum == data.maximum ? 2 : std::pow(data.maximum / data.minimum, room);
    out.minimum = data.minimum / stretch;
    out.maximum = data.maximum * stretch;
    return;
  }
  const double flat = std::max(std::abs(data.maximum) * 0.1, std::numeric_limits<double>::min() * 1e10);
  const double stretch = data.minimum == data.maximum ? flat : (data.maximum - data.minimum) * room;
  out.minimum = axis.holds_zero && data.minimum == 0 ? 0 : data.minimum - stretch;
  out.maximum = axis.holds_zero && data.maximum == 0 ? 0 : data.maximum + stretch;
}

void set_ticks(AxisLayout& axis, double label_size) {
  const double pixels = std::abs(axis.to - axis.from);
  const double labels = std::max(1.0, std::floor(pixels / label_size));
  axis.ticks = axis.logarithmic
                   ? decades(axis.minimum, axis.maximum, static_cast<int>(labels))
                   : axis_ticks(axis.minimum, axis.maximum, (axis.maximum - axis.minimum) / labels, axis.counts);
  if (axis.ticks.empty()) {
    axis.ticks = {axis.minimum, axis.maximum};  // less than a decade: no power of ten lies inside
  }
}

double widest_label(const AxisLayout& axis, const QFontMetricsF& metrics) {
  double width = 0;
  for (const double tick : axis.ticks) {
    width = std::max(width, metrics.horizontalAdvance(axis.label(tick)));
  }
  return width;
}

double chart_legend_width(const Chart& chart, const QFontMetricsF& metrics) {
  double width = 0;
  for (const ChartSeries& series : chart.series) {
    width = std::max(width, metrics.horizontalAdvance(series.name));
  }
  return width == 0 ? 0 : legend_entry(width);
}

/// In how many lines of so much room the entries follow each other.
int legend_lines(const Chart& chart, const QFontMetricsF& metrics, double room) {
  int lines = 1;
  double used = 0;
  for (const ChartSeries& series : chart.series) {
    const double width = legend_entry(metrics.horizontalAdvance(series.name));
    if (used > 0 && used + width > room) {
      ++lines;
      used = 0;
    }
    used += width + kBetweenEntries;
  }
  return lines;
}

}  // namespace

bool Chart::has_right_axis() const {
  return std::any_of(series.begin(), series.end(), [](const ChartSeries& one) { return one.right; });
}

QColor series_colour(std::size_t place) {
  constexpr std::array<QRgb, kSeriesColours> kColours{0xff4477aa, 0xffee6677, 0xff228833, 0xffccbb44,
                                                      0xff66ccee, 0xffaa3377, 0xffbbbbbb, 0xff7a5230};
  return QColor::fromRgb(kColours[place % kColours.size()]);
}

QString superscript(int number) {
  static const QString kDigits = QString::fromUtf8("⁰¹²³⁴⁵⁶⁷⁸⁹");
  QString text = number < 0 ? QString::fromUtf8("⁻") : QString();
  for (const QChar digit : QString::number(std::abs(number))) {
    text += kDigits[digit.digitValue()];
  }
  return text;
}

QString chart_number(double value, int digits) {
  return value == 0 ? QStringLiteral("0") : QLocale::c().toString(value, 'g', digits);
}

double AxisLayout::pixel(double value) const {
  if (logarithmic) {
    return value > 0 ? from + (to - from) * std::log(value / minimum) / std::log(maximum / minimum)
                     : std::numeric_limits<double>::quiet_NaN();
  }
  return from + (to - from) * (value - minimum) / (maximum - minimum);
}

double AxisLayout::value(double pixel) const {
  const double share = (pixel - from) / (to - from);
  return logarithmic ? minimum * std::pow(maximum / minimum, share) : minimum + share * (maximum - minimum);
}

/// So many that neighbouring ticks read differently: 0.123456 and 0.123457 need six.
int AxisLayout::digits() const {
  constexpr int kUsual = 4, kMost = 12;
  if (logarithmic || ticks.size() < 2) {
    return kUsual;
  }
  const double step = ticks[1] - ticks[0], size = std::max(std::abs(ticks.front()), std::abs(ticks.back()));
  const double needed = std::floor(std::log10(size) + 1e-9) - std::floor(std::log10(step) + 1e-9) + 1;
  return std::isfinite(needed) ? std::clamp(static_cast<int>(needed), kUsual, kMost) : kUsual;
}

QString AxisLayout::label(double tick) const {
  const double decade = tick > 0 ? std::log10(tick) : 0.5;
  const int whole = static_cast<int>(std::lround(decade));
  if (logarithmic && std::abs(decade - whole) < 1e-9 && std::abs(whole) > 2) {
    return QStringLiteral("10") + superscript(whole);
  }
  if (constexpr double kInFull = 1e6; std::abs(tick) >= 1 && std::abs(tick) < kInFull && tick == std::round(tick)) {
    return QLocale::c().toString(tick, 'f', 0).replace(u'-', QChar(0x2212));  // 15000, not 1.5e+04
  }
  const double range = maximum - minimum;
  return chart_number(!logarithmic && std::abs(tick) < 1e-9 * range ? 0 : tick, digits()).replace(u'-', QChar(0x2212));
}

QString axis_title(const ChartAxis& axis) {
  return axis.unit.isEmpty() ? axis.title : axis.title + QStringLiteral(" (%1)").arg(axis.unit);
}

ChartLayout layout_chart(const Chart& chart, QRectF box, const QFont& font) {
  const QFontMetricsF metrics(font);
  const double line = metrics.height();
  ChartLayout layout;
  QRectF inner = box.adjusted(kChartGap, kChartGap / 2, -kChartGap, -kChartGap / 2);
  const double head = line * ((chart.title.isEmpty() ? 0 : 1) + (chart.note.isEmpty() ? 0 : 1));
  layout.title = QRectF(inner.left(), inner.top(), inner.width(), head);
  inner.setTop(inner.top() + head + kChartGap);
  const double most = inner.width() / 3;
  const int lines = chart.series.size() > 1 && chart_legend_width(chart, metrics) > most
                        ? legend_lines(chart, metrics, inner.width())
                        : kMostAbove + 1;
  if (lines <= kMostAbove && inner.height() - lines * (line + 2) >= kLeastBelow * line) {
    layout.legend_above = true;
    layout.legend = QRectF(inner.left(), inner.top(), inner.width(), lines * (line + 2));
    inner.setTop(layout.legend.bottom() + kChartGap / 2);
  } else if (chart.series.size() > 1) {
    const double width = std::min(chart_legend_width(chart, metrics), most);
    layout.legend = QRectF(inner.right() - width, inner.top(), width, inner.height());
    inner.setRight(inner.right() - width - kChartGap);
  }
  const double below = kChartTick + 2 * line + 2;
  const auto lines_of = [&](const ChartAxis& axis) {
    return metrics.horizontalAdvance(axis_title(axis)) + 4 > box.bottom() - layout.top() ? 2 : 1;
  };
  layout.y.title_lines = lines_of(chart.y);
  layout.right.title_lines = lines_of(chart.right);
  set_range(layout.x, chart.x, range_of_x(chart), 0);
  set_range(layout.y, chart.y, range_of_y(chart, false), 0.06);
  layout.y.from = inner.bottom() - below;
  layout.y.to = inner.top() + line / 2;
  set_ticks(layout.y, 1.7 * line);
  double left = layout.y.title_lines * line + kChartTick + widest_label(layout.y, metrics) + 4, right = line;
  if (chart.has_right_axis()) {
    set_range(layout.right, chart.right, range_of_y(chart, true), 0.06);
    layout.right.from = layout.y.from;
    layout.right.to = layout.y.to;
    set_ticks(layout.right, 1.7 * line);
    right = layout.right.title_lines * line + kChartTick + widest_label(layout.right, metrics) + 4;
  }
  layout.plot = QRectF(QPointF(inner.left() + left, layout.y.to),
                       QPointF(std::max(inner.left() + left + 10, inner.right() - right), layout.y.from));
  layout.x.from = layout.plot.left();
  layout.x.to = layout.plot.right();
  set_ticks(layout.x, metrics.horizontalAdvance(QStringLiteral("-8.8")));
  const double gap = metrics.horizontalAdvance(QStringLiteral("88"));
  if (const double widest = widest_label(layout.x, metrics) + gap; layout.x.ticks.size() > 1) {
    set_ticks(layout.x, widest);  // these ticks may have longer labels: their room is made below
    set_ticks(layout.x, std::max(widest, widest_label(layout.x, metrics) + gap));
  }
  return layout;
}

}  // namespace lossscope::widgets
