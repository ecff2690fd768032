// SPDX-License-Identifier: Apache-2.0
#include "app/figures/sweep_figure.h"

#include <cmath>

#include "app/figures/text.h"
#include "widgets/chart_scene.h"

namespace lossscope {
namespace {

using widgets::Chart;
using widgets::ChartSeries;

const QColor kMetric(0x4a, 0x4f, 0x57);

/// Few holes in the last row.
int sweep_columns(const Sweep& sweep) {
  const std::size_t panels = sweep.losses.size() + 2;
  return panels == 4 || panels == 7 || panels == 8 ? 4 : widgets::figure_columns(panels);
}

widgets::FigurePanel panel(const Sweep& sweep, const QString& title, const QString& unit, ChartSeries series,
                           double here) {
  Chart chart;
  chart.x = sweep_axis(sweep);
  chart.y.unit = unit;
  if (!std::isnan(here)) {
    chart.markers.push_back({here});
  }
  chart.y.holds_zero = true;
  series.name.clear();  // the panel's title names it
  ChartSeries dots = series;
  dots.style = widgets::SeriesStyle::points;
  chart.series = {std::move(series)};
  if (sweep.at.size() <= 41) {  // each step is seen as what it is: a sample
    chart.series.push_back(std::move(dots));
  }
  widgets::FigurePanel result;
  result.scene = std::make_shared<widgets::ChartScene>(std::move(chart));
  result.title = title;
  return result;
}

ChartSeries metric_series(const Sweep& sweep, const std::vector<double>& values) {
  ChartSeries series;
  series.colour = kMetric;
  series.x = sweep.at;
  series.y = values;
  return series;
}

/// As a person says it; of a parameter its id.
QString axis_name(const SweepVariable& variable) {
  return variable.part != nullptr ? text(variable.part->name) : QString::fromStdString(to_string(variable));
}

}  // namespace

widgets::ChartAxis sweep_axis(const Sweep& sweep) {
  widgets::ChartAxis axis;
  axis.unit = QString::fromStdString(unit_of(sweep.variable));
  if (axis.unit == QLatin1String("mm")) {
    axis.unit = QString::fromStdString(sweep.length);
  }
  axis.title = axis_name(sweep.variable);
  for (const ConfiguredLoss& configured : sweep.losses) {
    const auto at = configured.loss->parameter(sweep.variable.parameter);
    if (sweep.variable.kind == SweepVariable::Kind::parameter && at) {
      axis.title = text(configured.loss->parameters()[*at].label);
    }
  }
  return axis;
}

ChartSeries loss_series(const Sweep& sweep, std::size_t loss) {
  ChartSeries series;
  series.name = text(sweep.losses[loss].loss->declaration().name);
  series.colour = widgets::series_colour(0);
  series.x = sweep.at;
  series.y = sweep.values[loss];
  return series;
}

widgets::Figure sweep_figure(const Sweep& sweep, const QString& case_text, double here) {
  widgets::Figure figure;
  const widgets::ChartAxis axis = sweep_axis(sweep);
  const QString range =
      QStringLiteral("%1 from %2 to %3 %4")
          .arg(axis.title, widgets::chart_number(sweep.at.front()), widgets::chart_number(sweep.at.back()), axis.unit)
          .trimmed()
          .replace(QStringLiteral(" -"), QStringLiteral(" \u2212"));
  figure.title = QStringLiteral("Sweep: %1").arg(range);
  figure.subtitle = case_text;
  for (std::size_t loss = 0; loss < sweep.losses.size(); ++loss) {
    ChartSeries series = loss_series(sweep, loss);
    const QString name = series.name;
    figure.panels.push_back(panel(sweep, name, {}, std::move(series), here));
  }
  figure.panels.push_back(panel(sweep, QStringLiteral("Dice coefficient"), {}, metric_series(sweep, sweep.dice), here));
  figure.panels.push_back(panel(sweep,
                                QStringLiteral("Hausdorff distance (%1)").arg(QString::fromStdString(sweep.length)), {},
                                metric_series(sweep, sweep.hausdorff), here));
  figure.columns = sweep_columns(sweep);
  figure.caption << QStringLiteral(
      "Blue: losses, each with its own range, which begins at 0. Grey: metrics of the prediction thresholded at 0.5.");
  if (!std::isnan(here)) {
    figure.caption.back() += QStringLiteral(" Dashed: this case.");
  }
  return figure;
}

QSizeF sweep_figure_size(const Sweep& sweep) {
  const std::size_t panels = sweep.losses.size() + 2;
  const int columns = sweep_columns(sweep);
  const int rows = (static_cast<int>(panels) + columns - 1) / columns;
  return {columns <= 3 ? 760.0 : columns * 250.0, 110.0 + rows * 200.0};
}

}  // namespace lossscope
