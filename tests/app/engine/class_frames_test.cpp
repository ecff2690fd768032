// SPDX-License-Identifier: Apache-2.0
// What the window is shown of a case with classes: the same numbers as class by class, as a case of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/engine/error_list.h"
#include "app/engine/frame_computer.h"
#include "app/engine/loss_statistics.h"
#include "app/engine/sweep.h"
#include "losses/classes/class_evaluation.h"
#include "losses/configured_loss.h"
#include "losses/metrics/metrics.h"
#include "tests/app/engine/class_memory.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::ClassMemory;
using testing::whole_map;

constexpr double kBound = 1e-6;

double sum_of(const std::vector<float>& map) { return std::accumulate(map.begin(), map.end(), 0.0); }

class ClassFrames : public ::testing::Test {
 protected:
  FramePtr frame(const Session& session) { return computer_.compute(session); }

  ClassMemory memory_;
  FrameComputer computer_{2, memory_.sources()};
};

TEST_F(ClassFrames, AddUpClassesThatAreCasesOfTheirOwn) {
  FrameComputer alone{2, memory_.sources()};
  for (const char* loss : {"dice", "hausdorff", "dice+focal"}) {
    Session session = ClassMemory::session();
    session.loss.id = loss;
    session.study.classes->combination.include_background = true;
    session.study.classes->activation = Activation::sigmoid;  // each against the rest, cross-entropies, too
    const FramePtr all = frame(session);
    ASSERT_TRUE(all->classes) << loss;
    ASSERT_EQ(all->classes->rows.size(), 4U);
    double mean = 0;
    for (int c = 0; c < ClassMemory::kClasses; ++c) {
      Session one = ClassMemory::binary(c);
      one.loss.id = loss;
      const double value = alone.compute(one)->reduction->value;
      const ClassRow& row = all->classes->rows[static_cast<std::size_t>(c)];
      EXPECT_NEAR(row.added, value / 4, kBound * std::abs(value)) << loss << ' ' << c;
      EXPECT_EQ(row.label, std::to_string(c));
      mean += value / 4;
    }
    EXPECT_NEAR(all->reduction->value, mean, kBound * std::abs(mean)) << loss;
    EXPECT_EQ(all->classes->rows[2].name, "liver");
  }
}

TEST_F(ClassFrames, ContributionsAreThoseOfTheClassThatIsLookedAt) {
  for (const char* loss : {"dice", "bce", "dice+bce"}) {
    Session session = ClassMemory::session();
    session.loss.id = loss;
    const FramePtr all = frame(session);
    const double value = all->reduction->value;
    EXPECT_NEAR(sum_of(whole_map(*all->result, MapKind::contribution)), value, kBound * value) << loss;
    double added = 0;
    std::vector<float> squares(static_cast<std::size_t>(memory_.grid().voxels()));
    for (std::size_t c = 0; c < 4; ++c) {
      session.look.shown_class = c;
      const FramePtr one = frame(session);
      EXPECT_EQ(one->reduction->value, value) << "the value is that of all classes";
      const double share = one->classes->rows[c].added;
      EXPECT_NEAR(sum_of(whole_map(*one->result, MapKind::contribution)), share, kBound * value) << loss << ' ' << c;
      added += share;
      const auto slopes = whole_map(*one->result, MapKind::gradient_logit);
      for (std::size_t i = 0; i < squares.size(); ++i) {
        squares[i] += slopes[i] * slopes[i];
      }
    }
    EXPECT_NEAR(added, value, kBound * value) << loss;
    const auto lengths = whole_map(*all->result, MapKind::gradient_logit);
    for (std::size_t i = 0; i < squares.size(); ++i) {
      ASSERT_NEAR(lengths[i], std::sqrt(squares[i]), 1e-5 * (1e-6F + lengths[i])) << loss << ' ' << i;
    }
  }
}

TEST_F(ClassFrames, SlicesAreThoseOfTheVolume) {
  Session session = ClassMemory::session();
  for (const char* loss : {"dice+bce", "hausdorff"}) {
    session.loss.id = loss;
    for (const auto layer : {OverlayLayer::contribution, OverlayLayer::gradient, OverlayLayer::counterfactual}) {
      for (const auto which : {std::optional<std::size_t>(), std::optional<std::size_t>(2)}) {
        session.look.layer = layer;
        session.look.gradient_of = GradientOf::logit;
        session.look.shown_class = which;
        const FramePtr shown = frame(session);
        const auto map = whole_map(*shown->result, layer == OverlayLayer::contribution ? MapKind::contribution
                                                   : layer == OverlayLayer::gradient   ? MapKind::gradient_logit
                                                                                       : MapKind::counterfactual);
        for (const ViewResult& view : shown->views) {
          const std::int64_t width = view.axes.width(memory_.grid());
          ASSERT_FALSE(view.overlay.empty());
          for (std::int64_t at = 0; at < std::ssize(view.overlay); ++at) {
            const auto [i, j, k] = view.axes.voxel(memory_.grid(), at % width, at / width, view.slice);
            ASSERT_EQ(view.overlay[static_cast<std::size_t>(at)],
                      map[static_cast<std::size_t>(memory_.grid().offset(i, j, k))])
                << loss;
          }
        }
        const float largest =
            *std::ranges::max_element(map, {}, [](float value) { return std::abs(value); });  // signs have one end
        EXPECT_EQ(shown->range.high, std::abs(largest)) << loss;
        EXPECT_EQ(static_cast<float>(layer == OverlayLayer::gradient       ? shown->probe.loss().gradient
                                     : layer == OverlayLayer::contribution ? shown->probe.loss().contribution
                                                                           : shown->probe.loss().counterfactual),
                  map[static_cast<std::size_t>(shown->probe.offset)]);
      }
    }
  }
}

TEST_F(ClassFrames, MaskAndPredictionAreThoseOfTheClass) {
  Session session = ClassMemory::session();
  const FramePtr all = frame(session);
  session.look.shown_class = 2;
  const FramePtr one = frame(session);
  for (std::int64_t i = 0; i < memory_.grid().voxels(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    ASSERT_EQ(all->data->mask.voxels<std::uint8_t>()[at], memory_.label_at(i) != 0 ? 1 : 0);
    ASSERT_NEAR(all->data->prediction.voxels<float>()[at], 1 - memory_.p_at(i, 0), 1e-6);
    ASSERT_EQ(one->data->mask.voxels<std::uint8_t>()[at], memory_.label_at(i) == 2 ? 1 : 0);
    ASSERT_NEAR(one->data->prediction.voxels<float>()[at], memory_.p_at(i, 2), 1e-6);
  }
  EXPECT_NEAR(one->classes->rows[3].p, memory_.p_at(one->probe.offset, 3), 1e-6);
  EXPECT_EQ(one->classes->rows[3].is_in, memory_.label_at(one->probe.offset) == 3);
}

TEST_F(ClassFrames, TheMostLikelyClassIsTheLayerOfAllOfThem) {
  Session session = ClassMemory::session();
  session.look.layer = OverlayLayer::prediction;
  const FramePtr all = frame(session);
  for (const ViewResult& view : all->views) {
    const std::int64_t width = view.axes.width(memory_.grid());
    for (std::int64_t at = 0; at < std::ssize(view.overlay); ++at) {
      const auto [i, j, k] = view.axes.voxel(memory_.grid(), at % width, at / width, view.slice);
      const int found = memory_.found_at(memory_.grid().offset(i, j, k));
      ASSERT_EQ(view.overlay[static_cast<std::size_t>(at)], static_cast<float>(found == 0 ? -1 : found));
    }
  }
}

TEST_F(ClassFrames, ASheetOfClassesShowsEachAsItIsAlone) {
  for (const auto layer : {OverlayLayer::contribution, OverlayLayer::gradient, OverlayLayer::prediction}) {
    Session session = ClassMemory::session();
    session.look.layer = layer;
    session.look.arrangement = Arrangement::class_sheet;
    const FramePtr sheet = frame(session);
    ASSERT_EQ(sheet->compared.size(), 4U);
    EXPECT_FALSE(sheet->probes.front().losses.empty()) << "the probe is of all classes";
    session.look.arrangement = Arrangement::single;
    for (std::size_t c = 0; c < 4; ++c) {
      session.look.shown_class = c;
      const FramePtr one = frame(session);
      const ComparedPane& pane = sheet->compared[c];
      EXPECT_EQ(pane.class_at, std::optional(c));
      EXPECT_EQ(pane.overlay, one->views[0].overlay) << c;
      EXPECT_EQ(pane.mask, one->views[0].mask) << c;
      EXPECT_EQ(pane.prediction, one->views[0].prediction) << c;
      EXPECT_EQ(pane.range.high, one->range.high) << c;
    }
  }
  Session binary = ClassMemory::binary(1);
  binary.look.arrangement = Arrangement::class_sheet;
  EXPECT_EQ(frame(binary)->session.look.arrangement, Arrangement::single) << "there is one structure";
}

TEST_F(ClassFrames, RightAndWrongIsByTheMostLikelyClass) {
  Session session = ClassMemory::session();
  ByOutcome expected{}, all{};
  std::int64_t mask = 0, found = 0, both = 0;
  for (std::int64_t i = 0; i < memory_.grid().voxels(); ++i) {
    const int y = memory_.label_at(i), a = memory_.found_at(i);
    ++expected[y == 2 ? (a == 2 ? 0 : 2) : (a == 2 ? 1 : 3)];
    ++all[y != 0 ? (a == y ? 0 : 2) : (a != 0 ? 1 : 3)];
    mask += y != 0 ? 1 : 0;
    found += a != 0 ? 1 : 0;
    both += y != 0 && a != 0 ? 1 : 0;
  }
  const FramePtr whole = frame(session);
  EXPECT_EQ(loss_statistics(*whole->result, MapKind::gradient_probability).voxels, all);
  std::int64_t missed = 0;
  for (const ErrorGroup& group : error_list(*whole->result, MapKind::gradient_logit).groups) {
    for (const ErrorComponent& error : group.errors) {
      missed += error.kind == ErrorKind::missed ? error.voxels : 0;
    }
  }
  EXPECT_EQ(missed, all[2]) << "a voxel that is taken for another class is missed";
  EXPECT_NEAR(compute_metrics(metrics_problem(*whole->data)).dice,
              2.0 * static_cast<double>(both) / static_cast<double>(mask + found), 1e-12);
  session.look.shown_class = 2;
  const FramePtr one = frame(session);
  EXPECT_EQ(loss_statistics(*one->result, MapKind::gradient_probability).voxels, expected);
  const double dice =
      2.0 * static_cast<double>(expected[0]) / static_cast<double>(2 * expected[0] + expected[1] + expected[2]);
  EXPECT_NEAR(one->classes->rows[2].counts.dice(), dice, 1e-12);
  EXPECT_NEAR(compute_metrics(metrics_problem(*one->data)).dice, dice, 1e-12);
}

TEST_F(ClassFrames, AnotherClassAndWhatDoesNotEnterTheSumsCostNoSums) {
  Session session = ClassMemory::session();
  (void)frame(session);
  const int reads = memory_.reads();
  const int evaluated = computer_.work().reductions;
  session.look.shown_class = 1;
  EXPECT_EQ(change_between(ClassMemory::session(), session), Change::look);
  const FramePtr one = frame(session);
  EXPECT_EQ(frame(session)->data, one->data);
  EXPECT_EQ(frame(session)->result, one->result);
  EXPECT_EQ(computer_.work().reductions, evaluated);
  session.loss.parameters["dice"]["smooth_nr"] = 3;
  const double kept = frame(session)->reduction->value;
  FrameComputer fresh{1, memory_.sources()};
  EXPECT_EQ(fresh.compute(session)->reduction->value, kept) << "the same bits with the sums that were kept";
  session.study.classes->combination.weights = ClassWeights::inverse;
  EXPECT_NE(frame(session)->reduction->value, kept);
  session.study.classes->combination.weights = ClassWeights::uniform;
  EXPECT_EQ(frame(session)->reduction->value, kept);
  session.study.classes.reset();
  session.study.labels.values = {1};
  session.predict_from<FromFile>().file.answers.set(Question::component, "1");
  EXPECT_FALSE(frame(session)->classes);
  EXPECT_EQ(memory_.reads(), reads + 4) << "image, mask and all channels of the fresh one, then channel 1";
}

TEST_F(ClassFrames, OneStructureIsAsItWas) {
  const FramePtr binary = frame(ClassMemory::binary(3));
  EXPECT_FALSE(binary->classes);
  EXPECT_FALSE(binary->data->classes);
  EXPECT_FALSE(binary->result->classes);
  EXPECT_TRUE(binary->data->taken_for.empty());
  (void)frame(ClassMemory::session());
  const FramePtr again = frame(ClassMemory::binary(3));
  EXPECT_EQ(again->reduction->value, binary->reduction->value);
  EXPECT_EQ(again->views[0].overlay, binary->views[0].overlay);
  EXPECT_TRUE(same_inputs(problem_of(*again->data), metrics_problem(*again->data)));
}

TEST_F(ClassFrames, WhatKnowsOneStructureOnlyRefuses) {
  Session session = ClassMemory::session();
  const FramePtr all = frame(session);
  const Loss& dice = *find_loss("dice");
  SweepRequest request{parse_sweep_variable("threshold", {}), 0.1, 0.9, 3};
  EXPECT_THROW((void)run_sweep(session, *all->data, {{&dice, dice.defaults()}}, request), std::invalid_argument);
  session.prediction().threshold = 0.5;
  EXPECT_THROW((void)frame(session), Refusal);
  session.prediction().threshold.reset();
  session.loss.id = kScriptLoss;
  EXPECT_THROW((void)frame(session), Refusal);
  session = ClassMemory::session();
  session.predict_from<FromModel>().model.path = "net.pt";
  EXPECT_THROW((void)frame(session), Refusal) << "every class would be compared with its one channel";
}

TEST_F(ClassFrames, WithoutAPredictionThereIsTheMask) {
  Session session = ClassMemory::session();
  session.predict_from_nothing();
  const FramePtr mask = frame(session);
  EXPECT_FALSE(mask->classes);
  EXPECT_FALSE(mask->reduction);
  EXPECT_FALSE(mask->views[0].mask.empty());
  session.predict_from<FromMask>().degradation.shift = {1, 0, 0};
  EXPECT_EQ(frame(session)->classes->rows.size(), 4U) << "the mask made worse, class by class";
}

}  // namespace
}  // namespace lossscope
