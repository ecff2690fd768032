// SPDX-License-Identifier: Apache-2.0
// The demos tell the truth: what their texts claim is measured on the very states that they show.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "app/engine/frame_computer.h"
#include "app/session/demo.h"

namespace lossscope {
namespace {

Demo demo_named(const std::string& id) {
  std::ifstream file(std::string(LOSSSCOPE_DEMOS) + "/" + id + ".md");
  std::ostringstream text;
  text << file.rdbuf();
  return parse_demo(text.str(), id);
}

FrameComputer& computer() {  // one for all, so that the phantom is made once
  static FrameComputer instance(0);
  return instance;
}

double value_of(const Session& session) { return computer().compute(session)->reduction.value().value; }

/// The largest magnitude of the visible overlay.
double largest(const Session& session) {
  const auto frame = computer().compute(session);
  double found = 0;
  for (const ViewResult& view : frame->views) {
    for (const float value : view.overlay) {
      found = std::max(found, std::abs(static_cast<double>(value)));
    }
  }
  return found;
}

Session with_loss(Session session, const std::string& loss) {
  session.loss.id = loss;
  return session;
}

TEST(Demos, Imbalance) {
  const Demo demo = demo_named("imbalance");
  const double plain = value_of(demo.steps[0].state);
  EXPECT_GT(plain, 0.001);
  EXPECT_LT(plain, 0.1) << "far below ln 2";
  const double overlap = value_of(demo.steps[1].state);
  EXPECT_GT(overlap, 0.999);
  EXPECT_LT(overlap, 1);
  const auto frame = computer().compute(demo.steps[2].state);
  EXPECT_LT(frame->reduction->value, 0.1) << "the small lesion is missed, and Dice hardly notices";
  EXPECT_GT(frame->reduction->value, 0.01);
}

TEST(Demos, ImbalanceGradientOfDiceIsTheSameWithinTheMask) {
  const Demo demo = demo_named("imbalance");
  const auto frame = computer().compute(demo.steps[3].state);
  float low = 1, high = -1;
  for (const ViewResult& view : frame->views) {
    for (std::size_t i = 0; i < view.overlay.size(); ++i) {
      if (view.mask[i] > 0.5F) {
        low = std::min(low, view.overlay[i]);
        high = std::max(high, view.overlay[i]);
      }
    }
  }
  EXPECT_LT(high, 0);
  EXPECT_NEAR(low, high, -1e-5F * low);
}

TEST(Demos, Focal) {
  const Demo demo = demo_named("focal");
  const double plain = value_of(demo.steps[0].state);
  EXPECT_NEAR(plain, value_of(with_loss(demo.steps[0].state, "bce")), 1e-6 * plain);
  const double two = value_of(demo.steps[1].state), five = value_of(demo.steps[2].state);
  EXPECT_LT(two, plain);
  EXPECT_LT(five, two);
}

TEST(Demos, Tversky) {
  const Demo demo = demo_named("tversky");
  const double grown = value_of(demo.steps[0].state), shrunken = value_of(*demo.steps[0].answered);
  EXPECT_GT(shrunken, grown);
  EXPECT_GT(value_of(demo.steps[1].state), grown);
  EXPECT_LT(value_of(*demo.steps[1].answered), shrunken);
  const double dice = value_of(with_loss(demo.steps[2].state, "dice"));
  EXPECT_NEAR(value_of(demo.steps[2].state), dice, 1e-7);
  const auto wrong = [](const Session& session) {
    const auto frame = computer().compute(session);
    const auto g = frame->data->mask.voxels<std::uint8_t>();
    const auto p = frame->data->prediction.voxels<float>();
    std::int64_t count = 0;
    for (std::size_t i = 0; i < g.size(); ++i) {
      count += (g[i] != 0) != (p[i] > 0.5F) ? 1 : 0;
    }
    return count;
  };
  EXPECT_LT(wrong(*demo.steps[0].answered), wrong(demo.steps[0].state)) << "fewer voxels are wrong";
}

TEST(Demos, Boundaries) {
  const Demo demo = demo_named("boundaries");
  const double near = value_of(demo.steps[2].state), far = value_of(*demo.steps[2].answered);
  EXPECT_GT(far, 3 * near) << "it grows much faster than twice";
  EXPECT_GT(value_of(*demo.steps[3].answered), 2 * value_of(demo.steps[3].state));
  EXPECT_EQ(computer().compute(demo.steps[0].state)->session.look.fourth, FourthPane::distance);
}

TEST(Demos, Saturation) {
  const Demo demo = demo_named("saturation");
  EXPECT_GT(largest(demo.steps[0].state), 0);
  EXPECT_EQ(largest(*demo.steps[0].answered), 0);
  EXPECT_GT(largest(demo.steps[1].state), 0);
  EXPECT_GT(largest(demo.steps[2].state), 0);
}

TEST(Demos, LogCosh) {
  const Demo demo = demo_named("log_cosh");
  for (const std::size_t step : {std::size_t{0}, std::size_t{1}}) {
    const double dice = value_of(demo.steps[step].state);
    const double ratio = largest(*demo.steps[step].answered) / largest(demo.steps[step].state);
    EXPECT_NEAR(ratio, std::tanh(dice), 1e-5) << "the same map, scaled by tanh of the loss";
  }
  EXPECT_GT(value_of(demo.steps[0].state), 0.4);
  EXPECT_LT(value_of(demo.steps[1].state), 0.15);
}

}  // namespace
}  // namespace lossscope
