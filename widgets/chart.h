// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QString>
#include <limits>
#include <vector>

namespace lossscope::widgets {

enum class AxisScale { linear, logarithmic };

/// One axis of a chart. A range whose minimum is not below its maximum follows the data.
struct ChartAxis {
  QString title{};  ///< e.g. "distance to the mask's boundary"
  QString unit{};   ///< e.g. "mm"; may be empty
  AxisScale scale = AxisScale::linear;
  double minimum = 0, maximum = 0;
  bool holds_zero = false;  ///< a linear range that follows the data reaches to 0
  bool whole = false;       ///< it counts something: no label between whole numbers
};

enum class SeriesStyle {
  line,    ///< x and y of equal length; a gap where either is not finite
  points,  ///< the same, as dots
  steps,   ///< y in bins, x their edges (one more): outlines that may cover each other
  bars     ///< the same, filled, each series on top of the one before
};

struct ChartSeries {
  QString name;
  QColor colour;
  SeriesStyle style = SeriesStyle::line;
  bool dashed = false;
  bool right = false;  ///< belongs to the right axis
  std::vector<double> x{}, y{};
  [[nodiscard]] bool in_bins() const { return style == SeriesStyle::steps || style == SeriesStyle::bars; }
};

/// A place that the chart points out: a line at x, and a dot where y is a number.
struct ChartMarker {
  double x = 0;
  double y = std::numeric_limits<double>::quiet_NaN();
  QString label{};
  QColor colour{};  ///< invalid: as the text
};

/// All that a chart says: plain numbers, no pixels and no loss.
struct Chart {
  QString title, note;  ///< the note stands small below the title: what was left out, what was assumed
  ChartAxis x, y, right;
  std::vector<ChartSeries> series;
  std::vector<ChartMarker> markers;

  [[nodiscard]] bool empty() const { return series.empty(); }
  [[nodiscard]] bool has_right_axis() const;
};

/// Colours of lines that stand for losses, by their place in a list; easy to tell apart on light and dark, also for the
/// colour-blind (P. Tol, "bright"), and none of them the colour of mask, prediction or an outcome.
inline constexpr std::size_t kSeriesColours = 8;  ///< then they come again
[[nodiscard]] QColor series_colour(std::size_t place);

/// A whole number in raised digits, as exponents are written.
[[nodiscard]] QString superscript(int number);
/// A number as charts write it: at most `digits` significant digits, no locale.
[[nodiscard]] QString chart_number(double value, int digits = 4);

}  // namespace lossscope::widgets
