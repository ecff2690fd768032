// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/reference.h"

#include <cmath>
#include <functional>
#include <map>

namespace lossscope::reference {
namespace {

using Parameters = std::vector<double>;
using Formula = std::function<torch::Tensor(const Parameters&, const Image&)>;

torch::Tensor bce(const Parameters& a, const Image& x) { return a[0] > 0 ? x.l.sum() : x.l.mean(); }

torch::Tensor dice(const Parameters& a, const Image& x) {
  const auto& [p, g] = std::tie(x.p, x.g);
  torch::Tensor numerator, denominator;
  if (a[2] == 2) {
    const auto tp = (p * g).pow(2).sum();
    numerator = 2 * tp;
    denominator = 2 * tp + (p * (1 - g)).pow(2).sum() + ((1 - p) * g).pow(2).sum();
  } else {
    numerator = 2 * (p * g).sum();
    denominator = a[2] == 1 ? p.pow(2).sum() + g.pow(2).sum() : p.sum() + g.sum();
  }
  if ((denominator + a[1]).item<double>() == 0) {
    return 0 * p.sum();
  }
  return 1 - (numerator + a[0]) / (denominator + a[1]);
}

torch::Tensor dist_map(const Parameters& a, const Image& x) { return ((1 + a[0] * x.fields.at(0)) * x.l).mean(); }

const std::map<std::string, Formula>& formulas() {
  static const std::map<std::string, Formula> table{{"bce", bce}, {"dice", dice}, {"dist_map", dist_map}};
  return table;
}

Image constants(const Problem& problem, const std::vector<FieldPtr>& fields) {
  Image image;
  const auto n = problem.mask.grid.voxels();
  image.g = torch::from_blob(problem.mask.data.get(), {n}, torch::kUInt8).to(torch::kFloat64);
  for (const FieldPtr& field : fields) {
    image.fields.push_back(torch::from_blob(field->map.data.get(), {n}, torch::kFloat32).to(torch::kFloat64));
    image.scalars.push_back(field->scalars);
  }
  return image;
}

}  // namespace

torch::Tensor value(const std::string& id, const Parameters& parameters, const Image& image) {
  return formulas().at(id)(parameters, image);
}

torch::Tensor clamped_cross_entropy(const torch::Tensor& p, const torch::Tensor& g) {
  const auto pt = torch::where(g > 0.5, p, 1 - p);
  const auto held = pt + (pt.detach().clamp_min(1e-7) - pt.detach());
  return -torch::log(held);
}

Gradients gradients(const std::string& id, const Parameters& parameters, const Problem& problem,
                    const std::vector<FieldPtr>& fields) {
  Image image = constants(problem, fields);
  const auto input =
      torch::from_blob(problem.prediction.data.get(), {image.g.numel()}, torch::kFloat32).to(torch::kFloat64);
  const bool logits = problem.kind == PredictionKind::logit;
  const auto s = 2 * image.g - 1;

  // 1 - p of a saturated p is exactly 0; a logit of +-600 stands for it.
  const auto z = (logits ? input : torch::logit(input).clamp(-600, 600)).clone().requires_grad_(true);
  image.p = torch::sigmoid(z);
  image.l = torch::softplus(-s * z, 1, 40);
  if (!logits) {  // the clamp of a probability's cross-entropy, straight through
    image.l = image.l + (image.l.detach().clamp_max(-std::log(1e-7)) - image.l.detach());
  }
  const auto from_logit = value(id, parameters, image);
  from_logit.backward();

  const auto p = (logits ? torch::sigmoid(input) : input).clone().requires_grad_(true);
  image.p = p;
  image.l = clamped_cross_entropy(p, image.g);
  const auto from_probability = value(id, parameters, image);
  from_probability.backward();
  const auto or_zero = [](const torch::Tensor& x) { return x.grad().defined() ? x.grad() : torch::zeros_like(x); };
  return {(logits ? from_logit : from_probability).item<double>(), or_zero(p), or_zero(z)};
}

}  // namespace lossscope::reference
