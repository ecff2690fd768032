// SPDX-License-Identifier: Apache-2.0
#include "losses/classes/class_evaluation.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "losses/drivers/cpu_kernels.h"
#include "losses/share_weight.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

/// "mean", "sum" or "weight_sum": what the sum over the voxels is divided by.
std::string_view reduction_of(const SumLoss::Part& part) {
  const auto reduction = part.loss.parameter("reduction");
  if (!reduction) {
    return "mean";
  }
  const ParameterInfo& info = part.loss.parameters()[*reduction];
  return info.choices[static_cast<std::size_t>(std::lround(part.parameters[*reduction]))];
}

/// What a loss weighs a class's own voxels by, of `voxels` of which it has `size`; 1 of a loss that does not.
double own_weight(const SumLoss::Part& part, double voxels, double size) {
  const auto* weighted = dynamic_cast<const ShareWeighted*>(&part.loss);
  return weighted == nullptr ? 1 : weighted->foreground_weight(part.parameters, {voxels, size, {}});
}

/// The parameters with which a class's own voxels are evaluated alone: a weight that comes from its share ("auto") is
/// said as a number, for among its own voxels its share is all.
std::vector<double> parameters_of_own(const SumLoss::Part& part, double voxels, double size) {
  std::vector<double> parameters(part.parameters.begin(), part.parameters.end());
  if (dynamic_cast<const ShareWeighted*>(&part.loss) != nullptr) {
    for (std::size_t at = 0; at < parameters.size(); ++at) {
      if (part.loss.parameters()[at].special == "auto") {
        parameters[at] = own_weight(part, voxels, size);
      }
    }
  }
  return parameters;
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

double counted_voxels(const Problem& problem) {
  if (problem.counts.empty()) {
    return static_cast<double>(problem.mask.grid.voxels());
  }
  const auto counts = problem.counts.voxels<std::uint8_t>();
  return static_cast<double>(cpu_kernels().positives(counts.data(), std::ssize(counts)));
}

/// The binary problem of a class: of a true-class loss only its own voxels count.
Problem problem_of_class(const ClassChannel& one, bool true_class) {
  Problem problem = one.problem;
  if (true_class) {
    problem.counts = problem.mask;
  }
  return problem;
}

}  // namespace

bool costs_by_true_class(const Loss& loss, Activation activation) {
  return loss.declaration().true_class && activation == Activation::softmax;
}

bool ClassCombination::has_background(const Loss& loss) const {
  return include_background.value_or(loss.declaration().true_class);
}

/// Evaluates the parts of a loss one after the other.
class ClassEvaluator {
 public:
  ClassEvaluator(const ClassProblem& problem, int threads, std::stop_token stop, const FieldSource& fields,
                 const ClassEvaluation* last)
      : problem_(problem),
        sizes_(class_sizes(problem)),
        voxels_(counted_voxels(problem.classes.front().problem)),
        threads_(threads),
        stop_(std::move(stop)),
        fields_(fields),
        last_(last) {
    made_.problem_ = problem;
    made_.shares_of.assign(sizes_.size(), 0);
  }

  void add(const SumLoss::Part& part, const ClassCombination& how) {
    const bool true_class = costs_by_true_class(part.loss, problem_.activation);
    const std::string_view reduction = reduction_of(part);
    const bool sum = true_class && reduction == "sum";
    std::vector<double> weights = class_weights(part.loss, how, problem_, sizes_);
    if (true_class) {  // each class is the mean over its own voxels, so that its weight is that of all of them
      for (std::size_t c = 0; c < sizes_.size(); ++c) {
        weights[c] *= sum ? (sizes_[c] > 0 ? 1 : 0) : sizes_[c];
        weights[c] *= reduction == "weight_sum" ? own_weight(part, voxels_, sizes_[c]) : 1;
      }
    }
    const double weighed = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (!(weighed > 0)) {
      throw std::invalid_argument("no class is left for " + std::string(part.loss.declaration().id) +
                                  ": all that enter are without a voxel, left out, or of weight 0");
    }
    const double all = sum ? 1 : weighed;
    double value = 0;
    for (std::size_t c = 0; c < sizes_.size(); ++c) {
      if (weights[c] == 0) {
        continue;
      }
      ClassTerm term{c, part.weight * weights[c] / all, evaluate_class(part, c, true_class)};
      value += weights[c] / all * term.evaluation.reduction.value;
      made_.shares_of[c] += term.weight * term.evaluation.reduction.value;
      made_.terms.push_back(std::move(term));
    }
    made_.parts.push_back(value);
    made_.value += part.weight * value;
  }

  [[nodiscard]] ClassEvaluation take() { return std::move(made_); }

 private:
  [[nodiscard]] Evaluation evaluate_class(const SumLoss::Part& part, std::size_t c, bool true_class) const {
    Evaluation made{&part.loss,
                    problem_of_class(problem_.classes[c], true_class),
                    true_class ? parameters_of_own(part, voxels_, sizes_[c])
                               : std::vector<double>(part.parameters.begin(), part.parameters.end()),
                    {},
                    {}};
    FieldCache own;
    made.fields = fields_of(part.loss, made.parameters, made.problem, fields_ ? fields_ : fields_from(own, stop_));
    if (last_ != nullptr) {
      const auto known = std::ranges::find_if(last_->terms, [&](const ClassTerm& term) {
        return term.which == c && term.evaluation.loss == made.loss && sums_still_hold(term.evaluation, made);
      });
      if (known != last_->terms.end()) {
        made.reduction = part.loss.finish(made.parameters, made.problem, made.fields, known->evaluation.reduction);
        return made;
      }
    }
    made.reduce(threads_, stop_);
    return made;
  }

  const ClassProblem& problem_;
  std::vector<double> sizes_;
  double voxels_;  ///< that count
  int threads_;
  std::stop_token stop_;
  const FieldSource& fields_;
  const ClassEvaluation* last_;
  ClassEvaluation made_;
};

ClassEvaluation evaluate_classes(const Loss& loss, std::span<const double> parameters, const ClassProblem& problem,
                                 std::span<const ClassCombination> combinations, int threads,
                                 const std::stop_token& stop, const FieldSource& fields, const ClassEvaluation* last) {
  check_classes(problem);
  const auto parts = parts_of_loss(loss, parameters);
  if (combinations.size() != 1 && combinations.size() != parts.size()) {
    throw std::invalid_argument("say how classes are combined once, or for each part of the sum");
  }
  ClassEvaluator evaluator(problem, threads, stop, fields, last);
  for (std::size_t at = 0; at < parts.size(); ++at) {
    evaluator.add(parts[at], combinations[combinations.size() == 1 ? 0 : at]);
  }
  return evaluator.take();
}

}  // namespace lossscope
