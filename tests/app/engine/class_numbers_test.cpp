// SPDX-License-Identifier: Apache-2.0
// What passes over the volume say of the classes, and where the prediction is wrong: against voxel after voxel.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/engine/class_numbers.h"
#include "app/engine/error_slices.h"
#include "app/engine/frame_computer.h"
#include "tests/app/engine/class_memory.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::ClassMemory;
using testing::MemoryCase;
using testing::whole_map;

class ClassNumbersOf : public ::testing::Test {
 protected:
  FramePtr frame(const Session& session) { return computer_.compute(session); }
  /// The class that the prediction takes a voxel for.
  [[nodiscard]] int found_at(std::int64_t i) const {
    int found = 0;
    for (int c = 1; c < ClassMemory::kClasses; ++c) {
      found = memory_.p_at(i, c) > memory_.p_at(i, found) ? c : found;
    }
    return found;
  }
  /// Calls see(voxel, number) for every voxel of the three slices.
  template <class See>
  void for_slices(const Frame& shown, const Grid& grid, const See& see) {
    for (const ViewResult& view : shown.views) {
      const std::int64_t width = view.axes.width(grid);
      ASSERT_EQ(std::ssize(view.overlay), width * view.axes.height(grid));
      for (std::int64_t at = 0; at < std::ssize(view.overlay); ++at) {
        const auto [i, j, k] = view.axes.voxel(grid, at % width, at / width, view.slice);
        see(grid.offset(i, j, k), view.overlay[static_cast<std::size_t>(at)]);
      }
    }
  }

  ClassMemory memory_;
  FrameComputer computer_{2, memory_.sources()};
};

TEST_F(ClassNumbersOf, SharesOfTheGradientAreThoseOfTheChannelsMaps) {
  for (const MapKind kind : {MapKind::gradient_probability, MapKind::gradient_logit}) {
    Session session = ClassMemory::session();
    session.loss.id = "dice+bce";
    const FramePtr all = frame(session);
    const ClassNumbers numbers = class_numbers(*all->result, kind);
    std::vector<double> sums;
    for (std::size_t c = 0; c < ClassMemory::kClasses; ++c) {
      session.look.shown_class = c;
      const auto map = whole_map(*frame(session)->result, kind);
      sums.push_back(std::accumulate(map.begin(), map.end(), 0.0,
                                     [](double sum, float value) { return sum + std::abs(double(value)); }));
    }
    const double whole = std::accumulate(sums.begin(), sums.end(), 0.0);
    for (std::size_t c = 0; c < sums.size(); ++c) {
      EXPECT_NEAR(numbers.gradient_share[c], sums[c] / whole, 1e-6) << c;
      EXPECT_EQ(numbers.gradient_share[c], class_numbers(*all->result, kind, nullptr, 1).gradient_share[c]);
    }
  }
}

TEST_F(ClassNumbersOf, MetricsAreOfTheMostLikelyClassAndKeptForAnotherLoss) {
  Session session = ClassMemory::session();
  const ClassNumbers numbers = class_numbers(*frame(session)->result, MapKind::gradient_probability);
  ASSERT_EQ(numbers.metrics.size(), 4U);
  for (int c = 0; c < ClassMemory::kClasses; ++c) {
    std::int64_t in_mask = 0, found = 0, both = 0;
    for (std::int64_t i = 0; i < memory_.grid().voxels(); ++i) {
      in_mask += memory_.label_at(i) == c ? 1 : 0;
      found += found_at(i) == c ? 1 : 0;
      both += memory_.label_at(i) == c && found_at(i) == c ? 1 : 0;
    }
    const Metrics& metrics = numbers.metrics[static_cast<std::size_t>(c)];
    EXPECT_NEAR(metrics.dice, 2.0 * double(both) / double(in_mask + found), 1e-12) << c;
    EXPECT_GT(metrics.hausdorff95, 0) << c;
    EXPECT_LE(metrics.hausdorff95, metrics.hausdorff) << c;
  }
  ClassNumbers marked = numbers;
  marked.metrics[1].dice = 42;
  session.loss.id = "bce";
  EXPECT_EQ(class_numbers(*frame(session)->result, MapKind::gradient_probability, &marked).metrics[1].dice, 42)
      << "another loss has the same metrics";
  session.study.classes->activation = Activation::sigmoid;
  EXPECT_NE(class_numbers(*frame(session)->result, MapKind::gradient_probability, &marked).metrics[1].dice, 42)
      << "by another activation voxels are taken for something else";
}

TEST_F(ClassNumbersOf, ErrorsSayWhatAVoxelIsTakenFor) {
  Session session = ClassMemory::session();
  session.look.layer = OverlayLayer::errors;
  const FramePtr all = frame(session);
  EXPECT_FALSE(all->largest) << "the numbers are names";
  int wrong = 0;
  for_slices(*all, memory_.grid(), [&](std::int64_t i, float number) {
    const int is = memory_.label_at(i), found = found_at(i);
    const float expected = is == found ? kNoError : found == 0 ? float(ClassMemory::kClasses) : float(found);
    ASSERT_EQ(number, expected) << i;
    wrong += is == found ? 0 : 1;
  });
  EXPECT_GT(wrong, 10);
  session.look.shown_class = 2;
  for_slices(*frame(session), memory_.grid(), [&](std::int64_t i, float number) {
    const bool is = memory_.label_at(i) == 2, found = found_at(i) == 2;
    ASSERT_EQ(number, is == found ? kNoError : is ? kMissed : kFalseAlarm) << i;
  });
  session.look.shown_class.reset();
  session.look.arrangement = Arrangement::class_sheet;
  const FramePtr sheet = frame(session);
  ASSERT_EQ(sheet->compared.size(), 4U);
  const ViewResult& view = sheet->views[0];
  const std::int64_t width = view.axes.width(memory_.grid());
  for (int c = 0; c < ClassMemory::kClasses; ++c) {
    const SharedValues& overlay = sheet->compared[static_cast<std::size_t>(c)].overlay;
    ASSERT_EQ(overlay.size(), view.overlay.size());
    for (std::int64_t at = 0; at < std::ssize(overlay); ++at) {
      const auto [i, j, k] = view.axes.voxel(memory_.grid(), at % width, at / width, view.slice);
      const std::int64_t voxel = memory_.grid().offset(i, j, k);
      const bool is = memory_.label_at(voxel) == c, found = found_at(voxel) == c;
      ASSERT_EQ(overlay[static_cast<std::size_t>(at)], is == found ? kNoError : is ? kMissed : kFalseAlarm) << c;
    }
  }
}

TEST(Errors, OfOneStructureAreMissedOrFalseAlarms) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  Session session = MemoryCase::session();
  session.look.layer = OverlayLayer::errors;
  session.look.crosshair = {files.grid().size[0] / 2, files.grid().size[1] / 2, files.grid().size[2] / 2};
  const FramePtr shown = computer.compute(session);
  const auto mask = shown->data->mask.voxels<std::uint8_t>();
  const auto prediction = shown->data->prediction.voxels<float>();
  int missed = 0, alarms = 0;
  for (const ViewResult& view : shown->views) {
    const std::int64_t width = view.axes.width(files.grid());
    for (std::int64_t at = 0; at < std::ssize(view.overlay); ++at) {
      const auto [i, j, k] = view.axes.voxel(files.grid(), at % width, at / width, view.slice);
      const auto voxel = static_cast<std::size_t>(files.grid().offset(i, j, k));
      const bool is = mask[voxel] != 0, found = prediction[voxel] > 0.5F;
      ASSERT_EQ(view.overlay[static_cast<std::size_t>(at)], is == found ? kNoError : is ? kMissed : kFalseAlarm);
      missed += is && !found ? 1 : 0;
      alarms += !is && found ? 1 : 0;
    }
  }
  EXPECT_GT(missed, 0);
  EXPECT_GT(alarms, 0);
}

TEST(Errors, LeaveOutVoxelsThatDoNotCount) {
  const std::vector<float> mask{1, 1, 0, 0}, found{0, 0, 1, 1}, counts{1, 0, 0, 1};
  EXPECT_EQ(error_slice(mask, found, 0.5F, counts), (std::vector{kMissed, kNoError, kNoError, kFalseAlarm}));
  EXPECT_EQ(taken_for_slice({kMissed, kNoError, kFalseAlarm}, std::vector<float>{-1, 2, 1}, 3),
            (std::vector{3.0F, kNoError, 1.0F}));
}

}  // namespace
}  // namespace lossscope
