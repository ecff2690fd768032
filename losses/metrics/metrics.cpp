// SPDX-License-Identifier: Apache-2.0
#include "losses/metrics/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "losses/fields/compute.h"
#include "losses/fields/contours.h"
#include "losses/fields/distance.h"

namespace lossscope {
namespace {

double ratio(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : Metrics::kUndefined;
}

void count_overlap(const Volume& mask, const Volume& predicted, Metrics& metrics) {
  const auto g = mask.voxels<std::uint8_t>();
  const auto p = predicted.voxels<std::uint8_t>();
  double tp = 0, fp = 0, fn = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    tp += g[i] & p[i];
    fp += p[i] & (1 - g[i]);
    fn += g[i] & (1 - p[i]);
  }
  const double tn = static_cast<double>(g.size()) - tp - fp - fn;
  metrics.dice = ratio(2 * tp, 2 * tp + fp + fn);
  metrics.jaccard = ratio(tp, tp + fp + fn);
  metrics.sensitivity = ratio(tp, tp + fn);
  metrics.specificity = ratio(tn, tn + fp);
  metrics.precision = ratio(tp, tp + fp);
  const auto& h = mask.grid.spacing;
  const double voxel = h[0] * h[1] * h[2];
  metrics.volume_mask = (tp + fn) * voxel;
  metrics.volume_prediction = (tp + fp) * voxel;
}

/// Distances of one surface's voxels to the nearest voxel of the other surface.
std::vector<double> distances(const Volume& from, const Volume& to, int threads, const std::stop_token& stop) {
  const Volume map = distance_to(to, to.grid.spacing, threads, stop);
  const auto d = map.voxels<float>();
  const auto at = from.voxels<std::uint8_t>();
  std::vector<double> result;
  for (std::size_t i = 0; i < d.size(); ++i) {
    if (at[i] != 0) {
      result.push_back(static_cast<double>(d[i]));
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Percentile of sorted values with linear interpolation, as NumPy's default.
double percentile_of(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], at - static_cast<double>(below));
}

}  // namespace

Metrics compute_metrics(const Problem& problem, int threads, std::stop_token stop) {
  Metrics metrics;
  const Volume predicted = thresholded(problem, 0.5);
  count_overlap(problem.mask, predicted, metrics);
  if (metrics.volume_mask == 0 || metrics.volume_prediction == 0) {
    return metrics;
  }
  const Volume surface = boundary_voxels(problem.mask);
  const Volume other = boundary_voxels(predicted);
  const auto forward = distances(other, surface, threads, stop);
  const auto backward = distances(surface, other, threads, stop);
  if (forward.empty() || backward.empty()) {
    return metrics;  // a single voxel in a grid of one has no surface
  }
  metrics.hausdorff = std::max(forward.back(), backward.back());
  metrics.hausdorff95 = std::max(percentile_of(forward, 0.95), percentile_of(backward, 0.95));
  const double sum =
      std::accumulate(forward.begin(), forward.end(), 0.0) + std::accumulate(backward.begin(), backward.end(), 0.0);
  metrics.mean_surface_distance = sum / static_cast<double>(forward.size() + backward.size());
  return metrics;
}

}  // namespace lossscope
