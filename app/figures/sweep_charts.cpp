// SPDX-License-Identifier: Apache-2.0
#include "app/figures/sweep_charts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/figures/sweep_figure.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

constexpr double kNowhere = std::numeric_limits<double>::quiet_NaN();

void mark(widgets::Chart& chart, double here) {
  if (!std::isnan(here)) {
    chart.markers.push_back({here, kNowhere, translated("now")});
  }
}

double largest(const std::vector<double>& values) {
  double size = 0;
  for (const double value : values) {
    size = std::isfinite(value) ? std::max(size, std::abs(value)) : size;
  }
  return size;
}

std::array<double, 3> unit(const std::array<double, 3>& direction) {
  const double length = std::hypot(direction[0], direction[1], direction[2]);
  return length > 0 ? std::array{direction[0] / length, direction[1] / length, direction[2] / length}
                    : std::array{1.0, 0.0, 0.0};
}

bool is_meant(const SweepVariable& variable, const ConfiguredLoss& configured) {
  return (variable.loss.empty() || variable.loss == configured.loss->declaration().id) &&
         configured.loss->parameter(variable.parameter).has_value();
}

}  // namespace

widgets::Chart sweep_losses_chart(const Sweep& sweep, double here) {
  widgets::Chart chart;
  const bool several = sweep.losses.size() > 1;
  chart.x = sweep_axis(sweep);
  chart.y.title = several ? translated("loss / its largest value") : translated("loss");
  chart.y.holds_zero = true;
  for (std::size_t at = 0; at < sweep.losses.size(); ++at) {
    widgets::ChartSeries series = loss_series(sweep, at);
    series.colour = widgets::series_colour(at);
    series.dashed = at >= widgets::kSeriesColours;
    const double most = largest(series.y);
    if (several && most > 0) {
      series.name += QStringLiteral("  (%1)").arg(widgets::chart_number(most, 3));
      std::transform(series.y.begin(), series.y.end(), series.y.begin(), [most](double v) { return v / most; });
    }
    chart.series.push_back(std::move(series));
  }
  if (several) {
    chart.note = translated("in brackets: the largest value of each");
  }
  mark(chart, here);
  return chart;
}

widgets::Chart sweep_metrics_chart(const Sweep& sweep, double here) {
  widgets::Chart chart;
  chart.x = sweep_axis(sweep);
  chart.y.title = translated("Dice coefficient");
  chart.y.minimum = 0;
  chart.y.maximum = 1.02;
  chart.right.title = translated("Hausdorff distance");
  chart.right.unit = QString::fromStdString(sweep.length);
  chart.right.holds_zero = true;
  chart.series = {
      {translated("Dice"), widgets::series_colour(2), widgets::SeriesStyle::line, false, false, sweep.at, sweep.dice},
      {translated("Hausdorff"), widgets::series_colour(5), widgets::SeriesStyle::line, true, true, sweep.at,
       sweep.hausdorff}};
  mark(chart, here);
  return chart;
}

double swept_value(const Session& session, const Sweep& sweep, const std::array<double, 3>& direction) {
  const SweepVariable& variable = sweep.variable;
  const Degradation degradation = session.prediction().degradation();
  if (variable.kind == SweepVariable::Kind::shift) {
    const auto along = unit(direction);
    const auto& shift = degradation.shift;
    return shift[0] * along[0] + shift[1] * along[1] + shift[2] * along[2];
  }
  if (variable.kind == SweepVariable::Kind::threshold) {
    return session.prediction().threshold.value_or(kNowhere);
  }
  if (variable.part != nullptr) {
    return degradation.*variable.part->value;
  }
  for (const ConfiguredLoss& configured : sweep.losses) {
    if (variable.kind == SweepVariable::Kind::parameter && is_meant(variable, configured)) {
      return session.loss.values_of(*configured.loss)[*configured.loss->parameter(variable.parameter)];
    }
  }
  return kNowhere;
}

void set_swept(Session& session, const Sweep& sweep, const std::array<double, 3>& direction, double value) {
  const SweepVariable& variable = sweep.variable;
  Degradation degradation = session.prediction().degradation();
  if (variable.kind == SweepVariable::Kind::shift) {
    const auto along = unit(direction);
    degradation.shift = {along[0] * value, along[1] * value, along[2] * value};
  } else if (variable.kind == SweepVariable::Kind::threshold) {
    session.prediction().threshold = value;
  } else if (variable.part != nullptr) {
    degradation.*variable.part->value = value;
  }
  if (variable.kind == SweepVariable::Kind::shift || variable.part != nullptr) {
    session.predict_from<FromMask>().degradation = degradation;
  }
  for (const ConfiguredLoss& configured : sweep.losses) {
    if (variable.kind == SweepVariable::Kind::parameter && is_meant(variable, configured)) {
      session.loss.parameters[std::string(configured.loss->declaration().id)][variable.parameter] = value;
    }
  }
}

}  // namespace lossscope
