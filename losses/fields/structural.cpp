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

/// Slices [first, last) of a volume that are computed together, and the slices [from, to) that they need.
struct Slab {
  std::int64_t first, last, from, to;
};

/// Calls work(slab) for all slices of a grid, about so many voxels at a time and `halo` slices more on each side:
/// float64 volumes of the whole would take many times the memory of the problem.
template <class Work>
void for_slabs(const Grid& grid, std::int64_t voxels, std::int64_t halo, Work work) {
  const std::int64_t depth = grid.size[2];
  const std::int64_t thickness = std::max(voxels / (grid.size[0] * grid.size[1]) + 1, 4 * halo);
  for (std::int64_t first = 0; first < depth; first += thickness) {
    const std::int64_t last = std::min(first + thickness, depth);
    work(Slab{first, last, std::max<std::int64_t>(first - halo, 0), std::min(last + halo, depth)});
  }
}

template <class T>
Values slab_of(const Volume& volume, const Slab& slab) {
  const std::int64_t slice = volume.grid.size[0] * volume.grid.size[1];
  const T* voxels = volume.voxels<T>().data();
  return {voxels + slab.from * slice, voxels + slab.to * slice};
}

Values probabilities(const Problem& problem, const Slab& slab) {
  Values out = slab_of<float>(problem.prediction, slab);
  if (problem.kind == PredictionKind::logit) {
    std::transform(out.begin(), out.end(), out.begin(), [](double z) { return 1 / (1 + std::exp(-z)); });
  }
  return out;
}

/// The window and the statistics of a slab. They are those of the volume except in the outer slices of the halo, where
/// windows reach beyond the slab: nobody may use them there.
struct Structure {
  LocalWindow window;
  Local mask, prediction;
};

int radius_of(const FieldRequest& request) { return odd_width(request.arguments[1]) / 2; }

Structure structure_of(const FieldRequest& request, const Problem& problem, const Slab& slab,
                       const std::stop_token& stop) {
  const auto& [beta, width, sigma, c4, floor, padding, lambda, unused] = request.arguments;
  Grid grid = problem.mask.grid;
  grid.size[2] = slab.to - slab.from;
  Structure s{LocalWindow(grid, odd_width(width), sigma, padding < 0.5, stop), {}, {}};
  s.mask = local_statistics(slab_of<std::uint8_t>(problem.mask, slab), s.window, floor);
  s.prediction = local_statistics(probabilities(problem, slab), s.window, floor);
  return s;
}

double cross_entropy(const Problem& problem, std::size_t i) {
  const auto g = static_cast<double>(problem.mask.voxels<std::uint8_t>()[i]);
  const auto x = static_cast<double>(problem.prediction.voxels<float>()[i]);
  return (problem.kind == PredictionKind::logit ? voxel_from_logit(g, x) : voxel_from_probability(g, x)).l;
}

}  // namespace

Field structural_error(const FieldRequest& request, const Problem& problem, const std::stop_token& stop,
                       std::int64_t slab_voxels) {
  const double beta = request.arguments[0], c4 = request.arguments[3];
  const Grid& grid = problem.mask.grid;
  Field field{make_volume(grid, VoxelType::float32), {}};
  const auto error = field.map.voxels<float>();
  double largest = 0, counted = 0;
  for_slabs(grid, slab_voxels, radius_of(request), [&](const Slab& slab) {
    const Structure s = structure_of(request, problem, slab, stop);
    const auto begin = static_cast<std::size_t>(grid.offset(0, 0, slab.from));
    for (auto at = static_cast<std::size_t>(grid.offset(0, 0, slab.first));
         at < static_cast<std::size_t>(grid.offset(0, 0, slab.last)); ++at) {
      const double e = std::abs(s.mask.score(at - begin, c4) - s.prediction.score(at - begin, c4));
      error[at] = e < 1e-9 ? 0.0F : static_cast<float>(e);  // rounding of equal scores
      largest = std::max(largest, e < 1e-9 ? 0.0 : e);
    }
  });
  for (float& e : error) {
    e = static_cast<double>(e) > beta * largest ? e : 0.0F;
    counted += e > 0 ? 1 : 0;
  }
  field.scalars = {counted, largest, 0, 0};
  return field;
}

Field structural_slope(const FieldRequest& request, const Problem& problem, const std::stop_token& stop,
                       std::int64_t slab_voxels) {
  const Field whole = structural_error(request, problem, stop, slab_voxels);
  const auto error = whole.map.voxels<float>();
  const double counted = whole.scalars[0], c4 = request.arguments[3], lambda = request.arguments[6];
  const Grid& grid = problem.mask.grid;
  Field field{make_volume(grid, VoxelType::float32), {}};
  // Twice the radius: the adjoint reads statistics a window's radius away, which read voxels a radius further.
  for_slabs(grid, slab_voxels, 2 * radius_of(request), [&](const Slab& slab) {
    const Structure s = structure_of(request, problem, slab, stop);
    const auto begin = static_cast<std::size_t>(grid.offset(0, 0, slab.from));
    const std::size_t n = s.mask.x.size();
    Values by_value(n);      // h / v: through the numerator
    Values by_deviation(n);  // k: through the deviation
    Values by_mean(n);       // k mu
    for (std::size_t i = 0; i < n; ++i) {
      const double difference = s.prediction.score(i, c4) - s.mask.score(i, c4);
      const double sign = difference > 0 ? 1 : (difference < 0 ? -1 : 0);
      const double l = error[begin + i] > 0 ? cross_entropy(problem, begin + i) : 0.0;
      const double h = l != 0 ? (1 - lambda) * l * sign / counted : 0.0;
      const double u = s.prediction.x[i] - s.prediction.mean[i] + c4;
      const double v = s.prediction.deviation[i] + c4;
      by_value[i] = h / v;
      by_deviation[i] = h * u / (v * v * s.prediction.deviation[i]);
      by_mean[i] = by_deviation[i] * s.prediction.mean[i];
    }
    const Values through_mean = s.window.adjoint(by_value);
    const Values through_deviation = s.window.adjoint(std::move(by_deviation));
    const Values through_product = s.window.adjoint(std::move(by_mean));
    const auto slope = field.map.voxels<float>();
    for (auto at = static_cast<std::size_t>(grid.offset(0, 0, slab.first));
         at < static_cast<std::size_t>(grid.offset(0, 0, slab.last)); ++at) {
      const std::size_t i = at - begin;
      slope[at] = static_cast<float>(by_value[i] + through_product[i] - through_mean[i] -
                                     s.prediction.x[i] * through_deviation[i]);
    }
  });
  return field;
}

}  // namespace lossscope
