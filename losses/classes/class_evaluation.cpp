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

/// Evaluates the parts of a loss one after the other.
class ClassEvaluator {
 public:
  ClassEvaluator(const ClassProblem& problem, int threads, std::stop_token stop, const FieldSource& fields,
                 const ClassEvaluation* last)
      : problem_(problem),
        sizes_(class_sizes(problem)),
        threads_(threads),
        stop_(std::move(stop)),
        fields_(fields),
        last_(last) {
    made_.problem_ = problem;
    made_.shares_of.assign(sizes_.size(), 0);
  }

  void add(const SumLoss::Part& part, const ClassCombination& how) {
    const bool true_class = costs_by_true_class(part.loss, problem_.activation);
    const bool sum = true_class && adds_up(part);
    std::vector<double> weights = class_weights(part.loss, how, problem_, sizes_);
    if (true_class) {  // each class is the mean over its own voxels, so that its weight is that of all of them
      for (std::size_t c = 0; c < sizes_.size(); ++c) {
        weights[c] *= sum ? (sizes_[c] > 0 ? 1 : 0) : sizes_[c];
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
                    {part.parameters.begin(), part.parameters.end()},
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

void ClassEvaluation::counterfactuals(std::optional<std::size_t> which, std::int64_t begin,
                                      std::span<float> out) const {
  std::vector<double> sums(out.size());
  add_up(which, MapKind::counterfactual, begin, sums);  // no class's loss looks at another's voxels
  std::ranges::transform(sums, out.begin(), [](double sum) { return static_cast<float>(sum); });
}

std::vector<std::vector<double>> ClassEvaluation::softmax_slopes(std::span<const std::size_t> channels,
                                                                 std::int64_t begin, std::size_t voxels) const {
  // dz_k = p_k (G_k - sum of p_c G_c). With H_c = p_c (1 - p_c) G_c, which stays exact where p_c is 0 or 1, that is
  // H_k - sum over the other c of H_c p_k / (1 - p_c).
  std::vector<std::vector<double>> own(problem_.classes.size());
  for (const ClassTerm& term : terms) {
    if (own[term.which].empty()) {
      own[term.which].resize(voxels);
      add_up(term.which, MapKind::gradient_logit, begin, own[term.which]);
    }
  }
  std::vector<std::vector<double>> slopes(channels.size(), std::vector<double>(voxels));
  SoftmaxVoxel voxel(problem_.classes.size());
  for (std::size_t i = 0; i < voxels; ++i) {
    voxel.take([&](std::size_t c) { return logit_at(problem_.classes[c], static_cast<std::size_t>(begin) + i); });
    for (std::size_t k = 0; k < channels.size(); ++k) {
      for (std::size_t c = 0; c < own.size(); ++c) {
        if (!own[c].empty()) {
          slopes[k][i] += c == channels[k] ? own[c][i] : -own[c][i] * voxel.share_of_others(channels[k], c);
        }
      }
    }
  }
  return slopes;
}

void ClassEvaluation::gradients(std::size_t channel, MapKind kind, std::int64_t begin, std::span<float> out) const {
  std::vector<double> sums(out.size());
  if (kind == MapKind::gradient_probability || problem_.activation == Activation::sigmoid) {
    add_up(channel, kind, begin, sums);
  } else {
    sums = std::move(softmax_slopes({&channel, 1}, begin, out.size()).front());
  }
  std::ranges::transform(sums, out.begin(), [](double sum) { return static_cast<float>(sum); });
}

void ClassEvaluation::all_gradients(MapKind kind, std::int64_t begin, std::span<const std::span<float>> out) const {
  if (kind == MapKind::gradient_probability || problem_.activation == Activation::sigmoid) {
    for (std::size_t channel = 0; channel < out.size(); ++channel) {
      gradients(channel, kind, begin, out[channel]);
    }
    return;
  }
  std::vector<std::size_t> channels(out.size());
  std::iota(channels.begin(), channels.end(), std::size_t{0});
  const auto slopes = softmax_slopes(channels, begin, out.front().size());
  for (std::size_t channel = 0; channel < out.size(); ++channel) {
    std::ranges::transform(slopes[channel], out[channel].begin(), [](double sum) { return static_cast<float>(sum); });
  }
}

void ClassEvaluation::gradient_lengths(MapKind kind, std::int64_t begin, std::span<float> out) const {
  std::vector<std::size_t> channels(problem_.classes.size());
  std::iota(channels.begin(), channels.end(), std::size_t{0});
  const bool softmax = kind == MapKind::gradient_logit && problem_.activation == Activation::softmax;
  const auto slopes = softmax ? softmax_slopes(channels, begin, out.size()) : std::vector<std::vector<double>>();
  std::vector<double> squares(out.size()), one(out.size());
  for (const std::size_t channel : channels) {
    if (!softmax) {
      add_up(channel, kind, begin, one);
    }
    const std::vector<double>& slope = softmax ? slopes[channel] : one;
    for (std::size_t i = 0; i < squares.size(); ++i) {
      squares[i] += slope[i] * slope[i];
    }
  }
  std::ranges::transform(squares, out.begin(), [](double sum) { return static_cast<float>(std::sqrt(sum)); });
}

ClassEvaluation ClassEvaluation::on_plane(MapKind kind, PlaneStore& planes, const PlaneLayout& layout) const {
  ClassEvaluation made = *this;
  for (ClassTerm& term : made.terms) {
    PlaneInputs inputs = planes.inputs(term.evaluation.problem, term.evaluation.fields, layout);
    term.evaluation.problem = std::move(inputs.problem);
    term.evaluation.fields = std::move(inputs.fields);
  }
  for (ClassChannel& one : made.problem_.classes) {  // what a softmax makes its probabilities of
    const bool needed = kind == MapKind::gradient_logit && problem_.activation == Activation::softmax;
    Volume& from = one.logit.empty() ? one.problem.prediction : one.logit;
    from = needed ? planes.get(from, layout) : Volume();
  }
  return made;
}

}  // namespace lossscope
