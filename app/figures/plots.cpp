// SPDX-License-Identifier: Apache-2.0
#include "app/figures/plots.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/engine/curves.h"
#include "app/engine/slicing.h"
#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/sheet.h"
#include "app/figures/text.h"
#include "losses/sum.h"
#include "widgets/picture.h"

namespace lossscope {
namespace {

using widgets::AxisScale;
using widgets::Chart;
using widgets::ChartSeries;
using widgets::Outcome;
using widgets::SeriesStyle;

constexpr std::array kOutcomeColours{Outcome::true_positive, Outcome::false_positive, Outcome::false_negative,
                                     Outcome::true_negative};

QString name_of(const LossResult& result) { return text(loss_name(*result.loss, result.parameters)); }

QString percent(double share) { return percent_number(share) + QStringLiteral(" %"); }

double total_of(const LossStatistics& statistics) {
  return std::accumulate(statistics.contribution.begin(), statistics.contribution.end(), 0.0);
}

/// "FP  61 %": the outcome and its share of the loss; where some parts are negative, there are no shares, and the part
/// itself is named.
QString legend_of(const LossStatistics& statistics, std::size_t outcome) {
  const QString name = widgets::outcome_name(static_cast<Outcome>(outcome));
  const double total = total_of(statistics);
  if (has_negative_parts(statistics)) {
    return name + QStringLiteral("  ") + widgets::chart_number(statistics.contribution[outcome], 3);
  }
  return total > 0 ? name + QStringLiteral("  ") + percent(statistics.contribution[outcome] / total) : name;
}

/// The first and one past the last bin that holds anything.
std::pair<std::size_t, std::size_t> used_bins(const SizeHistogram& histogram) {
  std::size_t first = SizeHistogram::kBins, last = 0;
  for (std::size_t bin = 0; bin < SizeHistogram::kBins; ++bin) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      if (histogram.count(outcome, bin) > 0) {
        first = std::min(first, bin);
        last = bin + 1;
      }
    }
  }
  return {first, last};
}

/// What is so much smaller than the largest is rounding, and would take most of the axis.
constexpr double kLeastShown = 1e-12;

/// The first bin whose lower edge is not below `size`.
std::size_t bin_above(double size) {
  std::size_t bin = 0;
  while (bin + 1 < SizeHistogram::kBins && SizeHistogram::edge(bin) < size) {
    ++bin;
  }
  return bin;
}

double profile_size(const DistanceProfile& profile) {
  double sum = 0;
  for (const auto& bin : profile.contribution) {
    for (const double part : bin) {
      sum += std::abs(part);
    }
  }
  return sum;
}

/// Bins that hold nothing but a trace of the loss at the far ends are not shown.
std::pair<std::size_t, std::size_t> shown_distances(const DistanceProfile& profile, double total) {
  const auto weight = [&](std::size_t bin) {
    double sum = 0;
    for (const double part : profile.contribution[bin]) {
      sum += std::abs(part);
    }
    return sum;
  };
  std::size_t first = 0, last = profile.contribution.size();
  const double trace = 1e-3 * total;
  while (first + 1 < last && weight(first) < trace) {
    ++first;
  }
  while (last > first + 1 && weight(last - 1) < trace) {
    --last;
  }
  return {first, last};
}

/// What the numbers beside the names of the histogram's legend are.
QString legend_words(const LossStatistics& statistics) {
  return has_negative_parts(statistics) ? translated("Beside the names: what they add to the loss. ")
                                        : translated("%: share of the loss. ");
}

/// How many voxels there are, and which are not drawn: zeros, and the bins from `used` to `first`.
QString counts_words(const SizeHistogram& histogram, std::size_t used, std::size_t first, const QString& elements) {
  const ByOutcome& zeros = histogram.zeros();
  const std::int64_t none = std::accumulate(zeros.begin(), zeros.end(), std::int64_t{0});
  std::int64_t tiny = 0;
  for (std::size_t bin = used; bin < first; ++bin) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      tiny += histogram.count(outcome, bin);
    }
  }
  const QString all = QStringLiteral("%1 %2").arg(histogram.total()).arg(elements);
  return tiny > 0 ? translated("%1; not drawn: %2 that are exactly 0, %3 below %4")
                        .arg(all)
                        .arg(none)
                        .arg(tiny)
                        .arg(widgets::chart_number(SizeHistogram::edge(first), 2))
                  : translated("%1, of which %2 are exactly 0 (not drawn)").arg(all).arg(none);
}

}  // namespace

Chart size_histogram(const LossResult& result, const LossStatistics& statistics, HistogramOf what,
                     GradientOf gradient) {
  const SizeHistogram& histogram = what == HistogramOf::contribution ? statistics.contributions : statistics.gradients;
  Chart chart;
  const Grid& grid = result.problem.mask.grid;
  const QString elements = grid_words(translated("voxels"), grid);
  const QString slope = gradient == GradientOf::logit ? QStringLiteral("|dL/dz|") : QStringLiteral("|dL/dp|");
  chart.title = what == HistogramOf::contribution ? translated("%1: contributions").arg(name_of(result))
                                                  : translated("%1: gradients").arg(name_of(result));
  chart.x = {what == HistogramOf::contribution ? grid_words(translated("contribution of a voxel"), grid) : slope,
             {},
             AxisScale::logarithmic};
  chart.y = {elements, {}, AxisScale::logarithmic};
  const auto [used, last] = used_bins(histogram);
  if (used >= last) {
    return chart;
  }
  const std::size_t first = std::max(used, bin_above(SizeHistogram::edge(last - 1) * kLeastShown));
  const std::size_t step = (last - first + 95) / 96;  // at most 96 bins: a person must see them
  std::int64_t most = 1;
  for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
    ChartSeries series;
    series.name = what == HistogramOf::contribution ? legend_of(statistics, outcome)
                                                    : widgets::outcome_name(static_cast<Outcome>(outcome));
    series.colour = widgets::outcome_colour(kOutcomeColours[outcome]);
    series.style = SeriesStyle::steps;
    for (std::size_t bin = first; bin < last; bin += step) {
      std::int64_t count = 0;
      for (std::size_t part = bin; part < std::min(bin + step, SizeHistogram::kBins); ++part) {
        count += histogram.count(outcome, part);
      }
      most = std::max(most, count);
      series.x.push_back(bin == 0 ? SizeHistogram::edge(1) / 2 : SizeHistogram::edge(bin));
      series.y.push_back(static_cast<double>(count));
    }
    series.x.push_back(SizeHistogram::edge(std::min(first + series.y.size() * step, SizeHistogram::kBins - 8)));
    chart.series.push_back(std::move(series));
  }
  chart.y.minimum = 0.5;
  chart.y.maximum = static_cast<double>(most) * 2;
  chart.note = (what == HistogramOf::contribution ? legend_words(statistics) : QString()) +
               counts_words(histogram, used, first, elements);
  return chart;
}

Chart distance_chart(const LossResult& result, const LossStatistics& statistics, const QString& unit) {
  const DistanceProfile& profile = statistics.by_distance;
  const double total = total_of(statistics);
  Chart chart;
  chart.title = translated("%1: where the loss lies").arg(name_of(result));
  const bool signs = has_negative_parts(statistics);
  chart.note = signs ? translated("Some parts are negative: they add up to the loss, %1, and are no shares of it")
                           .arg(widgets::chart_number(total, 4))
                     : translated("%1 of the loss lies within %2 %3 of the boundary")
                           .arg(percent(total > 0 ? statistics.boundary / total : 0))
                           .arg(statistics.boundary_width)
                           .arg(unit);
  chart.x = {translated("distance to the mask's boundary, negative inside"), unit};
  chart.y = {signs ? translated("what is added to the loss") : translated("share of the loss"),
             signs ? QString() : QStringLiteral("%"),
             AxisScale::linear,
             0,
             0,
             true};
  if (!(total > 0) && !signs) {
    return chart;
  }
  const double factor = signs ? 1 : 100 / total;
  const auto [first, last] = shown_distances(profile, profile_size(profile));
  const std::size_t step = (last - first + 79) / 80;
  for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
    ChartSeries series;
    series.name = legend_of(statistics, outcome);
    series.colour = widgets::outcome_colour(kOutcomeColours[outcome]);
    series.style = SeriesStyle::bars;
    for (std::size_t bin = first; bin < last; bin += step) {
      double sum = 0;
      for (std::size_t part = bin; part < std::min(bin + step, last); ++part) {
        sum += profile.contribution[part][outcome];
      }
      series.x.push_back(static_cast<double>(profile.first + static_cast<std::int64_t>(bin)) * profile.width);
      series.y.push_back(factor * sum);
    }
    series.x.push_back(series.x.back() + static_cast<double>(step) * profile.width);
    chart.series.push_back(std::move(series));
  }
  chart.markers.push_back({0, std::numeric_limits<double>::quiet_NaN(), translated("boundary")});
  return chart;
}

Chart voxel_chart(const LossResult& result, const VoxelProbe& probe) {
  constexpr int kSamples = 201;
  std::vector<double> p;
  for (int at = 0; at < kSamples; ++at) {
    p.push_back(static_cast<double>(at) / (kSamples - 1));
  }
  Chart chart;
  const bool foreground = probe.mask > 0.5;
  const Grid& grid = result.problem.mask.grid;
  chart.title =
      grid_words(translated("%1 at voxel (%2)"), grid).arg(name_of(result), index_text(flat_axis(grid), probe.voxel));
  chart.note = translated("Against p = g, all else as it is. Now g = %1, p = %2")
                   .arg(foreground ? 1 : 0)
                   .arg(widgets::chart_number(probe.p));
  if (!probe.counts) {
    chart.note =
        grid_words(translated("This voxel does not count: whatever it were, the loss would be the same."), grid);
  }
  chart.x = {translated("its probability p"), {}, AxisScale::linear, 0, 1};
  chart.y = {translated("rise of the loss"), {}, AxisScale::linear, 0, 0, true};
  for (const bool g : {true, false}) {
    const std::array own{g ? 1.0 : 0.0, probe.p};
    const auto right = voxel_curve(result, probe.offset, g, own);
    auto values = voxel_curve(result, probe.offset, g, p);
    if (values.empty()) {
      chart.note = translated("A script has no sums: its curve cannot be known without evaluating it again.");
      return chart;
    }
    for (double& value : values) {
      value -= right[0];
    }
    // An error within the mask is a miss, outside of it a false alarm: their colours, which white paper bears.
    const QColor colour =
        widgets::outcome_colour(g ? widgets::Outcome::false_negative : widgets::Outcome::false_positive);
    chart.series.push_back({g ? translated("g = 1") : translated("g = 0"), colour, SeriesStyle::line, g != foreground,
                            false, p, std::move(values)});
    if (g == foreground) {
      chart.markers.push_back({probe.p, right[1] - right[0], translated("now"), colour});
    }
  }
  return chart;
}

Chart parameter_chart(const LossResult& result, std::size_t parameter, const std::vector<double>& at,
                      const std::vector<double>& values, double value) {
  const ParameterInfo& info = result.loss->parameters()[parameter];
  Chart chart;
  chart.title = translated("%1 along %2").arg(name_of(result), text(info.id));
  chart.x = {text(info.label), {}, info.scale == Scale::logarithmic ? AxisScale::logarithmic : AxisScale::linear};
  chart.y = {translated("loss")};
  ChartSeries series;
  series.name = name_of(result);
  series.colour = widgets::series_colour(0);
  series.x.assign(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(values.size()));
  series.y = values;
  chart.x.minimum = at.front();
  chart.x.maximum = at.back();
  chart.series.push_back(std::move(series));
  chart.markers.push_back({value, result.reduction.value, translated("now")});
  return chart;
}

}  // namespace lossscope
