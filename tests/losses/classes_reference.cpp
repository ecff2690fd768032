// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/classes_reference.h"

#include <cmath>
#include <numeric>

#include "losses/counts.h"
#include "losses/drivers/autograd/formulas.h"

namespace lossscope::reference {
namespace {

/// One class as tensors over the voxels that count.
struct ClassTensors {
  torch::Tensor p, l, l_other;
};

/// (classes, voxels that count), float64.
torch::Tensor channels(const ClassProblem& problem) {
  std::vector<torch::Tensor> rows;
  for (const ClassChannel& one : problem.classes) {
    const auto all =
        torch::from_blob(one.problem.prediction.data.get(), {one.problem.mask.grid.voxels()}, torch::kFloat32);
    rows.push_back(autograd::counted_only(all.to(torch::kFloat64), one.problem));
  }
  return torch::stack(rows);
}

torch::Tensor labels(const ClassChannel& one) { return autograd::constants(one.problem, {}, torch::kFloat64).g; }

/// p, -ln of the probability of what a voxel is (in the class or not), and of what it is not, from logits.
ClassTensors class_from_logits(const torch::Tensor& z, std::int64_t c, const torch::Tensor& g, Activation activation) {
  if (activation == Activation::sigmoid) {
    const auto s = 2 * g - 1;
    return {torch::sigmoid(z[c]), torch::softplus(-s * z[c], 1, 40), torch::softplus(s * z[c], 1, 40)};
  }
  const auto odds = z[c] - torch::logsumexp(torch::cat({z.slice(0, 0, c), z.slice(0, c + 1)}), 0);
  const auto in = torch::softplus(-odds, 1, 40), out = torch::softplus(odds, 1, 40);
  return {torch::sigmoid(odds), g * in + (1 - g) * out, g * out + (1 - g) * in};
}

torch::Tensor straight_through(const torch::Tensor& cost, const torch::Tensor& value) {
  return cost + (value.detach() - cost.detach());
}

torch::Tensor formula(const std::string& id, const std::vector<double>& parameters, const autograd::Image& base,
                      const ClassTensors& x, bool through_logit) {
  autograd::Image image = base;
  image.p = x.p;
  image.l = [&x] { return x.l; };
  image.l_other = [&x] { return x.l_other; };
  image.through_logit = through_logit;
  return autograd::value(id, parameters, image);
}

/// The weight of a class's voxels in a cross-entropy that is balanced by shares of all voxels: `n1` of `n`.
double balanced_weight(const std::string& id, double given, double n, double n1) {
  const double balanced = id == "wce" ? (n1 < n ? (n - n1) / n1 : 1) : (n - n1) / n;
  return given >= 0 ? given : balanced;
}

/// The loss over classes of tensors that `of_class` gives.
template <class OfClass>
torch::Tensor combined(const std::string& id, const std::vector<double>& parameters, const ClassProblem& problem,
                       const std::vector<std::vector<FieldPtr>>& fields, const ClassRule& rule, bool through_logit,
                       OfClass of_class) {
  torch::Tensor sum = torch::zeros({}, torch::kFloat64);
  double all = 0;
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    if (rule.weights[c] == 0) {
      continue;
    }
    autograd::Image image = autograd::constants(problem.classes[c].problem, fields[c], torch::kFloat64);
    ClassTensors x = of_class(c, image.g);
    double weight = rule.weights[c];
    std::vector<double> own_parameters = parameters;
    if (rule.true_class) {
      const auto own = torch::nonzero(image.g > 0.5).flatten();
      if (own.numel() == 0) {
        continue;
      }
      x = {x.p.index_select(0, own), x.l.index_select(0, own), x.l_other.index_select(0, own)};
      if (id == "wce" || id == "balanced_ce") {
        const auto n = static_cast<double>(image.g.numel()), n1 = static_cast<double>(own.numel());
        own_parameters[0] = balanced_weight(id, parameters[0], n, n1);
        weight *= id == "wce" && parameters[1] == 2 ? own_parameters[0] : 1;  // divided by the weights
      }
      image.g = image.g.index_select(0, own);
      weight *= rule.adds_up ? 1 : static_cast<double>(own.numel());
    }
    sum = sum + weight * formula(id, own_parameters, image, x, through_logit);
    all += weight;
  }
  return rule.true_class && rule.adds_up ? sum : sum / all;
}

/// The rows of a gradient as maps over all voxels: 0 where one does not count.
std::vector<std::vector<double>> rows_of(const torch::Tensor& leaf, const ClassProblem& problem) {
  std::vector<std::vector<double>> maps;
  const auto gradient = leaf.grad().defined() ? leaf.grad().contiguous() : torch::zeros_like(leaf);
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    const Problem& one = problem.classes[c].problem;
    const auto row = gradient[static_cast<std::int64_t>(c)].contiguous();
    const double* next = row.data_ptr<double>();
    std::vector<double> map(static_cast<std::size_t>(one.mask.grid.voxels()));
    for (std::size_t i = 0; i < map.size(); ++i) {
      map[i] = counts_at(one.counted(), static_cast<std::int64_t>(i)) ? *next++ : 0;
    }
    maps.push_back(std::move(map));
  }
  return maps;
}

torch::Tensor activated(const torch::Tensor& z, Activation activation) {
  return activation == Activation::softmax ? torch::softmax(z, 0) : torch::sigmoid(z);
}

}  // namespace

ClassGradients class_gradients(const std::string& id, const std::vector<double>& parameters,
                               const ClassProblem& problem, const std::vector<std::vector<FieldPtr>>& fields,
                               const ClassRule& rule) {
  const auto input = channels(problem);
  const bool logits = problem.classes.front().problem.kind == PredictionKind::logit;
  const bool softmax = problem.activation == Activation::softmax;
  // A probability of 0 has a logit of minus infinity; -600 stands for it.
  const auto start =
      logits ? input : (softmax ? torch::log(input).clamp_min(-600) : torch::logit(input).clamp(-600, 600));
  const auto z = start.clone().requires_grad_(true);
  const double most = -std::log(1e-7);
  const auto by_logit = combined(id, parameters, problem, fields, rule, true, [&](std::size_t c, const auto& g) {
    ClassTensors x = class_from_logits(z, static_cast<std::int64_t>(c), g, problem.activation);
    if (!logits) {  // the clamp of a probability's cross-entropy
      x.l = straight_through(x.l, x.l.clamp_max(most));
      x.l_other = straight_through(x.l_other, x.l_other.clamp_max(most));
    }
    return x;
  });
  if (by_logit.requires_grad()) {
    by_logit.backward();
  }

  const auto p = (logits ? activated(input, problem.activation) : input).clone().requires_grad_(true);
  const auto by_probability = combined(id, parameters, problem, fields, rule, false, [&](std::size_t c, const auto& g) {
    const auto row = p[static_cast<std::int64_t>(c)];
    ClassTensors x{row, autograd::clamped_cross_entropy(row, g), autograd::clamped_cross_entropy(row, 1 - g)};
    if (logits) {  // no clamp on the value
      const ClassTensors exact = class_from_logits(input, static_cast<std::int64_t>(c), g, problem.activation);
      x.l = straight_through(x.l, exact.l);
      x.l_other = straight_through(x.l_other, exact.l_other);
    }
    return x;
  });
  if (by_probability.requires_grad()) {
    by_probability.backward();
  }
  return {(logits ? by_logit : by_probability).template item<double>(), rows_of(p, problem), rows_of(z, problem)};
}

ClassGradients dice_and_cross_entropy(const ClassProblem& problem) {
  const auto z = channels(problem).clone().requires_grad_(true);
  std::vector<torch::Tensor> rows;
  for (const ClassChannel& one : problem.classes) {
    rows.push_back(labels(one));
  }
  const auto g = torch::stack(rows);
  const auto cross = -(g * torch::log_softmax(z, 0)).sum() / g.size(1);
  const auto p = torch::softmax(z, 0);
  const auto dice = (2 * (p * g).sum(1) + 1e-5) / (p.sum(1) + g.sum(1) + 1e-5);
  const auto value = cross - dice.slice(0, 1).mean();
  value.backward();
  return {value.item<double>(), {}, rows_of(z, problem)};
}

}  // namespace lossscope::reference
