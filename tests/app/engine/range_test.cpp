// SPDX-License-Identifier: Apache-2.0
// The colours' range: of the whole volume, of one map the same wherever it is shown.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <vector>

#include "app/engine/frame_computer.h"
#include "app/engine/loss_statistics.h"
#include "app/engine/range_finder.h"
#include "basics/trace.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::degradation_of;
using testing::MemoryCase;
using testing::whole_map;

ValueRange range_of_counts(std::vector<std::pair<float, std::int64_t>> values, bool is_signed) {
  std::vector<float> sizes;
  std::vector<std::int64_t> counts;
  for (const auto& [value, count] : values) {
    sizes.push_back(value);
    counts.push_back(count);
  }
  return range_of(sizes, counts, is_signed);
}

TEST(RangeOf, EndsAtTheLargestHoweverFewHoldIt) {
  // A missed lesion of 500 voxels in 80 million, which holds less than 1 % of the sum.
  const ValueRange range = range_of_counts({{1e-9F, 80'000'000}, {3e-9F, 200'000}, {9e-8F, 500}}, false);
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, double(9e-8F));
  EXPECT_EQ(range.above, 0);
}

TEST(RangeOf, LeavesOutOnlySingleVoxelsFarAboveAllOthersAndCountsThem) {
  const ValueRange clamped = range_of_counts({{-1, 1'000'000}, {-80, 100}, {1e7F, 1}, {-1e7F, 2}}, true);
  EXPECT_EQ(clamped.high, 80);
  EXPECT_EQ(clamped.low, -80);
  EXPECT_EQ(clamped.above, 1);
  EXPECT_EQ(clamped.below, 2);
  const ValueRange many = range_of_counts({{-1, 1'000'000}, {-80, 100}, {1e7F, kFewVoxels + 1}}, true);
  EXPECT_EQ(many.high, 1e7) << "these are no single voxels";
  const ValueRange near = range_of_counts({{-1, 1'000'000}, {-80, 100}, {799, 1}}, true);
  EXPECT_EQ(near.high, 799) << "not ten times above the next";
}

TEST(RangeOf, NeverLeavesOutWhatHoldsTheLoss) {
  const ValueRange one = range_of_counts({{1e-12F, 1'000'000}, {0.5F, 1}}, false);
  EXPECT_EQ(one.high, 0.5) << "the one wrong voxel is the loss";
  const ValueRange slope = range_of_counts({{1e-12F, 1'000'000}, {0.5F, 1}}, true);
  EXPECT_EQ(slope.high, 0.5) << "and the gradient";
}

TEST(RangeOf, LeavesOutSingleVoxelsAtTheirTrueShare) {
  const std::vector<float> values{1e-9F, 2e-8F, 1e-6F, 8e-7F, 3e-8F};
  const std::vector<std::int64_t> counts{1'000'000, 100'000, 1, 1, 1};
  const std::vector<std::uint8_t> single{0, 0, 1, 1, 1};
  const ValueRange range = range_of(values, counts, false, single);
  EXPECT_EQ(range.high, double(2e-8F));
  EXPECT_EQ(range.above, 3);
  EXPECT_EQ(range_of(values, counts, false, std::vector<std::uint8_t>{0, 0, 0, 1, 1}).high, double(1e-6F))
      << "one of the largest is no single voxel";
  EXPECT_EQ(range_of(values, {{1000, 100'000, 1, 1, 10'000}}, false, single).high, double(3e-8F))
      << "beyond 3e-8 lie less than 1 % of the sum, beyond 2e-8 more";
  const std::vector<float> near{1e-9F, 2e-8F, 3.9e-8F};
  EXPECT_EQ(range_of(near, {{1'000'000, 100'000, 1}}, false, std::vector<std::uint8_t>{0, 0, 1}).high, double(3.9e-8F))
      << "not twice as large";
  EXPECT_EQ(range_of(std::vector<float>{0.5F}, {{1}}, false, std::vector<std::uint8_t>{1}).high, 0.5)
      << "there is no other";
}

TEST(RangeOf, IsSymmetricWhereAValueIsNegativeAndNeverEmpty) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const ValueRange both = range_of_counts({{-3, 4}, {2, 4}, {nan, 1}, {inf, 1}, {-inf, 1}}, false);
  EXPECT_EQ(both.low, -3);
  EXPECT_EQ(both.high, 3);
  EXPECT_EQ(range_of_counts({{0, 9}}, false).high, 1);
  EXPECT_EQ(range_of({}, {}, true).low, -1);
}

double largest_size(const std::vector<float>& values) {
  double largest = 0;
  for (const float value : values) {
    largest = std::max(largest, std::abs(double(value)));
  }
  return largest;
}

/// Those that hang together with a voxel of the same side of the mask, each at least as wrong as the first.
std::size_t together(const CaseData& data, std::int64_t first) {
  const auto mask = data.mask.voxels<std::uint8_t>();
  const auto p = data.prediction.voxels<float>();
  const auto as_wrong = [&](std::int64_t at) {
    return (mask[at] != 0) == (mask[first] != 0) && (mask[first] != 0 ? p[at] <= p[first] : p[at] >= p[first]);
  };
  const auto& size = data.grid.size;
  std::set<std::int64_t> found{first};
  for (std::vector<std::int64_t> next{first}; !next.empty();) {
    const std::int64_t from = next.back();
    next.pop_back();
    const std::int64_t x = from % size[0], y = from / size[0] % size[1], z = from / size[0] / size[1];
    for (int step = 0; step < 27; ++step) {
      const std::int64_t i = x + step % 3 - 1, j = y + step / 3 % 3 - 1, k = z + step / 9 - 1;
      if (i < 0 || j < 0 || k < 0 || i >= size[0] || j >= size[1] || k >= size[2]) {
        continue;
      }
      const std::int64_t at = i + size[0] * (j + size[1] * k);
      if (as_wrong(at) && found.insert(at).second) {
        next.push_back(at);
      }
    }
  }
  return found.size();
}

/// Whether what lies beyond the end of a frame's range is what the bar says: so many voxels, each by itself.
void expect_single_beyond(const Frame& frame, const std::vector<float>& map) {
  std::int64_t beyond = 0;
  for (std::size_t at = 0; at < map.size(); ++at) {
    if (std::abs(double(map[at])) > frame.range.high) {
      ++beyond;
      EXPECT_LE(together(*frame.data, static_cast<std::int64_t>(at)), 2U) << at;
    }
  }
  EXPECT_EQ(frame.range.above + frame.range.below, beyond);
}

class EveryLoss : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryLoss, RangesEndWhereTheWholeMapDoes) {
  MemoryCase files;
  for (const double noise : {0.0, 0.1}) {
    Session session = MemoryCase::session();
    session.loss.id = GetParam();
    degradation_of(session).noise = noise;
    FrameComputer computer(2, files.sources());
    for (const OverlayLayer layer :
         {OverlayLayer::contribution, OverlayLayer::gradient, OverlayLayer::counterfactual}) {
      session.look.layer = layer;
      const auto frame = computer.compute(session);
      const MapKind kind = layer == OverlayLayer::contribution ? MapKind::contribution
                           : layer == OverlayLayer::gradient   ? MapKind::gradient_probability
                                                               : MapKind::counterfactual;
      const double largest = largest_size(whole_map(*frame->result, kind));
      const double slack = (frame->result->fields.empty() ? 1e-6 : 0.005) * largest;
      if (frame->range.above + frame->range.below == 0) {
        EXPECT_NEAR(frame->range.high, largest, slack) << session.loss.id << ' ' << int(layer) << ' ' << noise;
      } else {
        EXPECT_LT(2 * frame->range.high, largest);
        expect_single_beyond(*frame, whole_map(*frame->result, kind));
      }
      EXPECT_TRUE(frame->range.known);
    }
  }
}

TEST_P(EveryLoss, RangesStayWhileSlicesChangeAndFollowAParameter) {
  MemoryCase files;
  Session session = MemoryCase::session();
  session.loss.id = GetParam();
  FrameComputer computer(2, files.sources());
  const ValueRange before = computer.compute(session)->range;
  for (std::int64_t slice = 0; slice < files.grid().size[2]; ++slice) {
    session.look.crosshair[2] = slice;
    ASSERT_EQ(computer.compute(session)->range, before) << slice;
  }
  const Loss& loss = *find_loss(session.loss.id);
  for (const ParameterInfo& info : loss.parameters()) {
    Session tuned = session;
    tuned.loss.parameters[session.loss.id][std::string(info.id)] = info.maximum;
    EXPECT_EQ(computer.compute(tuned)->range, FrameComputer(1, files.sources()).compute(tuned)->range) << info.id;
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryLoss, ::testing::ValuesIn([] {
                           std::vector<std::string> ids;
                           for (const Loss* loss : all_losses()) {
                             ids.emplace_back(loss->declaration().id);
                           }
                           return ids;
                         }()),
                         [](const auto& loss) { return loss.param; });

/// Counts how often the voxels that stand for all are looked for in the volume.
class PassCounter final : public trace::Sink {
 public:
  PassCounter() { trace::sink = this; }
  ~PassCounter() { trace::sink = nullptr; }
  void take(const trace::Event& event) noexcept override {
    passes += std::string_view(event.name) == "voxels that stand for all" ? 1 : 0;
  }
  std::atomic<int> passes{0};
};

TEST(Ranges, LookAtTheVolumeOnceForAllSlicesAndParameters) {
  MemoryCase files;
  Session session = MemoryCase::session();
  session.loss.id = "focal";
  FrameComputer computer(1, files.sources());
  const PassCounter counter;
  (void)computer.compute(session);
  for (int step = 1; step <= 3; ++step) {
    session.look.crosshair[2] = step;
    (void)computer.compute(session);
    (void)computer.compute(session);  // nothing changed: what nobody asked for twice is dropped
    session.loss.parameters["focal"]["gamma"] = 1 + step;
    (void)computer.compute(session);
  }
  EXPECT_EQ(counter.passes, 1);
}

TEST(OneRange, OfSlicesSurfacesAndPanesOfTheSameMap) {
  MemoryCase files;
  FrameComputer computer(2, files.sources());
  Session session = MemoryCase::session();
  session.loss.id = "focal";
  session.look.display.surfaces.colour = SurfaceColour::contribution;
  const ValueRange range = computer.compute(session)->range;
  EXPECT_EQ(computer.compute(session)->surface_range, range);
  session.look.layer = OverlayLayer::gradient;
  EXPECT_EQ(computer.compute(session)->surface_range, range) << "the surfaces still show the contribution";
  session.look.layer = OverlayLayer::contribution;
  session.look.arrangement = Arrangement::grid;
  session.look.compared = {"dice", "focal"};
  EXPECT_EQ(computer.compute(session)->compared[1].range, range);
  session.look.arrangement = Arrangement::contact_sheet;
  const auto sheet = computer.compute(session);
  const auto focal = std::find_if(sheet->compared.begin(), sheet->compared.end(),
                                  [](const ComparedPane& pane) { return pane.loss == "focal"; });
  ASSERT_NE(focal, sheet->compared.end());
  EXPECT_EQ(focal->range, range);
}

TEST(OneRange, OfADifferenceHoldsAllThreeMapsOfTheVolume) {
  MemoryCase files;
  Session session = MemoryCase::session();
  session.look.arrangement = Arrangement::difference;
  session.look.compared = {"dice", "bce"};
  session.look.gradient_of = GradientOf::logit;
  const auto frame = FrameComputer(2, files.sources()).compute(session);
  std::array<std::vector<float>, 2> maps;
  double largest = 0;
  for (std::size_t at = 0; at < 2; ++at) {
    maps[at] = whole_map(*frame->compared[at].result, MapKind::gradient_logit);
    for (float& value : maps[at]) {
      value = static_cast<float>(double(value) / frame->compared[at].norm);
    }
    largest = std::max(largest, largest_size(maps[at]));
  }
  for (std::size_t at = 0; at < maps[0].size(); ++at) {
    largest = std::max(largest, std::abs(double(maps[0][at]) - double(maps[1][at])));
  }
  for (const ComparedPane& pane : frame->compared) {
    EXPECT_NEAR(pane.range.high, largest, 0.005 * largest);
    EXPECT_EQ(pane.range.low, -pane.range.high);
  }
}

TEST(OneRange, ThatIsLockedStaysAndSaysWhatLiesBeyond) {
  MemoryCase files;
  FrameComputer computer(2, files.sources());
  Session session = MemoryCase::session();
  session.loss.id = "bce";
  const auto free = computer.compute(session);
  const double end = free->range.high / 4;
  session.look.range = {true, 0, end};
  const auto locked = computer.compute(session);
  EXPECT_EQ(locked->range.high, end);
  const auto map = whole_map(*locked->result, MapKind::contribution);
  const auto beyond = std::count_if(map.begin(), map.end(), [&](float v) { return double(v) > end; });
  EXPECT_GT(beyond, 0);
  EXPECT_NEAR(double(locked->range.above), double(beyond), 3 + 0.02 * double(beyond)) << "to a bin of 1/256";
}

TEST(NegativeContributions, HaveASymmetricRangeAndStillAddUp) {
  MemoryCase files;
  Session session = MemoryCase::session();
  session.loss.id = "dice";
  session.loss.parameters["dice"] = {{"smooth_nr", 10}, {"smooth_dr", 0}};
  const auto frame = FrameComputer(2, files.sources()).compute(session);
  const auto map = whole_map(*frame->result, MapKind::contribution);
  EXPECT_LT(*std::min_element(map.begin(), map.end()), 0);
  EXPECT_LT(frame->range.low, 0);
  EXPECT_EQ(frame->range.low, -frame->range.high);
  double sum = 0, sizes = 0;
  for (const float value : map) {
    sum += double(value);
    sizes += std::abs(double(value));
  }
  EXPECT_NEAR(sum, frame->reduction->value, 1e-6 * sizes);
  const LossStatistics statistics = loss_statistics(*frame->result, MapKind::gradient_probability, 2);
  double parts = 0;
  for (const double part : statistics.contribution) {
    parts += part;
  }
  EXPECT_NEAR(parts, frame->reduction->value, 1e-6 * sizes);
}

TEST(Representatives, StandForEveryVoxelAndAreTheSameForAnyNumberOfThreads) {
  MemoryCase files(std::array<std::int64_t, 3>{160, 140, 120});  // more than one piece
  Session session = MemoryCase::session();
  session.loss.id = "hausdorff";
  session.look.crosshair = {80, 70, 60};
  const auto frame = FrameComputer(2, files.sources()).compute(session);
  const LossResult& result = *frame->result;
  const Representatives one = representatives(result.problem, result.fields, 1);
  const Representatives three = representatives(result.problem, result.fields, 3);
  EXPECT_EQ(one.counts, three.counts);
  EXPECT_EQ(one.values(result, MapKind::contribution), three.values(result, MapKind::contribution));
  std::int64_t sum = 0;
  for (const std::int64_t count : one.counts) {
    sum += count;
  }
  EXPECT_EQ(sum, files.grid().voxels());
  EXPECT_LT(double(one.counts.size()), 0.05 * double(files.grid().voxels()))
      << "few, or a range would not follow a parameter that is dragged";
}

}  // namespace
}  // namespace lossscope
