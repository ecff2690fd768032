// SPDX-License-Identifier: Apache-2.0
#include "losses/classes/class_evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "losses/classes/softmax_voxel.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

/// A loss of the sum, or the loss itself.
struct PartOfClasses {
  const Loss* loss;
  double weight;
  std::vector<double> parameters;
  const ClassCombination* combination;
};

std::vector<PartOfClasses> parts_over_classes(const Loss& loss, std::span<const double> parameters,
                                              std::span<const ClassCombination> combinations) {
  std::vector<PartOfClasses> parts;
  if (const SumLoss* sum = as_sum(loss)) {
    for (const SumLoss::Part& part : sum->parts(parameters)) {
      parts.push_back({&part.loss, part.weight, {part.parameters.begin(), part.parameters.end()}, nullptr});
    }
  } else {
    parts.push_back({&loss, 1, {parameters.begin(), parameters.end()}, nullptr});
  }
  if (combinations.size() != 1 && combinations.size() != parts.size()) {
    throw std::invalid_argument("say how classes are combined once, or for each part of the sum");
  }
  for (std::size_t at = 0; at < parts.size(); ++at) {
    parts[at].combination = &combinations[combinations.size() == 1 ? 0 : at];
  }
  return parts;
}

bool adds_up(const PartOfClasses& part) {
  const auto reduction = part.loss->parameter("reduction");
  if (!reduction) {
    return false;
  }
  const ParameterInfo& info = part.loss->parameters()[*reduction];
  return info.choices[static_cast<std::size_t>(std::lround(part.parameters[*reduction]))] == "sum";
}

/// The weights of the classes before they are normalised, 0 for those that do not enter.
std::vector<double> class_weights(const PartOfClasses& part, const ClassProblem& problem,
                                  std::span<const double> sizes) {
  const ClassCombination& how = *part.combination;
  if (how.weights == ClassWeights::manual && how.manual.size() != sizes.size()) {
    throw std::invalid_argument("there are " + std::to_string(how.manual.size()) + " weights for " +
                                std::to_string(sizes.size()) + " classes");
  }
  std::vector<double> weights(sizes.size(), 1);
  double largest = 0;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    if (how.weights == ClassWeights::manual) {
      weights[c] = how.manual[c];
    } else if (how.weights != ClassWeights::uniform) {
      weights[c] = sizes[c] > 0 ? 1 / (how.weights == ClassWeights::inverse ? sizes[c] : sizes[c] * sizes[c]) : -1;
    }
    largest = std::max(largest, weights[c]);
  }
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    const ClassChannel& one = problem.classes[c];
    const bool enters =
        one.chosen && (!one.background || how.has_background(*part.loss)) && !(how.skip_absent && sizes[c] == 0);
    weights[c] = enters ? (weights[c] < 0 ? (largest > 0 ? largest : 1) : weights[c]) : 0;
  }
  return weights;
}

/// The binary problem of a class: of a true-class loss only its own voxels count.
Problem problem_of_class(const ClassChannel& one, bool true_class) {
  Problem problem = one.problem;
  if (true_class) {
    problem.counts = problem.mask;
  }
  return problem;
}

/// What softmax makes the probability of.
double logit_at(const ClassChannel& one, std::size_t voxel) {
  const Volume& from = one.logit.empty() ? one.problem.prediction : one.logit;
  const auto x = static_cast<double>(from.voxels<float>()[voxel]);
  return one.logit.empty() ? std::log(x) : x;
}

double total(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

}  // namespace

bool costs_by_true_class(const Loss& loss, Activation activation) {
  return loss.declaration().true_class && activation == Activation::softmax;
}

bool ClassCombination::has_background(const Loss& loss) const {
  return include_background.value_or(loss.declaration().true_class);
}

ClassEvaluation evaluate_classes(const Loss& loss, std::span<const double> parameters, const ClassProblem& problem,
                                 std::span<const ClassCombination> combinations, int threads,
                                 const std::stop_token& stop) {
  check_classes(problem);
  const std::vector<double> sizes = class_sizes(problem);
  ClassEvaluation made;
  made.problem_ = problem;
  made.shares_of.assign(sizes.size(), 0);
  const auto parts = parts_over_classes(loss, parameters, combinations);
  for (std::size_t at = 0; at < parts.size(); ++at) {
    const PartOfClasses& part = parts[at];
    const bool true_class = costs_by_true_class(*part.loss, problem.activation);
    std::vector<double> weights = class_weights(part, problem, sizes);
    if (true_class) {  // each class is the mean over its own voxels, so that its weight is that of all of them
      for (std::size_t c = 0; c < sizes.size(); ++c) {
        weights[c] *= adds_up(part) ? (sizes[c] > 0 ? 1 : 0) : sizes[c];
      }
    }
    const double all = true_class && adds_up(part) ? 1 : total(weights);
    if (!(total(weights) > 0)) {
      throw std::invalid_argument("no class is left for " + std::string(part.loss->declaration().id) +
                                  ": all that enter are without a voxel, left out, or of weight 0");
    }
    double value = 0;
    for (std::size_t c = 0; c < sizes.size(); ++c) {
      if (weights[c] == 0) {
        continue;
      }
      FieldCache fields;
      ClassTerm term{c, at, part.weight * weights[c] / all,
                     evaluate(*part.loss, part.parameters, problem_of_class(problem.classes[c], true_class),
                              fields_from(fields, stop), threads, stop)};
      value += weights[c] / all * term.evaluation.reduction.value;
      made.shares_of[c] += term.weight * term.evaluation.reduction.value;
      made.terms.push_back(std::move(term));
    }
    made.parts.push_back(value);
    made.value += part.weight * value;
  }
  return made;
}

void ClassEvaluation::contributions(std::optional<std::size_t> which, std::int64_t begin, std::span<float> out) const {
  std::vector<double> sums(out.size(), 0);
  std::vector<float> own(out.size());
  for (const ClassTerm& term : terms) {
    if (which && term.which != *which) {
      continue;
    }
    const std::array kinds{MapKind::contribution};
    const std::array<std::span<float>, 1> into{own};
    term.evaluation.map_range(begin, kinds, into);
    for (std::size_t i = 0; i < own.size(); ++i) {
      sums[i] += term.weight * static_cast<double>(own[i]);
    }
  }
  std::ranges::transform(sums, out.begin(), [](double sum) { return static_cast<float>(sum); });
}

/// dL/dp of a channel, and the same times p (1 - p), which is by the logit of its own sigmoid.
void ClassEvaluation::slopes(std::size_t channel, std::int64_t begin, std::span<double> by_p,
                             std::span<double> by_own_logit) const {
  std::ranges::fill(by_p, 0);
  std::ranges::fill(by_own_logit, 0);
  std::vector<float> p(by_p.size()), z(by_p.size());
  for (const ClassTerm& term : terms) {
    if (term.which != channel) {
      continue;
    }
    const std::array kinds{MapKind::gradient_probability, MapKind::gradient_logit};
    const std::array<std::span<float>, 2> into{p, z};
    term.evaluation.map_range(begin, kinds, into);
    for (std::size_t i = 0; i < p.size(); ++i) {
      by_p[i] += term.weight * static_cast<double>(p[i]);
      by_own_logit[i] += term.weight * static_cast<double>(z[i]);
    }
  }
}

void ClassEvaluation::gradients(std::size_t channel, MapKind kind, std::int64_t begin, std::span<float> out) const {
  const std::size_t n = out.size();
  std::vector<double> by_p(n), by_own(n);
  slopes(channel, begin, by_p, by_own);
  if (kind == MapKind::gradient_probability || problem_.activation == Activation::sigmoid) {
    const auto& from = kind == MapKind::gradient_probability ? by_p : by_own;
    std::ranges::transform(from, out.begin(), [](double slope) { return static_cast<float>(slope); });
    return;
  }
  // dz_k = p_k (G_k - sum of p_c G_c). With H_c = p_c (1 - p_c) G_c, which stays exact where p_c is 0 or 1, that is
  // H_k - sum over the other c of H_c p_k / (1 - p_c).
  std::vector<std::vector<double>> own(problem_.classes.size());
  for (const ClassTerm& term : terms) {
    if (own[term.which].empty()) {
      own[term.which].resize(n);
      slopes(term.which, begin, by_p, own[term.which]);
    }
  }
  SoftmaxVoxel voxel(problem_.classes.size());
  for (std::size_t i = 0; i < n; ++i) {
    voxel.take([&](std::size_t c) { return logit_at(problem_.classes[c], static_cast<std::size_t>(begin) + i); });
    double slope = 0;
    for (std::size_t c = 0; c < own.size(); ++c) {
      if (!own[c].empty()) {
        slope += c == channel ? own[c][i] : -own[c][i] * voxel.share_of_others(channel, c);
      }
    }
    out[i] = static_cast<float>(slope);
  }
}

}  // namespace lossscope
