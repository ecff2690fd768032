// SPDX-License-Identifier: Apache-2.0
// Charts on QPainter: one painter for the window, SVG, PDF and PNG. (VTK's charts need OpenGL and write no true vector
// SVG; Qt Charts is GPL, which an Apache-2.0 program cannot link.)
#pragma once

#include <QPainter>
#include <QRectF>
#include <optional>

#include "widgets/chart.h"

namespace lossscope::widgets {

struct ChartColours {
  QColor background = Qt::white, text{0x1b, 0x1d, 0x21}, muted{0x6b, 0x70, 0x78}, grid{0xe3, 0xe5, 0xe9};
};

/// Where one axis lies: the values at its two ends, the pixels there, and the values that get a label.
struct AxisLayout {
  double minimum = 0, maximum = 1;
  double from = 0, to = 1;  ///< pixel of minimum and of maximum
  bool logarithmic = false, counts = false;
  std::vector<double> ticks;
  int title_lines = 1;  ///< of an upright axis: two where its title is longer than the chart is high

  [[nodiscard]] double pixel(double value) const;  ///< NaN for a value that a logarithmic axis cannot show
  [[nodiscard]] double value(double pixel) const;
  [[nodiscard]] QString label(double tick) const;
  [[nodiscard]] int digits() const;  ///< significant ones of its labels
};

struct ChartLayout {
  QRectF plot, legend, title;
  bool legend_above = false;  ///< in lines above the plot: beside it names would be cut
  /// Where what stands above the plot ends.
  [[nodiscard]] double top() const { return legend_above ? legend.bottom() : title.bottom(); }
  /// Where what is beside the plot ends at the right.
  [[nodiscard]] double edge(QRectF box) const { return legend.isEmpty() || legend_above ? box.right() : legend.left(); }
  AxisLayout x, y, right;
  [[nodiscard]] const AxisLayout& axis_of(const ChartSeries& series) const { return series.right ? right : y; }
};

constexpr double kBetweenEntries = 8;  ///< pixels between two of a legend in a line
constexpr double kChartTick = 4;       ///< pixels that a tick stands out of the plot

/// "Hausdorff distance (mm)"
[[nodiscard]] QString axis_title(const ChartAxis& axis);

/// How wide a legend's entry is with a name so wide.
[[nodiscard]] inline double legend_entry(double name) { return name + 24; }

/// Lays a chart out in `box` with the metrics of `font`.
[[nodiscard]] ChartLayout layout_chart(const Chart& chart, QRectF box, const QFont& font);

/// Draws the chart into `box`: background, axes with titles and units, grid, series, markers, legend.
void paint_chart(QPainter& painter, QRectF box, const Chart& chart, const ChartColours& colours = {});

/// What stands at one x: the nearest sample, or the bin, of every series.
struct ChartHit {
  double x = 0;              ///< of the nearest sample, or the middle of the bin
  double low = 0, high = 0;  ///< the bin's edges; both x for lines
  struct Value {
    QString name;
    QColor colour;
    double value = 0;
  };
  std::vector<Value> values;
};

/// The values under a position; none outside the plot or where no series has any.
[[nodiscard]] std::optional<ChartHit> chart_hit(const Chart& chart, const ChartLayout& layout, QPointF position);

/// Draws a hit over a painted chart: a line at x and a box with the values.
void paint_hit(QPainter& painter, const Chart& chart, const ChartLayout& layout, const ChartHit& hit,
               const ChartColours& colours);

}  // namespace lossscope::widgets
