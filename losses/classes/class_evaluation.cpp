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

/// Whether a loss is the sum over the voxels, and not their mean.
bool adds_up(const SumLoss::Part& part) {
  const auto reduction = part.loss.parameter("reduction");
  if (!reduction) {
    return false;
  }
  const ParameterInfo& info = part.loss.parameters()[*reduction];
  return info.choices[static_cast<std::size_t>(std::lround(part.parameters[*reduction]))] == "sum";
}

/// The weights of the classes before they are normalised, 0 for those that do not enter.
std::vector<double> class_weights(const Loss& loss, const ClassCombination& how, const ClassProblem& problem,
                                  std::span<const double> sizes) {
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
        one.chosen && (!one.background || how.has_background(loss)) && !(how.skip_absent && sizes[c] == 0);
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
  const auto parts = parts_of_loss(loss, parameters);
  if (combinations.size() != 1 && combinations.size() != parts.size()) {
    throw std::invalid_argument("say how classes are combined once, or for each part of the sum");
  }
  for (std::size_t at = 0; at < parts.size(); ++at) {
    const SumLoss::Part& part = parts[at];
    const bool true_class = costs_by_true_class(part.loss, problem.activation);
    const bool sum = true_class && adds_up(part);
    std::vector<double> weights =
        class_weights(part.loss, combinations[combinations.size() == 1 ? 0 : at], problem, sizes);
    if (true_class) {  // each class is the mean over its own voxels, so that its weight is that of all of them
      for (std::size_t c = 0; c < sizes.size(); ++c) {
        weights[c] *= sum ? (sizes[c] > 0 ? 1 : 0) : sizes[c];
      }
    }
    const double weighed = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (!(weighed > 0)) {
      throw std::invalid_argument("no class is left for " + std::string(part.loss.declaration().id) +
                                  ": all that enter are without a voxel, left out, or of weight 0");
    }
    const double all = sum ? 1 : weighed;
    double value = 0;
    for (std::size_t c = 0; c < sizes.size(); ++c) {
      if (weights[c] == 0) {
        continue;
      }
      FieldCache fields;
      ClassTerm term{
          c, part.weight * weights[c] / all,
          evaluate(part.loss, {part.parameters.begin(), part.parameters.end()},
                   problem_of_class(problem.classes[c], true_class), fields_from(fields, stop), threads, stop)};
      value += weights[c] / all * term.evaluation.reduction.value;
      made.shares_of[c] += term.weight * term.evaluation.reduction.value;
      made.terms.push_back(std::move(term));
    }
    made.parts.push_back(value);
    made.value += part.weight * value;
  }
  return made;
}

void ClassEvaluation::add_up(std::optional<std::size_t> which, MapKind kind, std::int64_t begin,
                             std::span<double> sums) const {
  std::ranges::fill(sums, 0);
  std::vector<float> own(sums.size());
  const std::array kinds{kind};
  const std::array<std::span<float>, 1> into{own};
  for (const ClassTerm& term : terms) {
    if (which && term.which != *which) {
      continue;
    }
    term.evaluation.map_range(begin, kinds, into);
    for (std::size_t i = 0; i < own.size(); ++i) {
      sums[i] += term.weight * static_cast<double>(own[i]);
    }
  }
}

void ClassEvaluation::contributions(std::optional<std::size_t> which, std::int64_t begin, std::span<float> out) const {
  std::vector<double> sums(out.size());
  add_up(which, MapKind::contribution, begin, sums);
  std::ranges::transform(sums, out.begin(), [](double sum) { return static_cast<float>(sum); });
}

void ClassEvaluation::gradients(std::size_t channel, MapKind kind, std::int64_t begin, std::span<float> out) const {
  const std::size_t n = out.size();
  if (kind == MapKind::gradient_probability || problem_.activation == Activation::sigmoid) {
    std::vector<double> sums(n);
    add_up(channel, kind, begin, sums);
    std::ranges::transform(sums, out.begin(), [](double sum) { return static_cast<float>(sum); });
    return;
  }
  // dz_k = p_k (G_k - sum of p_c G_c). With H_c = p_c (1 - p_c) G_c, which stays exact where p_c is 0 or 1, that is
  // H_k - sum over the other c of H_c p_k / (1 - p_c).
  std::vector<std::vector<double>> own(problem_.classes.size());
  for (const ClassTerm& term : terms) {
    if (own[term.which].empty()) {
      own[term.which].resize(n);
      add_up(term.which, MapKind::gradient_logit, begin, own[term.which]);
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
