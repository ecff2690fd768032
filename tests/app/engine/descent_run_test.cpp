// SPDX-License-Identifier: Apache-2.0
#include "app/engine/descent_run.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <algorithm>

namespace lossscope {
namespace {

/// A box, and a soft prediction of it that is shifted.
Problem small_problem() {
  Grid grid;
  grid.size = {24, 20, 16};
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32)};
  for (std::int64_t i = 0; i < grid.voxels(); ++i) {
    const std::int64_t x = i % 24, y = i / 24 % 20, z = i / 480;
    const bool middle = y >= 5 && y < 15 && z >= 4 && z < 12;
    problem.mask.voxels<std::uint8_t>()[i] = middle && x >= 6 && x < 16 ? 1 : 0;
    problem.prediction.voxels<float>()[i] = middle && x >= 9 && x < 19 ? 0.9F : 0.1F;
  }
  return problem;
}

DescentLane lane_of(const char* id) { return {find_loss(id), find_loss(id)->defaults()}; }

/// Runs the event loop until `done`, at most 20 s.
template <class Done>
bool wait_until(const Done& done) {
  const QDeadlineTimer limit(20'000);
  while (!done() && !limit.hasExpired()) {
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
  }
  return done();
}

TEST(DescentRun, GoesAsFarAsItWasTold) {
  DescentRun run(2);
  std::vector<std::int64_t> seen;
  int pauses = 0;
  QObject::connect(&run, &DescentRun::advanced, [&](std::int64_t step) { seen.push_back(step); });
  QObject::connect(&run, &DescentRun::paused, [&] { ++pauses; });
  run.begin(small_problem(), {lane_of("bce"), lane_of("dice")}, {});
  ASSERT_TRUE(wait_until([&] { return pauses == 1; }));
  EXPECT_EQ(run.steps(), 0);
  run.play(6);
  ASSERT_TRUE(wait_until([&] { return pauses == 2; }));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(run.playing());
}

TEST(DescentRun, LanesAreTheDescentsOfTheirLosses) {
  DescentRun run(2);
  run.begin(small_problem(), {lane_of("bce"), lane_of("tversky")}, {});
  run.play(4);
  ASSERT_TRUE(wait_until([&] { return run.steps() == 4; }));
  for (std::size_t lane = 0; lane < 2; ++lane) {
    const DescentLane of = run.lanes()[lane];
    Descent alone(*of.loss, of.parameters, small_problem(), {});
    for (int step = 0; step < 4; ++step) {
      alone.step();
    }
    const auto curve = run.curve(lane);
    ASSERT_EQ(curve.size(), 5U);
    EXPECT_EQ(curve.back().loss, alone.curve().back().loss);
    const auto state = run.state(lane, 4);
    EXPECT_EQ(state.step, 4);
    EXPECT_NEAR(state.logits.voxels<float>()[3000], alone.current().prediction.voxels<float>()[3000], 1.0 / 1024);
  }
}

TEST(DescentRun, PausesAndGoesOn) {
  DescentRun run(2);
  run.setSpeed(50);
  int pauses = 0;
  QObject::connect(&run, &DescentRun::paused, [&] { ++pauses; });
  run.begin(small_problem(), {lane_of("dice")}, {});
  run.play(1'000'000);
  ASSERT_TRUE(wait_until([&] { return run.steps() >= 3; }));
  pauses = 0;  // one may have come before it was told to play
  run.pause();
  ASSERT_TRUE(wait_until([&] { return pauses == 1; }));
  const std::int64_t at = run.steps();
  EXPECT_LT(at, 1000);
  run.stepOnce();
  ASSERT_TRUE(wait_until([&] { return pauses == 2; }));
  EXPECT_EQ(run.steps(), at + 1);
}

TEST(DescentRun, BeginningAnewForgetsTheOld) {
  DescentRun run(2);
  run.begin(small_problem(), {lane_of("hausdorff")}, {});
  run.play(1000);
  ASSERT_TRUE(wait_until([&] { return run.steps() >= 1; }));
  std::vector<std::int64_t> seen;
  QObject::connect(&run, &DescentRun::advanced, [&](std::int64_t step) { seen.push_back(step); });
  run.begin(small_problem(), {lane_of("bce"), lane_of("focal")}, {});
  run.play(1);
  ASSERT_TRUE(wait_until([&] { return run.steps() == 1 && seen.size() >= 2; }));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(run.curve(1).size(), 2U);
}

TEST(DescentRun, AStepOfAnOldDescentIsNoneOfTheNewOne) {
  DescentRun run(2);
  run.begin(small_problem(), {lane_of("bce")}, {});
  run.play(2);
  ASSERT_TRUE(wait_until([&] { return run.steps() == 2; }));
  const FromRun old = run.place(0, 2);
  EXPECT_FALSE(run.state(old).empty());
  run.begin(small_problem(), {lane_of("focal")}, {});
  run.play(2);
  ASSERT_TRUE(wait_until([&] { return run.steps() == 2; }));
  EXPECT_NE(run.place(0, 2), old) << "what was made of the old one would be taken for this one";
  EXPECT_TRUE(run.state(old).empty());
  const Volume fresh = run.state(run.place(0, 2));
  ASSERT_FALSE(fresh.empty());
  EXPECT_TRUE(std::ranges::equal(fresh.voxels<float>(), run.state(0, 2).logits.voxels<float>()));
  EXPECT_TRUE(run.state(run.place(1, 2)).empty()) << "there is one lane";
}

TEST(DescentRun, ClearedHasNothing) {
  DescentRun run(2);
  run.begin(small_problem(), {lane_of("bce")}, {});
  ASSERT_TRUE(wait_until([&] { return run.steps() == 0; }));
  run.clear();
  EXPECT_TRUE(run.empty());
  EXPECT_TRUE(wait_until([&] { return run.state(0, 0).step == -1; }));
}

TEST(DescentRun, SaysThatALossCannotMove) {
  Problem problem = small_problem();
  std::ranges::fill(problem.mask.voxels<std::uint8_t>(), std::uint8_t{0});
  DescentRun run(2);
  run.begin(problem, {lane_of("balanced_ce"), lane_of("bce")}, {});
  ASSERT_TRUE(wait_until([&] { return run.steps() == 0; }));
  EXPECT_TRUE(run.stuck(0));
  EXPECT_FALSE(run.stuck(1));
}

TEST(DescentRun, RefusesNothingToDo) {
  DescentRun run(1);
  EXPECT_THROW(run.begin(small_problem(), {}, {}), std::invalid_argument);
  EXPECT_THROW(run.begin({}, {lane_of("bce")}, {}), std::invalid_argument);
  EXPECT_THROW(run.begin(small_problem(), std::vector<DescentLane>(5, lane_of("bce")), {}), std::invalid_argument);
}

}  // namespace
}  // namespace lossscope
