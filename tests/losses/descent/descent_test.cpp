// SPDX-License-Identifier: Apache-2.0
// Descents against LibTorch: the same steps taken in float64 by autograd, and by LibTorch's own Adam.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <stop_token>

#include "losses/descent/descent.h"
#include "losses/descent/held_logits.h"
#include "losses/descent/history.h"
#include "tests/losses/cases.h"
#include "tests/losses/descent/reference_descent.h"

namespace lossscope::testing {
namespace {

Problem problem_named(const std::string& name) {
  for (const auto& [known, problem] : awkward_problems()) {
    if (known == name) {
      return problem;
    }
  }
  throw std::logic_error("no problem named " + name);
}

double largest_difference(const Volume& logits, const std::vector<double>& expected) {
  const auto values = logits.voxels<float>();
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(values[i]) - expected[i]));
  }
  return largest;
}

TEST(Descent, TakesTheStepsThatAutogradTakes) {
  const Problem start = problem_named("soft ball, thick slices");
  for (const char* id : {"bce", "dice", "focal", "tversky", "sens_spec", "dist_map", "exp_log"}) {
    const Loss& loss = *find_loss(id);
    Descent descent(loss, loss.defaults(), start, {});
    reference::Descent by_torch(loss, start, {});
    for (int step = 0; step < 5; ++step) {
      descent.step();
      by_torch.step();
    }
    EXPECT_LT(largest_difference(descent.current().prediction, by_torch.logits()), 2e-4) << id;
  }
}

TEST(Descent, AdamIsLibTorchsAdam) {
  const Problem start = problem_named("random 3-D");
  const DescentSettings settings{Optimiser::adam, 0.1, 0.95};
  for (const char* id : {"bce", "tversky", "combo"}) {
    const Loss& loss = *find_loss(id);
    Descent descent(loss, loss.defaults(), start, settings);
    reference::Descent by_torch(loss, start, settings);
    for (int step = 0; step < 12; ++step) {
      descent.step();
      by_torch.step();
    }
    EXPECT_LT(largest_difference(descent.current().prediction, by_torch.logits()), 2e-3) << id;
  }
}

TEST(Descent, CurveIsOfThePredictionOfThatStep) {
  const Problem start = problem_named("ball, logits");
  const Loss& loss = *find_loss("tversky");
  Descent descent(loss, loss.defaults(), start, {});
  for (int step = 0; step < 3; ++step) {
    descent.step();
  }
  ASSERT_EQ(descent.curve().size(), 4U);
  EXPECT_LT(descent.curve().back().loss, descent.curve().front().loss);
  const auto g = start.mask.voxels<std::uint8_t>();
  const auto z = descent.current().prediction.voxels<float>();
  double tp = 0, fp = 0, fn = 0, tn = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    (g[i] != 0 ? (z[i] > 0 ? tp : fn) : (z[i] > 0 ? fp : tn)) += 1;
  }
  EXPECT_DOUBLE_EQ(descent.curve().back().dice, 2 * tp / (2 * tp + fp + fn));
  EXPECT_DOUBLE_EQ(descent.curve().back().sensitivity, tp / (tp + fn));
  EXPECT_DOUBLE_EQ(descent.curve().back().specificity, tn / (tn + fp));
  EXPECT_EQ(descent.curve().back().loss, loss.reduce(loss.defaults(), descent.current(), {}).value);
}

TEST(Descent, ThreadsDoNotChangeABit) {
  const Problem start = problem_named("more than one block");
  const Loss& loss = *find_loss("exp_log");
  Descent one(loss, loss.defaults(), start, {Optimiser::adam, 0.2, 0.99}, 1);
  Descent three(loss, loss.defaults(), start, {Optimiser::adam, 0.2, 0.99}, 3);
  for (int step = 0; step < 3; ++step) {
    one.step();
    three.step();
  }
  const auto a = one.current().prediction.voxels<float>(), b = three.current().prediction.voxels<float>();
  EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin()));
}

TEST(Descent, ACancelledStepLeavesNoTrace) {
  const Problem start = problem_named("random 3-D");
  const Loss& loss = *find_loss("bce");
  Descent descent(loss, loss.defaults(), start, {Optimiser::adam, 0.1, 0.99});
  Descent untouched(loss, loss.defaults(), start, {Optimiser::adam, 0.1, 0.99});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(descent.step(stop.get_token()), Cancelled);
  EXPECT_EQ(descent.curve().size(), 1U);
  descent.step();
  untouched.step();
  EXPECT_EQ(descent.curve().back().loss, untouched.curve().back().loss);
}

TEST(Descent, SaysWhenTheLossCannotMoveAnything) {
  const Loss& loss = *find_loss("balanced_ce");
  Descent descent(loss, loss.defaults(), problem_named("empty mask, full prediction"), {});
  EXPECT_TRUE(descent.stuck());
  descent.step();
  EXPECT_EQ(descent.curve().back().loss, descent.curve().front().loss);
  EXPECT_EQ(descent.curve().back().step, 1);
}

TEST(Descent, RefusesSettingsThatMakeNoSense) {
  const Loss& loss = *find_loss("bce");
  const Problem start = problem_named("random 3-D");
  EXPECT_THROW(Descent(loss, loss.defaults(), start, {Optimiser::adam, 0, 0.9}), std::invalid_argument);
  EXPECT_THROW(Descent(loss, loss.defaults(), start, {Optimiser::adam, 1, 0.5}), std::invalid_argument);
  EXPECT_THROW(Descent(loss, loss.defaults(), start, {Optimiser::adam, 1, 1}), std::invalid_argument);
}

TEST(HeldLogits, HoldsTheCertain) {
  const Problem saturated = problem_named("saturated");
  const HeldLogits held = held_logits(saturated.prediction, saturated.kind, 0.9);
  const auto z = held.logits.voxels<float>();
  const auto p = saturated.prediction.voxels<float>();
  std::int64_t count = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    EXPECT_NEAR(1 / (1 + std::exp(-z[i])), std::clamp(p[i], 0.1F, 0.9F), 1e-6);
    count += p[i] < 0.1F || p[i] > 0.9F ? 1 : 0;
  }
  EXPECT_EQ(held.held, count);
}

TEST(HeldLogits, WithoutAConfidenceOnlyTheInfiniteIsHeld) {
  Grid grid;
  grid.size = {5, 1, 1};
  const Volume p = make_volume(grid, VoxelType::float32);
  const std::array<float, 5> values{0, 1, 1e-30F, 0.3F, 0.999F};
  std::ranges::copy(values, p.voxels<float>().begin());
  const HeldLogits held = held_logits(p, PredictionKind::probability, {});
  const auto z = held.logits.voxels<float>();
  EXPECT_EQ(held.held, 2);
  EXPECT_EQ(z[0], -kLargestLogit);
  EXPECT_EQ(z[1], kLargestLogit);
  EXPECT_NEAR(z[2], std::log(1e-30), 1e-4);
  EXPECT_NEAR(z[3], std::log(0.3 / 0.7), 1e-6);
  EXPECT_NEAR(static_cast<double>(kLargestLogit), std::log((1 - 0x1p-24) / 0x1p-24), 1e-5);
  const Volume logits = make_volume(grid, VoxelType::float32);
  const std::array<float, 5> given{-80, 80, std::numeric_limits<float>::infinity(), 0.3F, -2};
  std::ranges::copy(given, logits.voxels<float>().begin());
  const HeldLogits again = held_logits(logits, PredictionKind::logit, {});
  EXPECT_EQ(again.held, 1);
  EXPECT_EQ(again.logits.voxels<float>()[0], -80) << "finite: as it is";
}

TEST(HeldLogits, VoxelsThatDoNotCountAreNotSaidToBeHeld) {
  Grid grid;
  grid.size = {6, 1, 1};
  const Volume p = make_volume(grid, VoxelType::float32), counts = make_volume(grid, VoxelType::uint8);
  std::ranges::copy(std::array<float, 6>{0, 0, 1, 0.5F, 0.99F, 1}, p.voxels<float>().begin());
  std::ranges::copy(std::array<std::uint8_t, 6>{0, 1, 0, 1, 1, 0}, counts.voxels<std::uint8_t>().begin());
  EXPECT_EQ(held_logits(p, PredictionKind::probability, {}).held, 4);
  EXPECT_EQ(held_logits(p, PredictionKind::probability, {}, counts).held, 1);
  EXPECT_EQ(held_logits(p, PredictionKind::probability, 0.9, counts).held, 2);
}

TEST(Descent, StartsWhereThePredictionIs) {
  for (const char* name : {"soft ball, thick slices", "ball, logits", "random 3-D"}) {
    const Problem start = problem_named(name);
    for (const char* id : {"dice", "bce", "focal", "tversky", "exp_log"}) {
      const Loss& loss = *find_loss(id);
      const double shown = loss.reduce(loss.defaults(), start, {}).value;
      EXPECT_NEAR(Descent(loss, loss.defaults(), start, {}).curve().front().loss, shown, 2e-6 * shown) << name << id;
    }
  }
}

TEST(Descent, ACommonRateMovesEachLossAsItPulls) {
  const Problem start = problem_named("soft ball, thick slices");
  const Loss& loss = *find_loss("bce");
  Descent own(loss, loss.defaults(), start, {}), common(loss, loss.defaults(), start, {});
  common.measure_in(4 * common.largest_gradient());
  own.step();
  common.step();
  const Volume before = held_logits(start.prediction, start.kind, {}).logits;
  const auto z = before.voxels<float>(), a = own.current().prediction.voxels<float>(),
             b = common.current().prediction.voxels<float>();
  float farthest = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    EXPECT_NEAR(b[i] - z[i], (a[i] - z[i]) / 4, 1e-5);
    farthest = std::max(farthest, std::abs(a[i] - z[i]));
  }
  EXPECT_NEAR(farthest, 1, 1e-5) << "the voxel that is pulled most moves by the rate";
}

TEST(DescentHistory, CoversTheWholeDescentWithinItsBudget) {
  Grid grid;
  grid.size = {10, 10, 10};
  DescentHistory history(8 * 2000);
  for (int step = 0; step <= 100; ++step) {
    Volume logits = make_volume(grid, VoxelType::float32);
    std::ranges::fill(logits.voxels<float>(), static_cast<float>(step) * 0.3F);
    history.keep(step, logits);
    EXPECT_LE(history.bytes(), 8U * 2000);
  }
  EXPECT_EQ(history.stride(), 16);
  for (const int wanted : {0, 15, 16, 57, 100}) {
    const auto state = history.at(wanted);
    EXPECT_EQ(state.step, wanted / 16 * 16);
    EXPECT_EQ(history.kept(wanted), state.step);
    EXPECT_NEAR(state.logits.voxels<float>()[77], std::min(63.0F, static_cast<float>(state.step) * 0.3F), 1.0 / 1024);
  }
  EXPECT_EQ(history.at(-1).step, -1);
  EXPECT_EQ(history.at(0).logits.voxels<float>()[77], 0);
}

TEST(DescentHistory, KeepsTheStartAsItIs) {
  Grid grid;
  grid.size = {3, 1, 1};
  DescentHistory history(1);  // not even a second state fits
  Volume logits = make_volume(grid, VoxelType::float32);
  std::ranges::fill(logits.voxels<float>(), -80.123456F);
  history.keep(0, logits);
  history.keep(1, make_volume(grid, VoxelType::float32));
  EXPECT_EQ(history.at(0).logits.voxels<float>()[1], -80.123456F);
}

}  // namespace
}  // namespace lossscope::testing
