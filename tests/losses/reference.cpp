// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/reference.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "losses/counts.h"
#include "losses/drivers/autograd/formulas.h"

namespace lossscope::reference {
namespace {

torch::Tensor predictions(const Problem& problem) {
  const auto all = torch::from_blob(problem.prediction.data.get(), {problem.mask.grid.voxels()}, torch::kFloat32);
  return autograd::counted_only(all.to(torch::kFloat64), problem);
}

/// The gradient that backward() left, 0 where the value does not depend on `x`, and where a voxel does not count.
std::vector<double> slopes_of(const torch::Tensor& x, const Problem& problem) {
  std::vector<double> slopes(static_cast<std::size_t>(problem.mask.grid.voxels()));
  if (!x.grad().defined()) {
    return slopes;
  }
  const auto values = x.grad().contiguous();
  const double* next = values.data_ptr<double>();
  const std::uint8_t* counts = problem.counted();
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    slopes[i] = counts_at(counts, static_cast<std::int64_t>(i)) ? *next++ : 0;
  }
  return slopes;
}

}  // namespace

bool knows(const std::string& id) { return autograd::has_formula(id); }

Gradients gradients(const std::string& id, const std::vector<double>& parameters, const Problem& problem,
                    const std::vector<FieldPtr>& fields) {
  autograd::Image image = autograd::constants(problem, fields, torch::kFloat64);
  const auto input = predictions(problem);
  if (input.numel() == 0) {  // no voxel counts
    const std::vector<double> none(static_cast<std::size_t>(problem.mask.grid.voxels()));
    return {0, none, none};
  }
  const bool logits = problem.kind == PredictionKind::logit;
  const auto s = 2 * image.g - 1;

  // The logit of a saturated p (0 or 1) is infinite; +-600 stands for it.
  const auto z = (logits ? input : torch::logit(input).clamp(-600, 600)).clone().requires_grad_(true);
  image.p = torch::sigmoid(z);
  auto l = torch::softplus(-s * z, 1, 40);
  auto l_other = torch::softplus(s * z, 1, 40);
  if (!logits) {  // the clamp of a probability's cross-entropy, straight through
    for (torch::Tensor* cost : {&l, &l_other}) {
      *cost = *cost + (cost->detach().clamp_max(-std::log(1e-7)) - cost->detach());
    }
  }
  image.l = [&l] { return l; };
  image.l_other = [&l_other] { return l_other; };
  image.through_logit = true;
  const auto from_logit = autograd::value(id, parameters, image);
  from_logit.backward();

  const auto p = (logits ? torch::sigmoid(input) : input).clone().requires_grad_(true);
  image.p = p;
  for (auto [cost, g] : {std::pair(&l, image.g), std::pair(&l_other, 1 - image.g)}) {
    const auto unclamped = cost->detach();
    *cost = autograd::clamped_cross_entropy(p, g);
    if (logits) {  // no clamp on the value of a logit's cross-entropy
      *cost = *cost + (unclamped - cost->detach());
    }
  }
  image.through_logit = false;
  const auto from_probability = autograd::value(id, parameters, image);
  from_probability.backward();
  return {(logits ? from_logit : from_probability).item<double>(), slopes_of(p, problem), slopes_of(z, problem)};
}

double value(const std::string& id, const std::vector<double>& parameters, const Problem& problem,
             const std::vector<FieldPtr>& fields, std::span<const double> p) {
  autograd::Image image = autograd::constants(problem, fields, torch::kFloat64);
  image.p = autograd::counted_only(torch::tensor(at::ArrayRef<double>(p.data(), p.size()), torch::kFloat64), problem);
  image.l = [&image] { return autograd::clamped_cross_entropy(image.p, image.g); };
  image.l_other = [&image] { return autograd::clamped_cross_entropy(image.p, 1 - image.g); };
  return autograd::value(id, parameters, image).item<double>();
}

double worst(std::span<const float> map, std::span<const double> expected) {
  double largest = 1e-20;
  double difference = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const double apart = std::abs(static_cast<double>(map[i]) - expected[i]);
    if (!std::isfinite(apart)) {
      return std::numeric_limits<double>::infinity();
    }
    largest = std::max(largest, std::abs(expected[i]));
    difference = std::max(difference, apart);
  }
  return difference / largest;
}

}  // namespace lossscope::reference
