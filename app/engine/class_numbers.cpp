// SPDX-License-Identifier: Apache-2.0
#include "app/engine/class_numbers.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "basics/trace.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

bool same_classes(const ClassProblem& a, const ClassProblem& b) {
  return a.activation == b.activation &&
         std::ranges::equal(a.classes, b.classes, [](const ClassChannel& one, const ClassChannel& other) {
           return same_inputs(one.problem, other.problem);
         });
}

std::vector<Metrics> metrics_of(const ClassProblem& classes, int threads, const std::stop_token& stop) {
  const trace::Span span(trace::Category::map, "metrics of the classes");
  const bool exclusive = classes.activation == Activation::softmax;
  const Volume most_likely = exclusive ? most_likely_class(classes, threads, stop) : Volume();
  std::vector<Metrics> metrics;
  for (std::size_t c = 0; c < classes.classes.size(); ++c) {
    metrics.push_back(metrics_between(classes, classes.classes[c].problem.mask,
                                      predicted_as(classes, c, most_likely, threads, stop), threads, stop));
  }
  return metrics;
}

}  // namespace

Metrics metrics_between(const ClassProblem& classes, const Volume& mask, const Volume& predicted, int threads,
                        std::stop_token stop) {
  Problem problem = classes.classes.front().problem;
  problem.mask = mask;
  problem.kind = PredictionKind::probability;
  problem.prediction = make_volume(mask.grid, VoxelType::float32);
  std::ranges::copy(predicted.voxels<std::uint8_t>(), problem.prediction.voxels<float>().begin());
  return compute_metrics(problem, threads, std::move(stop));
}

std::vector<double> gradient_shares(const ClassEvaluation& loss, MapKind kind, int threads,
                                    const std::stop_token& stop) {
  constexpr std::int64_t kBlock = std::int64_t{1} << 14;
  const trace::Span span(trace::Category::map, "shares of the gradient");
  const std::size_t channels = loss.problem().classes.size();
  const std::int64_t voxels = loss.problem().classes.front().problem.mask.grid.voxels();
  std::vector<std::vector<double>> blocks(static_cast<std::size_t>((voxels + kBlock - 1) / kBlock));
  parallel_pieces(voxels, kBlock, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    const auto size = static_cast<std::size_t>(end - begin);
    std::vector<float> maps(channels * size);
    std::vector<std::span<float>> each;
    for (std::size_t c = 0; c < channels; ++c) {
      each.push_back(std::span(maps).subspan(c * size, size));
    }
    loss.all_maps(kind, begin, {}, each);
    std::vector<double>& sums = blocks[static_cast<std::size_t>(begin / kBlock)];
    for (const std::span<float>& map : each) {
      sums.push_back(std::accumulate(map.begin(), map.end(), 0.0, [](double sum, float value) {
        return std::isfinite(value) ? sum + std::abs(static_cast<double>(value)) : sum;
      }));
    }
  });
  std::vector<double> shares(channels, 0);
  for (const std::vector<double>& sums : blocks) {
    std::ranges::transform(shares, sums, shares.begin(), std::plus());
  }
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) {
    share = all > 0 ? share / all : 0;
  }
  return shares;
}

ClassNumbers class_numbers(const LossResult& result, MapKind gradient, const ClassNumbers* before, int threads,
                           const std::stop_token& stop) {
  const ClassEvaluation& loss = result.classes->evaluation();
  ClassNumbers made;
  made.of = loss.problem();
  made.gradient_share = gradient_shares(loss, gradient, threads, stop);
  made.metrics =
      before != nullptr && same_classes(before->of, made.of) ? before->metrics : metrics_of(made.of, threads, stop);
  return made;
}

ClassNumbersFinder::ClassNumbersFinder(std::shared_ptr<Turns> turns, QObject* parent)
    : FinderOf(
          std::move(turns),
          [](const LossResultPtr& result, MapKind gradient, const std::shared_ptr<const void>& before,
             const std::stop_token& stop) -> std::shared_ptr<const void> {
            const auto* known = static_cast<const ClassNumbers*>(before.get());
            return result->classes
                       ? std::make_shared<const ClassNumbers>(class_numbers(*result, gradient, known, 0, stop))
                       : nullptr;
          },
          parent) {}

}  // namespace lossscope
