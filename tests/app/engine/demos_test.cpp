// SPDX-License-Identifier: Apache-2.0
// The demos tell the truth: what their texts claim is measured on the very states that they show. That it can be seen
// there is tested in tests/app/window/demo_pictures_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "app/engine/demos.h"
#include "app/engine/frame_computer.h"

namespace lossscope {
namespace {

Demo demo_named(const char* id) { return load_demo(QString::fromLatin1(id)); }

FrameComputer& computer() {  // one for all, so that the phantom is made once
  static FrameComputer instance(0);
  return instance;
}

/// A state of a demo, computed, with its whole maps.
class State {
 public:
  explicit State(Session session) : frame_(computer().compute(session)), result_(*frame_->result) {}

  [[nodiscard]] double value() const { return result_.reduction.value; }
  [[nodiscard]] const CaseData& data() const { return *frame_->data; }
  [[nodiscard]] bool mask(std::size_t at) const { return data().mask.voxels<std::uint8_t>()[at] != 0; }
  [[nodiscard]] float p(std::size_t at) const { return data().prediction.voxels<float>()[at]; }
  [[nodiscard]] bool missed(std::size_t at) const { return mask(at) && p(at) <= 0.5F; }
  [[nodiscard]] bool invented(std::size_t at) const { return !mask(at) && p(at) > 0.5F; }
  [[nodiscard]] std::array<std::int64_t, 3> voxel(std::size_t at) const {
    const auto& size = data().grid.size;
    const auto offset = static_cast<std::int64_t>(at);
    return {offset % size[0], offset / size[0] % size[1], offset / size[0] / size[1]};
  }
  /// The small lesion lies at the patient's right, below i = 60.
  [[nodiscard]] bool small(std::size_t at) const { return mask(at) && voxel(at)[0] < 60; }
  [[nodiscard]] bool large(std::size_t at) const { return mask(at) && voxel(at)[0] >= 60; }
  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(data().grid.voxels()); }

  [[nodiscard]] std::vector<float> map(MapKind kind) const {
    std::vector<float> values(count());
    const std::span<float> out(values);
    result_.loss->map_volume(result_.parameters, result_.problem, result_.fields, result_.reduction, {&kind, 1},
                             {&out, 1});
    return values;
  }
  [[nodiscard]] std::vector<float> contributions() const { return map(MapKind::contribution); }
  [[nodiscard]] std::span<const float> field() const { return result_.fields.front()->map.voxels<float>(); }

 private:
  std::shared_ptr<Frame> frame_;
  const LossResult& result_;
};

Session with_loss(Session session, const std::string& loss) {
  session.loss.id = loss;
  return session;
}

using Where = std::function<bool(std::size_t)>;

/// Least and largest value of a map over the voxels of a kind.
std::pair<double, double> range_over(const State& state, const std::vector<float>& map, const Where& where) {
  std::pair range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t at = 0; at < state.count(); ++at) {
    if (where(at)) {
      range.first = std::min(range.first, static_cast<double>(map[at]));
      range.second = std::max(range.second, static_cast<double>(map[at]));
    }
  }
  EXPECT_LE(range.first, range.second) << "there are such voxels";
  return range;
}

/// Sum of a map's magnitudes over the voxels of a kind.
double sum_over(const State& state, const std::vector<float>& map, const Where& where) {
  double sum = 0;
  for (std::size_t at = 0; at < state.count(); ++at) {
    sum += where(at) ? std::abs(static_cast<double>(map[at])) : 0;
  }
  return sum;
}

double count_of(const State& state, const Where& where) {
  double count = 0;
  for (std::size_t at = 0; at < state.count(); ++at) {
    count += where(at) ? 1 : 0;
  }
  return count;
}

TEST(Demos, Imbalance) {
  const Demo demo = demo_named("imbalance");
  const State nothing(demo.steps[0].shown.session);
  EXPECT_NEAR(
      static_cast<double>(nothing.count()) / count_of(nothing, [&](std::size_t at) { return nothing.mask(at); }), 600,
      40)
      << "one voxel in six hundred";
  EXPECT_EQ(count_of(nothing, [&](std::size_t at) { return nothing.p(at) > 0; }), 0) << "0 everywhere";
  EXPECT_GT(nothing.value(), 0.001);
  EXPECT_LT(nothing.value(), 0.1) << "far below ln 2";
  const auto costs = nothing.contributions();
  const auto missed = range_over(nothing, costs, [&](std::size_t at) { return nothing.mask(at); });
  EXPECT_EQ(missed.first, missed.second) << "every missed voxel costs the most";
  EXPECT_EQ(missed.second, static_cast<double>(*std::max_element(costs.begin(), costs.end())));
  EXPECT_NEAR(missed.second * static_cast<double>(nothing.count()), -std::log(1e-7), 1e-3) << "that it can charge";
  const State overlap(demo.steps[1].shown.session);
  EXPECT_GT(overlap.value(), 0.999);
  EXPECT_LT(overlap.value(), 1);
  const State one(demo.steps[2].shown.session);
  EXPECT_EQ(count_of(one, [&](std::size_t at) { return one.small(at) && !one.missed(at); }), 0)
      << "the small one is missed";
  EXPECT_EQ(count_of(one, [&](std::size_t at) { return one.large(at) && one.missed(at); }), 0)
      << "the large one is found";
  EXPECT_LT(one.value(), 0.1) << "and Dice hardly notices";
  EXPECT_GT(one.value(), 0.01);
}

TEST(Demos, ImbalanceGradientsOfDiceAndFocal) {
  const Demo demo = demo_named("imbalance");
  const State dice(demo.steps[3].shown.session);
  const auto slopes = dice.map(MapKind::gradient_probability);
  const auto within = range_over(dice, slopes, [&](std::size_t at) { return dice.mask(at); });
  EXPECT_LT(within.second, 0) << "blue";
  EXPECT_NEAR(within.first, within.second, -1e-5 * within.first) << "the same everywhere within the mask";
  const auto outside = range_over(dice, slopes, [&](std::size_t at) { return !dice.mask(at); });
  EXPECT_GE(outside.first, 0) << "red";
  const State focal(demo.steps[3].answered->session);
  const auto pulls = focal.map(MapKind::gradient_probability);
  EXPECT_EQ(sum_over(focal, pulls, [&](std::size_t at) { return focal.large(at); }), 0) << "the found one has none";
  const double all = sum_over(focal, pulls, [](std::size_t) { return true; });
  EXPECT_NEAR(sum_over(focal, pulls, [&](std::size_t at) { return focal.small(at); }) / all, 1, 1e-3) << "all of it";
}

TEST(Demos, Focal) {
  const Demo demo = demo_named("focal");
  const State plain(demo.steps[0].shown.session);
  EXPECT_NEAR(plain.value(), State(with_loss(demo.steps[0].shown.session, "bce")).value(), 1e-6 * plain.value());
  const State two(demo.steps[1].shown.session), five(demo.steps[2].shown.session);
  EXPECT_LT(two.value(), plain.value());
  EXPECT_LT(five.value(), two.value());
  const auto before = plain.contributions(), after = two.contributions(), last = five.contributions();
  const auto error = [&](std::size_t at) { return plain.mask(at) ? 1 - plain.p(at) : plain.p(at); };
  double right = 0;
  for (std::size_t at = 0; at < plain.count(); ++at) {
    const float q = error(at);
    if (q > 0.199F && q < 0.201F) {
      EXPECT_NEAR(after[at] / before[at], 0.04, 0.001) << "the weight at an error of 0.2";
    }
    if (q > 0.9F) {
      EXPECT_GT(after[at], 0.8F * before[at]) << "keeps more than four fifths";
    }
    right += q < 0.5F ? static_cast<double>(before[at]) : 0;
  }
  EXPECT_GT(right, 0.1 * plain.value()) << "together they weigh";
  const double all = sum_over(five, last, [](std::size_t) { return true; });
  const double wrong = sum_over(five, last, [&](std::size_t at) { return error(at) > 0.7F; });
  EXPECT_GT(wrong, 0.9 * all) << "the most wrong ones decide";
  const auto pulls = State(demo.steps[2].answered->session).map(MapKind::gradient_logit);
  EXPECT_LT(sum_over(five, pulls, [&](std::size_t at) { return error(at) < 0.3F; }),
            0.01 * sum_over(five, pulls, [](std::size_t) { return true; }))
      << "nothing is left of the easy rim";
  // The locked range reaches to the largest cost of the first step, so that no colour is cut off.
  const auto largest = static_cast<double>(*std::max_element(before.begin(), before.end()));
  EXPECT_GE(demo.steps[0].shown.session.look.range.maximum, largest);
  EXPECT_LT(demo.steps[0].shown.session.look.range.maximum, 1.5 * largest);
}

TEST(Demos, Tversky) {
  const Demo demo = demo_named("tversky");
  const State grown(demo.steps[0].shown.session), shrunken(demo.steps[0].answered->session);
  EXPECT_EQ(count_of(grown, [&](std::size_t at) { return grown.missed(at); }), 0) << "all errors are false alarms";
  EXPECT_EQ(count_of(shrunken, [&](std::size_t at) { return shrunken.invented(at); }), 0);
  EXPECT_GT(shrunken.value(), grown.value());
  EXPECT_LT(count_of(shrunken, [&](std::size_t at) { return shrunken.missed(at); }),
            count_of(grown, [&](std::size_t at) { return grown.invented(at); }))
      << "fewer voxels are wrong";
  EXPECT_GT(State(demo.steps[1].shown.session).value(), grown.value());
  EXPECT_LT(State(demo.steps[1].answered->session).value(), shrunken.value());
  EXPECT_GT(State(demo.steps[1].shown.session).value(), State(demo.steps[1].answered->session).value())
      << "it has changed its mind";
  const State middle(demo.steps[2].shown.session);
  EXPECT_NEAR(middle.value(), State(with_loss(demo.steps[2].shown.session, "dice")).value(), 1e-7);
  // Jaccard by hand: intersection over union of hard masks.
  const State jaccard(demo.steps[2].answered->session);
  const double both = (count_of(jaccard, [&](std::size_t at) { return jaccard.mask(at) && jaccard.p(at) > 0.5F; }));
  const double either = (count_of(jaccard, [&](std::size_t at) { return jaccard.mask(at) || jaccard.p(at) > 0.5F; }));
  EXPECT_NEAR(jaccard.value(), 1 - both / either, 1e-3);
}

TEST(Demos, BoundariesUnderDiceAndTheDistanceMap) {
  const Demo demo = demo_named("boundaries");
  EXPECT_EQ(demo.steps[0].shown.session.look.fourth, FourthPane::distance);
  const State dice(demo.steps[0].shown.session);
  const auto wrong = [&](std::size_t at) { return dice.missed(at) || dice.invented(at); };
  const auto costs = range_over(dice, dice.contributions(), wrong);
  EXPECT_NEAR(costs.first, costs.second, 1e-5 * costs.second) << "all wrong voxels have one colour";
  const State penalty(demo.steps[1].answered->session);
  const auto phi = penalty.field();
  const auto [least, most] = std::minmax_element(phi.begin(), phi.end());
  EXPECT_EQ(*least, 0) << "at the farthest points";
  EXPECT_EQ(*most, 1) << "at the boundary";
  const auto misses = range_over(penalty, penalty.contributions(), [&](std::size_t at) { return penalty.missed(at); });
  EXPECT_NEAR(misses.second / misses.first, 2, 0.25) << "the middle costs half as much as the edge";
}

TEST(Demos, BoundariesUnderHausdorffAndShapeAware) {
  const Demo demo = demo_named("boundaries");
  const State near(demo.steps[2].shown.session), far(demo.steps[2].answered->session);
  EXPECT_GT(far.value(), 3 * near.value()) << "much faster than twice";
  EXPECT_GT(count_of(far, [&](std::size_t at) { return far.invented(at); }),
            count_of(near, [&](std::size_t at) { return near.invented(at); }));
  // At the far tip of the large lesion's crescent, on the axis of the shift.
  const auto tip = [](const State& state) {
    const auto costs = state.contributions();
    std::size_t found = 0;
    for (std::size_t at = 0; at < state.count(); ++at) {
      const auto [i, j, k] = state.voxel(at);
      found = state.invented(at) && j == 61 && k == 55 ? at : found;
    }
    return static_cast<double>(costs[found]);
  };
  EXPECT_NEAR(tip(far) / tip(near), 4, 0.8) << "four times as much";
  const State close(demo.steps[3].shown.session), apart(demo.steps[3].answered->session);
  const auto cost = [](const State& state) {
    return range_over(state, state.contributions(),
                      [&](std::size_t at) { return state.missed(at) || state.invented(at); });
  };
  EXPECT_NEAR(cost(close).first, cost(close).second, 1e-5 * cost(close).second) << "neither costs more";
  EXPECT_GT(cost(apart).first, 1.4 * cost(close).second) << "all become dearer";
  EXPECT_GE(demo.steps[3].shown.session.look.range.maximum, cost(apart).second);
  EXPECT_LT(demo.steps[3].shown.session.look.range.maximum, 1.3 * cost(apart).second);
}

TEST(Demos, Saturation) {
  const Demo demo = demo_named("saturation");
  const State wish(demo.steps[0].shown.session);
  const auto missed = [&](std::size_t at) { return wish.small(at); };
  const auto everywhere = [](std::size_t) { return true; };
  EXPECT_GT(count_of(wish, [&](std::size_t at) { return wish.large(at) && wish.p(at) > 0.5F; }), 50) << "its core";
  const auto by_p = wish.map(MapKind::gradient_probability), by_z = wish.map(MapKind::gradient_logit);
  const auto p_range = range_over(wish, by_p, [&](std::size_t at) { return wish.mask(at); });
  EXPECT_LT(p_range.second, 0) << "blue";
  EXPECT_NEAR(p_range.first, p_range.second, -1e-4 * p_range.first) << "the missed one is as bright";
  for (std::size_t at = 0; at < wish.count(); ++at) {
    if (missed(at)) {
      EXPECT_LT(wish.p(at), 0.001F) << "surely wrong";
      EXPECT_LT(by_z[at] / by_p[at], 0.001F) << "less than one thousandth is left";
    }
  }
  const auto unsure = [&](std::size_t at) { return wish.large(at) && wish.p(at) > 0.02F && wish.p(at) < 0.98F; };
  EXPECT_GT(sum_over(wish, by_z, unsure), 0.85 * sum_over(wish, by_z, everywhere)) << "almost wholly at the rim";
  const State entropy(demo.steps[1].shown.session);
  const auto pulls = entropy.map(MapKind::gradient_logit);
  const auto n = static_cast<double>(entropy.count());
  for (std::size_t at = 0; at < entropy.count(); at += 997) {
    EXPECT_NEAR(pulls[at] * n, entropy.p(at) - (entropy.mask(at) ? 1 : 0), 1e-4) << "(p - g) / N";
  }
  const auto strongest = range_over(entropy, pulls, missed);
  const double most = static_cast<double>(*std::min_element(pulls.begin(), pulls.end()));
  EXPECT_NEAR(strongest.second, most, -0.01 * most) << "as bright as anything";
}

TEST(Demos, SaturationCombinesWhatEachPartCannot) {
  const Demo demo = demo_named("saturation");
  const Session& combined = demo.steps[2].shown.session;
  const State state(combined);
  const auto dice = State(with_loss(combined, "dice")).map(MapKind::gradient_logit);
  const auto entropy = State(with_loss(combined, "bce")).map(MapKind::gradient_logit);
  const auto missed = [&](std::size_t at) { return state.small(at); };
  const auto rim = [&](std::size_t at) { return state.large(at) && state.p(at) > 0.2F && state.p(at) < 0.8F; };
  EXPECT_GT(sum_over(state, dice, rim), 10 * sum_over(state, entropy, rim)) << "at the rim it is Dice";
  EXPECT_GT(sum_over(state, entropy, missed), 2 * sum_over(state, dice, missed)) << "at the missed one cross-entropy";
}

TEST(Demos, LogCosh) {
  const Demo demo = demo_named("log_cosh");
  for (const std::size_t step : {std::size_t{0}, std::size_t{1}}) {
    const Session& shown = demo.steps[step].shown.session;
    EXPECT_EQ(shown.look.compared, (std::vector<std::string>{"dice", "log_cosh_dice"})) << "both at once";
    EXPECT_TRUE(shown.look.shared_range) << "with one range";
    const State dice(with_loss(shown, "dice")), cosh(shown);
    const auto a = dice.map(MapKind::gradient_logit), b = cosh.map(MapKind::gradient_logit);
    for (std::size_t at = 0; at < a.size(); at += 91) {
      EXPECT_NEAR(b[at], std::tanh(dice.value()) * a[at], 1e-5 * std::abs(a[at]) + 1e-12) << "times one number";
    }
  }
  EXPECT_GT(State(with_loss(demo.steps[0].shown.session, "dice")).value(), 0.4);
  EXPECT_LT(State(with_loss(demo.steps[1].shown.session, "dice")).value(), 0.15);
}

}  // namespace
}  // namespace lossscope
