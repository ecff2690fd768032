// SPDX-License-Identifier: Apache-2.0
#include "app/window/descent_chart.h"

#include "app/figures/text.h"

namespace lossscope {
namespace {

enum Which { kLoss, kDice, kSensitivity, kSpecificity };

double ordinate(const DescentPoint& point, int which, double start) {
  switch (which) {
    case kDice:
      return point.dice;
    case kSensitivity:
      return point.sensitivity;
    case kSpecificity:
      return point.specificity;
    default:
      return start != 0 ? point.loss / start : 0;
  }
}

}  // namespace

QColor lane_colour(std::size_t lane) { return widgets::series_colour(lane); }

QStringList descent_curve_names() {
  return {translated("loss, of its start"), translated("Dice"), translated("sensitivity"), translated("specificity")};
}

widgets::Chart descent_chart(const DescentRun& run, int which, std::int64_t step) {
  widgets::Chart chart;
  chart.x.title = translated("step");
  chart.x.whole = true;
  chart.y.title = descent_curve_names()[which];
  chart.y.holds_zero = which == kLoss;
  const auto lanes = run.lanes();
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    const auto curve = run.curve(lane);
    if (curve.empty()) {
      continue;
    }
    widgets::ChartSeries series;
    series.name = text(lanes[lane].loss->declaration().name);
    series.colour = lane_colour(lane);
    for (const DescentPoint& point : curve) {
      series.x.push_back(static_cast<double>(point.step));
      series.y.push_back(ordinate(point, which, curve.front().loss));
    }
    chart.series.push_back(std::move(series));
  }
  if (step >= 0 && !chart.series.empty()) {
    widgets::ChartMarker marker;
    marker.x = static_cast<double>(step);
    chart.markers.push_back(marker);
  }
  return chart;
}

}  // namespace lossscope
