// SPDX-License-Identifier: Apache-2.0
#include "losses/descent/descent.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

#include "losses/counts.h"
#include "losses/descent/held_logits.h"
#include "losses/evaluation.h"
#include "losses/metrics/metrics.h"
#include "losses/outputs.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kPiece = 1 << 16;
constexpr double kFirst = 0.9, kSecond = 0.999;  // Adam's decay rates
constexpr float kSmallest = 1e-8F;               // Adam's epsilon, in the unit of the rate

double share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : Metrics::kUndefined;
}

/// Counts the thresholded prediction (logit > 0) against the mask, where voxels count.
DescentPoint overlap(const Problem& problem, int threads, const std::stop_token& stop) {
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto z = problem.prediction.voxels<float>();
  const std::uint8_t* counted = problem.counted();
  std::array<std::atomic<std::int64_t>, 4> counts{};  // TN, FP, FN, TP
  parallel_pieces(problem.mask.grid.voxels(), kPiece, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    std::array<std::int64_t, 4> here{};
    for (std::int64_t i = begin; i < end; ++i) {
      if (!counts_at(counted, i)) {
        continue;
      }
      ++here[2 * (g[i] != 0 ? 1 : 0) + (z[i] > 0.0F ? 1 : 0)];
    }
    for (std::size_t k = 0; k < 4; ++k) {
      counts[k] += here[k];
    }
  });
  const std::int64_t tn = counts[0], fp = counts[1], fn = counts[2], tp = counts[3];
  return {0, 0, share(2 * tp, 2 * tp + fp + fn), share(tp, tp + fn), share(tn, tn + fp)};
}

float largest_magnitude(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) {
    largest = std::max(largest, std::abs(value));
  }
  return largest;
}

}  // namespace

struct Descent::Evaluation {
  std::vector<FieldPtr> fields;
  Reduction reduction;
  DescentPoint point;
};

Descent::Descent(const Loss& loss, std::vector<double> parameters, const Problem& start,
                 const DescentSettings& settings, int threads, std::stop_token stop)
    : loss_(&loss), parameters_(std::move(parameters)), settings_(settings), threads_(threads), problem_(start) {
  if (!(settings.rate > 0) || !std::isfinite(settings.rate)) {
    throw std::invalid_argument("a descent's rate must be above 0");
  }
  HeldLogits held = held_logits(start.prediction, start.kind, settings.confidence, start.counts);
  problem_.prediction = std::move(held.logits);
  held_ = held.held;
  problem_.kind = PredictionKind::logit;
  Evaluation first = evaluate(problem_, 0, stop);
  fields_ = std::move(first.fields);
  reduction_ = std::move(first.reduction);
  curve_.push_back(first.point);
  unit_ = largest_gradient_ = static_cast<double>(largest_magnitude(gradient(stop).voxels<float>()));
}

Descent::Evaluation Descent::evaluate(const Problem& problem, std::int64_t step, std::stop_token stop) {
  Evaluation result;
  lossscope::Evaluation made =
      lossscope::evaluate(*loss_, parameters_, problem, fields_from(cache_, stop), threads_, stop);
  result.fields = std::move(made.fields);
  result.reduction = std::move(made.reduction);
  result.point = overlap(problem, threads_, stop);
  result.point.step = step;
  result.point.loss = result.reduction.value;
  return result;
}

Volume Descent::gradient(std::stop_token stop) const {
  Volume values = make_output(problem_.mask.grid, VoxelType::float32);
  const std::array kinds{MapKind::gradient_logit};
  const std::array out{values.voxels<float>()};
  loss_->map_volume(parameters_, problem_, fields_, reduction_, kinds, out, threads_, std::move(stop));
  return values;
}

Volume Descent::descended(std::span<const float> gradient) const {
  Volume next = make_output(problem_.prediction.grid, VoxelType::float32);
  const auto from = problem_.prediction.voxels<float>();
  const auto to = next.voxels<float>();
  const auto unit = static_cast<float>(1 / unit_);
  const auto rate = static_cast<float>(settings_.rate);
  parallel_pieces(next.grid.voxels(), kPiece, threads_, {}, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      to[i] = from[i] - rate * (gradient[i] * unit);
    }
  });
  return next;
}

Volume Descent::adapted(std::span<const float> gradient, Moments& moments) const {
  Volume next = make_output(problem_.prediction.grid, VoxelType::float32);
  const auto from = problem_.prediction.voxels<float>();
  const auto to = next.voxels<float>();
  const auto zeros = [&] { return make_volume(next.grid, VoxelType::float32); };
  const Moments before = moments.first.empty() ? Moments{zeros(), zeros()} : moments;
  moments = {make_output(next.grid, VoxelType::float32), make_output(next.grid, VoxelType::float32)};
  const auto last_first = before.first.voxels<float>(), last_second = before.second.voxels<float>();
  const auto first = moments.first.voxels<float>(), second = moments.second.voxels<float>();
  const auto unit = static_cast<float>(1 / unit_);
  const auto step = static_cast<double>(curve_.size());  // counted from 1
  const auto first_bias = static_cast<float>(1 / (1 - std::pow(kFirst, step)));
  const auto second_bias = static_cast<float>(1 / (1 - std::pow(kSecond, step)));
  const auto rate = static_cast<float>(settings_.rate);
  parallel_pieces(next.grid.voxels(), kPiece, threads_, {}, [&](std::int64_t begin, std::int64_t end) {
    constexpr auto kKeepFirst = static_cast<float>(kFirst), kKeepSecond = static_cast<float>(kSecond);
    for (std::int64_t i = begin; i < end; ++i) {
      const float g = gradient[i] * unit;
      const float m = kKeepFirst * last_first[i] + (1 - kKeepFirst) * g;
      const float v = kKeepSecond * last_second[i] + (1 - kKeepSecond) * g * g;
      first[i] = m;
      second[i] = v;
      to[i] = from[i] - rate * (m * first_bias) / (std::sqrt(v * second_bias) + kSmallest);
    }
  });
  return next;
}

void Descent::step(std::stop_token stop) {
  const auto number = static_cast<std::int64_t>(curve_.size());
  if (stuck()) {
    curve_.push_back(curve_.back());
    curve_.back().step = number;
    return;
  }
  const Volume slope = gradient(stop);
  const bool adam = settings_.optimiser == Optimiser::adam;
  Moments moments = moments_;  // those of the step are new: when it is cancelled, the old ones are still there
  Problem next = problem_;
  next.prediction = adam ? adapted(slope.voxels<float>(), moments) : descended(slope.voxels<float>());
  Evaluation result = evaluate(next, number, std::move(stop));
  problem_ = std::move(next);
  moments_ = std::move(moments);
  fields_ = std::move(result.fields);
  reduction_ = std::move(result.reduction);
  curve_.push_back(result.point);
}

}  // namespace lossscope
