// SPDX-License-Identifier: Apache-2.0
// Losses over classes against autograd in float64 (tests/losses/classes_reference.h), and what must hold of any of
// them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "losses/classes/class_evaluation.h"
#include "losses/sum.h"
#include "tests/losses/cases.h"
#include "tests/losses/classes_reference.h"
#include "tests/losses/reference.h"

namespace lossscope {
namespace {

constexpr double kBound = 1e-6;

struct Setup {
  int classes = 4;
  Activation activation = Activation::softmax;
  PredictionKind kind = PredictionKind::logit;
  double spread = 3;     ///< of the logits: 60 saturates most voxels
  int absent = -1;       ///< a class without a voxel
  bool ignores = false;  ///< whether some voxels do not count
};

void PrintTo(const Setup& s, std::ostream* out) {
  *out << s.classes << (s.activation == Activation::softmax ? " softmax" : " sigmoid")
       << (s.kind == PredictionKind::logit ? " logits" : " probabilities") << " x " << s.spread << " absent "
       << s.absent << (s.ignores ? " some ignored" : "");
}

/// Labels in slabs with noise, and a prediction that is unsure of them.
ClassProblem class_problem(const Setup& setup) {
  const Grid grid{{9, 8, 7}, {1, 1.5, 2}, {0, 0, 0}};
  const auto n = static_cast<std::size_t>(grid.voxels()), count = static_cast<std::size_t>(setup.classes);
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  std::vector<int> labels(n);
  for (std::size_t i = 0; i < n; ++i) {
    labels[i] = random() % 6 == 0 ? static_cast<int>(random() % count) : static_cast<int>(i * count / n);
    labels[i] = labels[i] == setup.absent ? 0 : labels[i];
    labels[i] = count == 1 ? static_cast<int>(random() % 2) : labels[i];
  }
  ClassProblem made;
  made.activation = setup.activation;
  const Volume counts = setup.ignores ? testing::random_counts(grid, 0.2, 5) : Volume();
  std::vector<std::vector<double>> z(count, std::vector<double>(n));
  for (std::size_t c = 0; c < count; ++c) {
    for (std::size_t i = 0; i < n; ++i) {
      z[c][i] = static_cast<double>(
          static_cast<float>(setup.spread * (normal(random) + (labels[i] == static_cast<int>(c) ? 1 : 0))));
    }
  }
  for (std::size_t c = 0; c < count; ++c) {
    ClassChannel one{std::to_string(c), c == 0 && count > 1, true, {}};
    one.problem = {make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), setup.kind, grid.spacing,
                   counts};
    for (std::size_t i = 0; i < n; ++i) {
      const bool is_in = labels[i] == static_cast<int>(c) && (counts.empty() || counts.voxels<std::uint8_t>()[i] != 0);
      one.problem.mask.voxels<std::uint8_t>()[i] = is_in ? 1 : 0;
      double x = z[c][i];
      if (setup.kind == PredictionKind::probability) {
        double sum = 0;
        for (std::size_t k = 0; k < count; ++k) {
          sum += std::exp(z[k][i] - x);
        }
        x = setup.activation == Activation::softmax ? 1 / sum : 1 / (1 + std::exp(-x));
      }
      one.problem.prediction.voxels<float>()[i] = static_cast<float>(x);
    }
    made.classes.push_back(one);
  }
  return made;
}

ClassProblem as_evaluated(const ClassProblem& problem) {
  const bool binary =
      problem.activation == Activation::softmax && problem.classes.front().problem.kind == PredictionKind::logit;
  return binary ? softmax_as_binary(problem) : problem;
}

std::vector<float> gradient(const ClassEvaluation& made, std::size_t c, MapKind kind, std::size_t n) {
  std::vector<float> map(n);
  made.gradients(c, kind, 0, map);
  return map;
}

/// All maps made in one pass are those made one by one.
void expect_the_same_at_once(const ClassEvaluation& made, std::size_t n) {
  const std::size_t classes = made.problem().classes.size();
  for (const MapKind kind : {MapKind::gradient_probability, MapKind::gradient_logit}) {
    std::vector<float> costs(n), cost(n), lengths(n);
    std::vector<std::vector<float>> slopes(classes, std::vector<float>(n));
    const std::vector<std::span<float>> into(slopes.begin(), slopes.end());
    made.all_maps(kind, 0, costs, into);
    made.contributions({}, 0, cost);
    EXPECT_EQ(costs, cost);
    made.gradient_lengths(kind, 0, lengths);
    std::vector<double> squares(n);
    for (std::size_t c = 0; c < classes; ++c) {
      EXPECT_EQ(slopes[c], gradient(made, c, kind, n)) << "channel " << c;
      for (std::size_t i = 0; i < n; ++i) {
        squares[i] += static_cast<double>(slopes[c][i]) * static_cast<double>(slopes[c][i]);
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_NEAR(lengths[i], std::sqrt(squares[i]), 1e-6 * std::max(1e-12, std::sqrt(squares[i])));
    }
  }
}

class OverClasses : public ::testing::TestWithParam<Setup> {};

TEST_P(OverClasses, EveryLossIsThatOfAutograd) {
  const ClassProblem problem = class_problem(GetParam()), evaluated = as_evaluated(problem);
  const auto n = static_cast<std::size_t>(problem.classes.front().problem.mask.grid.voxels());
  double worst_value = 0, worst_p = 0, worst_z = 0;
  for (const Loss* loss : all_losses()) {
    const std::string id(loss->declaration().id);
    if (!reference::knows(id)) {
      continue;
    }
    SCOPED_TRACE(id);
    const auto parameters = loss->defaults();
    const std::array combination{ClassCombination{}};
    const auto made = evaluate_classes(*loss, parameters, evaluated, combination, 2);
    reference::ClassRule rule{costs_by_true_class(*loss, problem.activation), false, {}};
    std::vector<std::vector<FieldPtr>> fields;
    for (const ClassChannel& one : evaluated.classes) {
      rule.weights.push_back(one.background && !combination[0].has_background(*loss) ? 0 : 1);
      fields.push_back(rule.true_class ? std::vector<FieldPtr>() : testing::fields_for(*loss, parameters, one.problem));
    }
    const auto expected = reference::class_gradients(id, parameters, problem, fields, rule);
    const double off = std::abs(made.value - expected.value) / std::max(1e-12, std::abs(expected.value));
    EXPECT_LT(off, kBound);
    worst_value = std::max(worst_value, off);
    for (std::size_t c = 0; c < evaluated.classes.size(); ++c) {
      const double by_p =
          reference::worst(gradient(made, c, MapKind::gradient_probability, n), expected.probability[c]);
      const double by_z = reference::worst(gradient(made, c, MapKind::gradient_logit, n), expected.logit[c]);
      EXPECT_LT(by_p, kBound) << "channel " << c;
      EXPECT_LT(by_z, kBound) << "channel " << c;
      worst_p = std::max(worst_p, by_p);
      worst_z = std::max(worst_z, by_z);
    }
    expect_the_same_at_once(made, n);
    std::vector<float> contributions(n);
    made.contributions({}, 0, contributions);
    const double sum = std::accumulate(contributions.begin(), contributions.end(), 0.0);
    EXPECT_NEAR(sum, made.value, kBound * std::max(std::abs(made.value), 1e-6));
    EXPECT_NEAR(std::accumulate(made.shares_of.begin(), made.shares_of.end(), 0.0), made.value,
                1e-12 * std::abs(made.value));
  }
  std::printf("%d classes: worst relative error: value %.1e  dL/dp %.1e  dL/dz %.1e\n", GetParam().classes, worst_value,
              worst_p, worst_z);
}

INSTANTIATE_TEST_SUITE_P(
    Setups, OverClasses,
    ::testing::Values(Setup{}, Setup{.spread = 60}, Setup{.absent = 2}, Setup{.ignores = true},
                      Setup{.classes = 1, .activation = Activation::sigmoid}, Setup{.classes = 2}, Setup{.classes = 14},
                      Setup{.activation = Activation::sigmoid}, Setup{.kind = PredictionKind::probability},
                      Setup{.activation = Activation::sigmoid, .kind = PredictionKind::probability}));

/// nnU-Net's loss, written for itself.
TEST(OfClasses, DiceAndCrossEntropyIsThatOfNnUNet) {
  const ClassProblem problem = class_problem({});
  const Loss& loss = *find_loss("dice+bce");
  auto parameters = loss.defaults();
  for (const char* smooth : {"dice.smooth_nr", "dice.smooth_dr"}) {
    parameters[loss.parameter(smooth).value()] = 1e-5;
  }
  const std::array combination{ClassCombination{}};
  const auto made = evaluate_classes(loss, parameters, softmax_as_binary(problem), combination);
  const auto expected = reference::dice_and_cross_entropy(problem);
  EXPECT_NEAR(made.value - 1, expected.value, kBound);
  const auto n = static_cast<std::size_t>(problem.classes.front().problem.mask.grid.voxels());
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    EXPECT_LT(reference::worst(gradient(made, c, MapKind::gradient_logit, n), expected.logit[c]), kBound) << c;
  }
}

/// Weighted cross-entropy as torch has it: sum of w_y l over sum of w_y.
TEST(OfClasses, WeightsAreThoseOfTheVoxelsOfACrossEntropy) {
  const ClassProblem problem = class_problem({}), evaluated = softmax_as_binary(problem);
  const Loss& loss = *find_loss("bce");
  const std::vector<double> weights{0.5, 2, 0, 3};
  for (const bool adds_up : {false, true}) {
    auto parameters = loss.defaults();
    parameters[loss.parameter("reduction").value()] = adds_up ? 1 : 0;
    const std::array combination{ClassCombination{.weights = ClassWeights::manual, .manual = weights}};
    const auto made = evaluate_classes(loss, parameters, evaluated, combination);
    const auto expected = reference::class_gradients("bce", parameters, problem, std::vector<std::vector<FieldPtr>>(4),
                                                     {true, adds_up, weights});
    EXPECT_NEAR(made.value, expected.value, kBound * expected.value);
    const auto n = static_cast<std::size_t>(problem.classes.front().problem.mask.grid.voxels());
    for (std::size_t c = 0; c < 4; ++c) {
      EXPECT_LT(reference::worst(gradient(made, c, MapKind::gradient_logit, n), expected.logit[c]), kBound) << c;
    }
  }
}

/// Balanced cross-entropies weigh each class by its share of all voxels, though of each only its own cost something.
TEST(OfClasses, BalancedWeightsComeFromAllVoxels) {
  const ClassProblem two = softmax_as_binary(class_problem({.classes = 2, .ignores = true}));
  const Loss& balanced = *find_loss("balanced_ce");
  const std::array combination{ClassCombination{}};
  const auto of_two = evaluate_classes(balanced, balanced.defaults(), two, combination);
  const double binary = balanced.reduce(balanced.defaults(), two.classes[1].problem, {}).value;
  EXPECT_GT(binary, 0.1);
  EXPECT_NEAR(of_two.value, binary, kBound * binary) << "two classes of a softmax are one structure";

  const ClassProblem problem = class_problem({.absent = 2, .ignores = true}), evaluated = softmax_as_binary(problem);
  const Loss& weighted = *find_loss("wce");
  const auto n = static_cast<std::size_t>(problem.classes.front().problem.mask.grid.voxels());
  for (const auto& [loss, reduction] :
       {std::pair(&balanced, 0.0), {&weighted, 0.0}, {&weighted, 1.0}, {&weighted, 2.0}}) {
    SCOPED_TRACE(std::string(loss->declaration().id) + " " + std::to_string(reduction));
    auto parameters = loss->defaults();
    parameters[loss->parameter("beta").value()] = -1;
    if (const auto at = loss->parameter("reduction")) {
      parameters[*at] = reduction;
    }
    const auto made = evaluate_classes(*loss, parameters, evaluated, combination);
    const auto expected =
        reference::class_gradients(std::string(loss->declaration().id), parameters, problem,
                                   std::vector<std::vector<FieldPtr>>(4), {true, reduction == 1, {1, 1, 1, 1}});
    EXPECT_GT(made.value, 0.1);
    EXPECT_NEAR(made.value, expected.value, kBound * expected.value);
    for (std::size_t c = 0; c < 4; ++c) {
      EXPECT_LT(reference::worst(gradient(made, c, MapKind::gradient_logit, n), expected.logit[c]), kBound) << c;
    }
  }
}

TEST(OfClasses, RareClassesWeighMoreWhereThatIsSaid) {
  const ClassProblem problem = softmax_as_binary(class_problem({.absent = 2}));
  const auto sizes = class_sizes(problem);
  const Loss& loss = *find_loss("dice");
  for (const auto how : {ClassWeights::inverse, ClassWeights::inverse_squared}) {
    for (const bool skip : {false, true}) {
      const std::array combination{ClassCombination{.include_background = true, .weights = how, .skip_absent = skip}};
      const auto made = evaluate_classes(loss, loss.defaults(), problem, combination);
      std::vector<double> weights;
      for (const double size : sizes) {
        weights.push_back(size > 0 ? 1 / (how == ClassWeights::inverse ? size : size * size) : 0);
      }
      weights[2] = skip ? 0 : *std::ranges::max_element(weights);  // an absent class counts as the rarest
      double sum = 0, all = 0;
      for (std::size_t c = 0; c < sizes.size(); ++c) {
        sum += weights[c] * loss.reduce(loss.defaults(), problem.classes[c].problem, {}).value;
        all += weights[c];
      }
      EXPECT_NEAR(made.value, sum / all, 1e-12);
    }
  }
}

TEST(OfClasses, TheMostLikelyOneIsTheLargestChannel) {
  const ClassProblem problem = class_problem({.spread = 60}), binary = softmax_as_binary(problem);
  const Volume raw = most_likely_class(problem), odds = most_likely_class(binary);
  EXPECT_TRUE(std::ranges::equal(raw.voxels<std::int32_t>(), odds.voxels<std::int32_t>()));
  std::vector<int> found(4);
  for (std::size_t c = 0; c < 4; ++c) {
    const Volume predicted = predicted_as(binary, c, odds);
    for (const std::uint8_t is_in : predicted.voxels<std::uint8_t>()) {
      found[c] += is_in;
    }
  }
  EXPECT_EQ(std::accumulate(found.begin(), found.end(), 0), problem.classes.front().problem.mask.grid.voxels());
}

TEST(OfClasses, ProbabilitiesOfASoftmaxAddUpToOne) {
  EXPECT_TRUE(adds_up_to_one(class_problem({.kind = PredictionKind::probability})));
  EXPECT_FALSE(adds_up_to_one(class_problem({.activation = Activation::sigmoid, .kind = PredictionKind::probability})));
}

TEST(OfClasses, WhatDoesNotFitIsRefused) {
  const Loss& loss = *find_loss("dice");
  const auto evaluated = softmax_as_binary(class_problem({}));
  const auto evaluate = [&](const ClassProblem& problem, const ClassCombination& how) {
    const std::array combination{how};
    (void)evaluate_classes(loss, loss.defaults(), problem, combination);
  };
  EXPECT_THROW(evaluate({}, {}), std::invalid_argument);
  EXPECT_THROW(evaluate(evaluated, {.weights = ClassWeights::manual, .manual = {1, 2}}), std::invalid_argument);
  EXPECT_THROW(evaluate(evaluated, {.weights = ClassWeights::manual, .manual = {1, 0, 0, 0}}), std::invalid_argument)
      << "the background does not enter, and all others weigh nothing";
  ClassProblem mixed = evaluated;
  mixed.classes[1].problem.kind = PredictionKind::probability;
  EXPECT_THROW(evaluate(mixed, {}), std::invalid_argument);
  EXPECT_THROW((void)softmax_as_binary(class_problem({.kind = PredictionKind::probability})), std::invalid_argument);
}

/// Where a voxel is right in every class, the loss is what the map of what-ifs says it would be.
TEST(OfClasses, WhatIfIsTheLossWithTheVoxelRightInAllClasses) {
  for (const Activation activation : {Activation::softmax, Activation::sigmoid}) {
    const ClassProblem problem = class_problem({.activation = activation, .kind = PredictionKind::probability});
    const std::array combination{ClassCombination{}};
    for (const char* id : {"dice", "bce", "dice+focal"}) {
      const Loss& loss = *find_loss(id);
      const auto made = evaluate_classes(loss, loss.defaults(), problem, combination);
      std::vector<float> map(504), one(504);
      made.counterfactuals({}, 0, map);
      for (const std::size_t voxel : {0U, 101U, 250U, 503U}) {
        ClassProblem right = problem;
        for (ClassChannel& channel : right.classes) {
          const Volume copy = make_volume(channel.problem.mask.grid, VoxelType::float32);
          std::ranges::copy(channel.problem.prediction.voxels<float>(), copy.voxels<float>().begin());
          copy.voxels<float>()[voxel] = channel.problem.mask.voxels<std::uint8_t>()[voxel];
          channel.problem.prediction = copy;
        }
        const double drop = made.value - evaluate_classes(loss, loss.defaults(), right, combination).value;
        EXPECT_NEAR(map[voxel], drop, 1e-6) << id;
        double sum = 0;
        for (std::size_t c = 0; c < problem.classes.size(); ++c) {
          made.counterfactuals(c, static_cast<std::int64_t>(voxel), {one.data(), 1});
          sum += static_cast<double>(one[0]);
        }
        EXPECT_NEAR(sum, drop, 1e-6) << id;
      }
    }
  }
}

TEST(OfClasses, SumsThatHoldAreTakenFromTheLastEvaluation) {
  const ClassProblem problem = softmax_as_binary(class_problem({}));
  const Loss& loss = *find_loss("dice+tversky");
  const std::array combination{ClassCombination{}};
  const auto last = evaluate_classes(loss, loss.defaults(), problem, combination);
  auto parameters = loss.defaults();
  parameters[loss.parameter("dice.smooth_nr").value()] = 2;
  parameters[loss.parameter("tversky.alpha").value()] = 0.9;
  const auto kept = evaluate_classes(loss, parameters, problem, combination, 0, {}, {}, &last);
  const auto fresh = evaluate_classes(loss, parameters, problem, combination);
  EXPECT_EQ(kept.value, fresh.value);
  EXPECT_EQ(kept.shares_of, fresh.shares_of);
  EXPECT_EQ(gradient(kept, 2, MapKind::gradient_logit, 504), gradient(fresh, 2, MapKind::gradient_logit, 504));
}

TEST(OfClasses, TheNumberOfThreadsChangesNoBit) {
  const ClassProblem problem = class_problem({});
  const std::array combination{ClassCombination{}};
  const Loss& loss = *find_loss("dice+focal");
  const auto one = evaluate_classes(loss, loss.defaults(), softmax_as_binary(problem, 1), combination, 1);
  const auto four = evaluate_classes(loss, loss.defaults(), softmax_as_binary(problem, 4), combination, 4);
  EXPECT_EQ(one.value, four.value);
  EXPECT_EQ(gradient(one, 1, MapKind::gradient_logit, 504), gradient(four, 1, MapKind::gradient_logit, 504));
}

}  // namespace
}  // namespace lossscope
