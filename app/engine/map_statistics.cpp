// SPDX-License-Identifier: Apache-2.0
#include "app/engine/map_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "basics/trace.h"
#include "losses/counts.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kBlock = 1 << 15;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

MapStatistics nothing() {
  MapStatistics s;
  s.contribution_minimum = s.gradient_minimum = kInfinity;
  s.contribution_maximum = s.gradient_maximum = -kInfinity;
  return s;
}

void add_voxel(MapStatistics& s, double contribution, double gradient, bool in_mask, bool predicted) {
  s.contribution_sum += contribution;
  s.contribution_minimum = std::min(s.contribution_minimum, contribution);
  s.contribution_maximum = std::max(s.contribution_maximum, contribution);
  s.by_region[in_mask ? (predicted ? 0 : 2) : (predicted ? 1 : 3)] += contribution;
  s.gradient_minimum = std::min(s.gradient_minimum, gradient);
  s.gradient_maximum = std::max(s.gradient_maximum, gradient);
  s.gradient_l1 += std::abs(gradient);
  s.gradient_l2 += gradient * gradient;
}

void add(MapStatistics& s, const MapStatistics& other) {
  s.contribution_sum += other.contribution_sum;
  s.contribution_minimum = std::min(s.contribution_minimum, other.contribution_minimum);
  s.contribution_maximum = std::max(s.contribution_maximum, other.contribution_maximum);
  for (std::size_t region = 0; region < s.by_region.size(); ++region) {
    s.by_region[region] += other.by_region[region];
  }
  s.gradient_minimum = std::min(s.gradient_minimum, other.gradient_minimum);
  s.gradient_maximum = std::max(s.gradient_maximum, other.gradient_maximum);
  s.gradient_l1 += other.gradient_l1;
  s.gradient_l2 += other.gradient_l2;
}

}  // namespace

MapStatistics map_statistics(const Evaluation& loss, MapKind gradient, int threads, std::stop_token stop) {
  const Problem& problem = loss.problem;
  const trace::Span span(trace::Category::map, "statistics of the maps");
  const std::int64_t voxels = problem.mask.grid.voxels();
  std::vector<MapStatistics> blocks(static_cast<std::size_t>((voxels + kBlock - 1) / kBlock), nothing());
  const auto labels = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  const std::uint8_t* counts = problem.counted();
  const float level = problem.kind == PredictionKind::logit ? 0.0F : 0.5F;
  parallel_pieces(voxels, kBlock, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> contributions(static_cast<std::size_t>(end - begin));
    std::vector<float> gradients(contributions.size());
    const MapKind kinds[]{MapKind::contribution, gradient};
    const std::span<float> out[]{contributions, gradients};
    loss.map_range(begin, kinds, out);
    MapStatistics& block = blocks[static_cast<std::size_t>(begin / kBlock)];
    for (std::int64_t i = begin; i < end; ++i) {
      if (!counts_at(counts, i)) {
        continue;
      }
      add_voxel(block, contributions[i - begin], gradients[i - begin], labels[i] != 0, prediction[i] > level);
    }
  });
  MapStatistics total = nothing();
  for (const MapStatistics& block : blocks) {
    add(total, block);
  }
  total.gradient_l2 = std::sqrt(total.gradient_l2);
  return total;
}

}  // namespace lossscope
