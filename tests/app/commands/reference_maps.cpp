// SPDX-License-Identifier: Apache-2.0
#include "tests/app/commands/reference_maps.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace lossscope::testing {
namespace {

constexpr double kEps = 1e-7;

/// W(w, Z) of losses.md, section 1.
ReferenceMaps weighted_cross_entropy(const std::vector<int>& g, const std::vector<double>& p,
                                     const std::function<double(std::size_t)>& weight) {
  ReferenceMaps maps;
  const auto n = static_cast<double>(g.size());
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double s = 2 * g[i] - 1;
    const double q = g[i] == 1 ? 1 - p[i] : p[i];
    const double pt = 1 - q;
    const double l = q < 0.5 ? -std::log1p(-q) : -std::log(std::max(pt, kEps));
    maps.contribution.push_back(weight(i) * l / n);
    maps.gradient_probability.push_back(-s * weight(i) / (std::max(pt, kEps) * n));
    maps.gradient_logit.push_back(-s * weight(i) * q / n);
    maps.value += maps.contribution.back();
  }
  return maps;
}

}  // namespace

ReferenceMaps reference_bce(const std::vector<int>& g, const std::vector<double>& p) {
  return weighted_cross_entropy(g, p, [](std::size_t) { return 1.0; });
}

ReferenceMaps reference_dice(const std::vector<int>& g, const std::vector<double>& p) {
  double overlap = 0, sum = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    overlap += p[i] * g[i];
    sum += p[i] + g[i];
  }
  const double denominator = sum + 1;  // smoothing 1 in numerator and denominator
  ReferenceMaps maps;
  maps.value = 1 - (2 * overlap + 1) / denominator;
  for (std::size_t i = 0; i < g.size(); ++i) {
    maps.contribution.push_back((p[i] + g[i] - 2 * p[i] * g[i]) / denominator);
    const double slope = (-2 * g[i] * denominator + 2 * overlap + 1) / (denominator * denominator);
    maps.gradient_probability.push_back(slope);
    maps.gradient_logit.push_back(slope * p[i] * (1 - p[i]));
  }
  return maps;
}

ReferenceMaps reference_dist_map(const std::vector<int>& g, const std::vector<double>& p, const Grid& grid) {
  const auto size = grid.size;
  const auto at = [&](std::size_t i) {
    const auto n = static_cast<std::int64_t>(i);
    return std::array<double, 3>{static_cast<double>(n % size[0]) * grid.spacing[0],
                                 static_cast<double>(n / size[0] % size[1]) * grid.spacing[1],
                                 static_cast<double>(n / size[0] / size[1]) * grid.spacing[2]};
  };
  std::vector<double> inside(g.size(), std::numeric_limits<double>::infinity());
  std::array<double, 2> farthest{0, 0};
  for (std::size_t i = 0; i < g.size(); ++i) {
    for (std::size_t j = 0; j < g.size(); ++j) {
      if (g[i] != g[j]) {
        const auto a = at(i), b = at(j);
        inside[i] = std::min(inside[i], std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
      }
    }
    farthest[static_cast<std::size_t>(g[i])] = std::max(farthest[static_cast<std::size_t>(g[i])], inside[i]);
  }
  std::vector<double> phi(g.size());
  std::array<double, 2> largest{0, 0};
  for (std::size_t i = 0; i < g.size(); ++i) {
    phi[i] = farthest[static_cast<std::size_t>(g[i])] - inside[i];
    largest[static_cast<std::size_t>(g[i])] = std::max(largest[static_cast<std::size_t>(g[i])], phi[i]);
  }
  return weighted_cross_entropy(g, p, [&](std::size_t i) {
    const double scale = largest[static_cast<std::size_t>(g[i])];
    return 1 + (scale > 0 ? phi[i] / scale : 0);
  });
}

}  // namespace lossscope::testing
