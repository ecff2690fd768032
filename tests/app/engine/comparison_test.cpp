// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/engine/frame_computer.h"
#include "app/engine/loss_statistics.h"
#include "losses/fields/distance.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;
using testing::whole_map;

TEST(Comparison, EveryPaneIsTheLossAlone) {
  MemoryCase files;
  FrameComputer together(2, files.sources());
  Session session = MemoryCase::session();
  session.look.arrangement = Arrangement::grid;
  session.look.compared = {"focal", "hausdorff", "dice", "cmssl"};
  session.look.compared_view = Anatomical::coronal;
  for (const OverlayLayer layer : {OverlayLayer::contribution, OverlayLayer::gradient, OverlayLayer::counterfactual}) {
    session.look.layer = layer;
    const auto frame = together.compute(session);
    ASSERT_EQ(frame->compared.size(), 4U);
    for (const ComparedPane& pane : frame->compared) {
      Session alone = session;
      alone.look.arrangement = Arrangement::single;
      alone.loss.id = pane.loss;
      const auto expected = FrameComputer(1, files.sources()).compute(alone);
      EXPECT_EQ(pane.result->reduction.value, expected->reduction->value) << pane.loss;
      EXPECT_EQ(pane.overlay, expected->views[1].overlay) << pane.loss;
    }
  }
  EXPECT_EQ(together.work().reductions, 4) << "dice is the chosen loss and compared; no layer needs new sums";
}

TEST(Comparison, ASharedRangeHoldsAllOwnRanges) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  Session session = MemoryCase::session();
  session.look.arrangement = Arrangement::grid;
  session.look.compared = {"focal", "dist_map"};
  const auto own = computer.compute(session);
  session.look.shared_range = true;
  const auto shared = computer.compute(session);
  EXPECT_NE(own->compared[0].range.high, own->compared[1].range.high);
  for (const ComparedPane& pane : shared->compared) {
    EXPECT_EQ(pane.range.high, std::max(own->compared[0].range.high, own->compared[1].range.high));
    EXPECT_EQ(pane.range.low, std::min(own->compared[0].range.low, own->compared[1].range.low));
  }
}

TEST(Comparison, ADifferenceIsOfGradientsOfLengthOne) {
  MemoryCase files;
  Session session = MemoryCase::session();
  session.look.arrangement = Arrangement::difference;
  session.look.compared = {"dice", "bce", "focal"};
  session.look.gradient_of = GradientOf::logit;
  FrameComputer computer(2, files.sources());
  const auto frame = computer.compute(session);
  ASSERT_EQ(frame->compared.size(), 3U);
  std::array<std::vector<double>, 2> unit;
  for (std::size_t at = 0; at < 2; ++at) {
    const auto map = whole_map(*frame->compared[at].result, MapKind::gradient_logit);
    double squares = 0;
    for (const float value : map) {
      squares += double(value) * double(value);
    }
    EXPECT_NEAR(frame->compared[at].norm, std::sqrt(squares), 1e-12 * std::sqrt(squares));
    for (const float value : map) {
      unit[at].push_back(double(value) / std::sqrt(squares));
    }
  }
  const ViewResult& view = frame->views[0];
  const Grid& grid = files.grid();
  for (std::int64_t y = 0; y < view.axes.height(grid); ++y) {
    for (std::int64_t x = 0; x < view.axes.width(grid); ++x) {
      const auto [i, j, k] = view.axes.voxel(grid, x, y, view.slice);
      const auto at = static_cast<std::size_t>(grid.offset(i, j, k));
      EXPECT_NEAR(frame->compared[2].overlay[y * view.axes.width(grid) + x], unit[0][at] - unit[1][at], 1e-7);
    }
  }
  EXPECT_EQ(frame->compared[2].range.low, -frame->compared[2].range.high);
}

TEST(Comparison, AnUnknownLossSpoilsItsPaneAlone) {
  MemoryCase files;
  Session session = MemoryCase::session();
  session.look.arrangement = Arrangement::grid;
  session.look.compared = {"dice", "nonsense"};
  const auto frame = FrameComputer(1, files.sources()).compute(session);
  EXPECT_FALSE(frame->compared[0].overlay.empty());
  EXPECT_FALSE(frame->compared[1].result);
  EXPECT_NE(frame->compared[1].problem.find("nonsense"), std::string::npos);
}

class Statistics : public ::testing::TestWithParam<std::string> {
 protected:
  Statistics() {
    Session session = MemoryCase::session();
    session.loss.id = GetParam();
    session.predict_from<FromMask>().degradation.noise = 0.05;
    frame = FrameComputer(1, files.sources()).compute(session);
    distance = signed_distance(frame->data->mask, files.grid().spacing);
    statistics = loss_statistics(*frame->result, MapKind::gradient_probability, 2);
  }
  /// TP, FP, FN, TN.
  [[nodiscard]] std::size_t outcome(std::int64_t at) const {
    const bool in_mask = frame->data->mask.voxels<std::uint8_t>()[at] != 0;
    const bool predicted = frame->data->prediction.voxels<float>()[at] > 0.5F;
    return in_mask && predicted ? 0 : predicted ? 1 : in_mask ? 2 : 3;
  }
  MemoryCase files;
  std::shared_ptr<Frame> frame;
  Volume distance;
  LossStatistics statistics;
};

TEST_P(Statistics, SumsAreTheValueAndCountsAreTheVoxels) {
  const auto contribution = whole_map(*frame->result, MapKind::contribution);
  std::array<double, kOutcomes> sums{};
  ByOutcome voxels{};
  double boundary = 0;
  for (std::size_t at = 0; at < contribution.size(); ++at) {
    sums[outcome(at)] += double(contribution[at]);
    ++voxels[outcome(at)];
    boundary += std::abs(distance.voxels<float>()[at]) <= 1.6001F ? double(contribution[at]) : 0;
  }
  EXPECT_EQ(statistics.voxels, voxels);
  double total = 0, profile = 0;
  for (std::size_t k = 0; k < kOutcomes; ++k) {
    EXPECT_NEAR(statistics.contribution[k], sums[k], 1e-9 * frame->reduction->value);
    total += statistics.contribution[k];
  }
  EXPECT_NEAR(total, frame->reduction->value, 2e-6 * frame->reduction->value);
  EXPECT_NEAR(statistics.boundary, boundary, 1e-9 * frame->reduction->value);
  EXPECT_EQ(statistics.contributions.total(), files.grid().voxels());
  EXPECT_EQ(statistics.gradients.total(), files.grid().voxels());
  std::int64_t counted = 0;
  for (std::size_t bin = 0; bin < statistics.by_distance.voxels.size(); ++bin) {
    for (std::size_t k = 0; k < kOutcomes; ++k) {
      counted += statistics.by_distance.voxels[bin][k];
      profile += statistics.by_distance.contribution[bin][k];
    }
  }
  EXPECT_EQ(counted, files.grid().voxels());
  EXPECT_NEAR(profile, total, 1e-9 * total);
  const auto bins = [&](std::int64_t bin) {
    std::int64_t sum = 0;
    const auto at = static_cast<std::size_t>(bin - statistics.by_distance.first);
    for (const std::int64_t voxels_there : statistics.by_distance.voxels.at(at)) {
      sum += voxels_there;
    }
    return sum;
  };
  std::int64_t just_outside = 0, just_inside = 0;
  for (const float d : distance.voxels<float>()) {
    just_outside += d > 0 && d <= 0.90001F ? 1 : 0;
    just_inside += d < 0 && d >= -0.90001F ? 1 : 0;
  }
  EXPECT_EQ(bins(0), just_outside) << "bars reach to the boundary: nothing is nearer to it than one voxel";
  EXPECT_EQ(bins(-1), just_inside);
  EXPECT_GT(just_outside, 0);
}

TEST_P(Statistics, EveryVoxelIsInItsBin) {
  const auto gradient = whole_map(*frame->result, MapKind::gradient_probability);
  std::array<std::map<std::size_t, std::int64_t>, kOutcomes> expected;
  for (std::size_t at = 0; at < gradient.size(); ++at) {
    if (gradient[at] != 0) {
      const double size = std::abs(double(gradient[at]));
      std::size_t low = 0, high = SizeHistogram::kBins - 1;
      while (low < high) {  // by the edges alone
        const std::size_t middle = (low + high + 1) / 2;
        SizeHistogram::edge(middle) <= size ? low = middle : high = middle - 1;
      }
      ++expected[outcome(static_cast<std::int64_t>(at))][low];
    }
  }
  for (std::size_t k = 0; k < kOutcomes; ++k) {
    for (const auto& [bin, count] : expected[k]) {
      EXPECT_EQ(statistics.gradients.count(k, bin), count);
    }
  }
}

TEST_P(Statistics, TheWorstAreTheLargestAndRanksCountThem) {
  const auto contribution = whole_map(*frame->result, MapKind::contribution);
  std::vector<std::int64_t> order(contribution.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t a, std::int64_t b) { return contribution[a] > contribution[b]; });
  ASSERT_EQ(statistics.worst.size(), LossStatistics::kWorst);
  for (std::size_t at = 0; at < statistics.worst.size(); ++at) {
    ASSERT_EQ(statistics.worst[at].offset, order[at]) << at;
  }
  for (std::size_t at = 0; at < order.size(); at += 101) {
    const float value = contribution[order[at]];
    const auto at_least = [&](double limit) {
      return double(
                 std::count_if(contribution.begin(), contribution.end(), [&](float v) { return double(v) >= limit; })) /
             double(contribution.size());
    };
    const double slack = std::abs(double(value)) * 0.002;
    EXPECT_LE(statistics.ranks.share_at_least(value), at_least(double(value) - slack));
    EXPECT_GE(statistics.ranks.share_at_least(value), at_least(double(value)));
  }
}

TEST_P(Statistics, DoNotDependOnThreads) {
  const LossStatistics other = loss_statistics(*frame->result, MapKind::gradient_probability, 1);
  EXPECT_EQ(other.contribution, statistics.contribution);
  EXPECT_EQ(other.boundary, statistics.boundary);
  EXPECT_EQ(other.by_distance.contribution, statistics.by_distance.contribution);
}

INSTANTIATE_TEST_SUITE_P(Losses, Statistics, ::testing::Values("dice", "focal", "hausdorff", "cmssl"));

}  // namespace
}  // namespace lossscope
