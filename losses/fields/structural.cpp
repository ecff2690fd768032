// SPDX-License-Identifier: Apache-2.0
// The structural error of losses.md N and its derivative.
#include "losses/fields/structural.h"

#include <algorithm>
#include <cmath>

#include "losses/fields/local_statistics.h"
#include "losses/loss.h"

namespace lossscope {
namespace {

using Values = std::vector<double>;

/// Local mean and deviation, and the local score (x - mean + C4) / (deviation + C4).
struct Local {
  Values x, mean, deviation;

  [[nodiscard]] double score(std::size_t i, double c4) const { return (x[i] - mean[i] + c4) / (deviation[i] + c4); }
};

Local local_statistics(Values x, const LocalWindow& window, double variance_floor) {
  Local local;
  Values squares(x.size());
  std::transform(x.begin(), x.end(), squares.begin(), [](double v) { return v * v; });
  local.mean = window.mean(x);
  local.deviation = window.mean(std::move(squares));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double variance = local.deviation[i] - local.mean[i] * local.mean[i];
    local.deviation[i] = std::sqrt(std::max(variance, 0.0) + variance_floor);
  }
  local.x = std::move(x);
  return local;
}

Values probabilities(const Problem& problem) {
  const auto in = problem.prediction.voxels<float>();
  Values out(in.begin(), in.end());
  if (problem.kind == PredictionKind::logit) {
    std::transform(out.begin(), out.end(), out.begin(), [](double z) { return 1 / (1 + std::exp(-z)); });
  }
  return out;
}

struct Structure {
  LocalWindow window;
  Local mask, prediction;
  Values error;  ///< f e
  double counted = 0, largest = 0;
};

Structure structure_of(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  const auto& [beta, width, sigma, c4, floor, padding, lambda, unused] = request.arguments;
  const auto labels = problem.mask.voxels<std::uint8_t>();
  Structure s{LocalWindow(problem.mask.grid, odd_width(width), sigma, padding < 0.5, stop), {}, {}, {}, 0, 0};
  s.mask = local_statistics(Values(labels.begin(), labels.end()), s.window, floor);
  s.prediction = local_statistics(probabilities(problem), s.window, floor);
  s.error.resize(labels.size());
  for (std::size_t i = 0; i < s.error.size(); ++i) {
    const double e = std::abs(s.mask.score(i, c4) - s.prediction.score(i, c4));
    s.error[i] = e < 1e-9 ? 0.0 : e;  // rounding of equal scores
    s.largest = std::max(s.largest, s.error[i]);
  }
  for (double& e : s.error) {
    e = e > beta * s.largest ? e : 0.0;
    s.counted += e > 0 ? 1 : 0;
  }
  return s;
}

double cross_entropy(const Problem& problem, std::size_t i) {
  const auto g = static_cast<double>(problem.mask.voxels<std::uint8_t>()[i]);
  const auto x = static_cast<double>(problem.prediction.voxels<float>()[i]);
  return (problem.kind == PredictionKind::logit ? voxel_from_logit(g, x) : voxel_from_probability(g, x)).l;
}

Field as_field(const Grid& grid, const Values& values) {
  Field field{make_volume(grid, VoxelType::float32), {}};
  std::transform(values.begin(), values.end(), field.map.voxels<float>().begin(),
                 [](double v) { return static_cast<float>(v); });
  return field;
}

}  // namespace

Field structural_error(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  const Structure s = structure_of(request, problem, stop);
  Field field = as_field(problem.mask.grid, s.error);
  field.scalars = {s.counted, s.largest, 0, 0};
  return field;
}

Field structural_slope(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  const Structure s = structure_of(request, problem, stop);
  const double c4 = request.arguments[3];
  const double lambda = request.arguments[6];
  const std::size_t n = s.error.size();
  Values by_value(n);      // h / v: through the numerator
  Values by_deviation(n);  // k: through the deviation
  Values by_mean(n);       // k mu
  for (std::size_t i = 0; i < n; ++i) {
    const double difference = s.prediction.score(i, c4) - s.mask.score(i, c4);
    const double sign = difference > 0 ? 1 : (difference < 0 ? -1 : 0);
    const double h = s.error[i] > 0 ? (1 - lambda) * cross_entropy(problem, i) * sign / s.counted : 0.0;
    const double u = s.prediction.x[i] - s.prediction.mean[i] + c4;
    const double v = s.prediction.deviation[i] + c4;
    by_value[i] = h / v;
    by_deviation[i] = h * u / (v * v * s.prediction.deviation[i]);
    by_mean[i] = by_deviation[i] * s.prediction.mean[i];
  }
  const Values through_mean = s.window.adjoint(by_value);
  const Values through_deviation = s.window.adjoint(std::move(by_deviation));
  const Values through_product = s.window.adjoint(std::move(by_mean));
  for (std::size_t i = 0; i < n; ++i) {
    by_value[i] += through_product[i] - through_mean[i] - s.prediction.x[i] * through_deviation[i];
  }
  return as_field(problem.mask.grid, by_value);
}

}  // namespace lossscope
