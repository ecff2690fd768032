// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/reference.h"

#include <cmath>

namespace lossscope::reference {

torch::Tensor clamped_cross_entropy(const torch::Tensor& p, const torch::Tensor& g) {
  const auto q = torch::where(g > 0.5, 1 - p, p);
  const auto held = q + (q.detach().clamp_max(1 - 1e-7) - q.detach());
  return -torch::log1p(-held);
}

Gradients gradients(const std::string& id, const std::vector<double>& parameters, const Problem& problem,
                    const std::vector<FieldPtr>& fields) {
  autograd::Image image = autograd::constants(problem, fields, torch::kFloat64);
  const auto input =
      torch::from_blob(problem.prediction.data.get(), {image.g.numel()}, torch::kFloat32).to(torch::kFloat64);
  const bool logits = problem.kind == PredictionKind::logit;
  const auto s = 2 * image.g - 1;

  // The logit of a saturated p (0 or 1) is infinite; +-600 stands for it.
  const auto z = (logits ? input : torch::logit(input).clamp(-600, 600)).clone().requires_grad_(true);
  image.p = torch::sigmoid(z);
  auto l = torch::softplus(-s * z, 1, 40);
  if (!logits) {  // the clamp of a probability's cross-entropy, straight through
    l = l + (l.detach().clamp_max(-std::log(1e-7)) - l.detach());
  }
  image.l = [&l] { return l; };
  image.through_logit = true;
  const auto from_logit = autograd::value(id, parameters, image);
  from_logit.backward();

  const auto p = (logits ? torch::sigmoid(input) : input).clone().requires_grad_(true);
  image.p = p;
  const auto unclamped = l.detach();
  l = clamped_cross_entropy(p, image.g);
  if (logits) {  // no clamp on the value of a logit's cross-entropy
    l = l + (unclamped - l.detach());
  }
  image.through_logit = false;
  const auto from_probability = autograd::value(id, parameters, image);
  from_probability.backward();
  const auto or_zero = [](const torch::Tensor& x) { return x.grad().defined() ? x.grad() : torch::zeros_like(x); };
  return {(logits ? from_logit : from_probability).item<double>(), or_zero(p), or_zero(z)};
}

}  // namespace lossscope::reference
