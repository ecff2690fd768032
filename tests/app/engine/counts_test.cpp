// SPDX-License-Identifier: Apache-2.0
// A case in which a label marks voxels that do not count: what the window, tables and colours say of the others alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/engine/error_list.h"
#include "app/engine/frame_computer.h"
#include "app/engine/loss_statistics.h"
#include "app/engine/map_statistics.h"
#include "app/engine/range_finder.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

constexpr std::int64_t kVoid = 7;  ///< rows from j = 0 on that nobody annotated

bool is_void(const Grid& grid, std::int64_t at) { return at / grid.size[0] % grid.size[1] < kVoid; }

/// The case in memory with 255 in some rows of its mask, where the prediction claims a structure.
class VoidCase {
 public:
  [[nodiscard]] Sources sources() {
    return {.files = [this, read = files_.reader()](const InputChoice& input, const ReadingHints& hints, Role role,
                                                    const Progress& progress, std::stop_token stop) {
      LoadedVolume loaded = read(input, hints, role, progress, stop);
      std::int64_t in = 0, out = 0, none = 0;
      for (std::int64_t at = 0; at < loaded.grid.voxels(); ++at) {
        if (role == Role::mask) {
          auto& label = loaded.volume.voxels<std::uint8_t>()[at];
          label = is_void(loaded.grid, at) ? 255 : label;
          ++(label == 255 ? none : label == 1 ? in : out);
        } else if (role == Role::prediction) {
          auto& p = loaded.volume.voxels<float>()[at];
          p = is_void(loaded.grid, at) ? 0.97F : p;
        }
      }
      if (role == Role::mask) {
        loaded.labels = {{0, out}, {1, in}, {255, none}};
      }
      return loaded;
    }};
  }
  [[nodiscard]] static Session session() {
    Session session = MemoryCase::session();
    session.predict_from<FromFile>().file.path = "prediction";
    session.study.labels.ignored = std::vector<std::int64_t>{255};
    session.loss.id = "bce";
    return session;
  }
  [[nodiscard]] const Grid& grid() const { return files_.grid(); }
  [[nodiscard]] std::int64_t voids() const { return kVoid * grid().size[0] * grid().size[2]; }

 private:
  MemoryCase files_;
};

TEST(VoidVoxels, AreInNoMeanNoProbeAndNoSlice) {
  VoidCase files;
  FrameComputer computer(2, files.sources());
  Session session = VoidCase::session();
  session.look.crosshair = {12, 3, 8};
  const auto frame = computer.compute(session);
  const CaseData& data = *frame->data;
  double sum = 0, counted = 0;
  for (std::int64_t at = 0; at < data.grid.voxels(); ++at) {
    ASSERT_EQ(data.counts.voxels<std::uint8_t>()[at], is_void(data.grid, at) ? 0 : 1);
    if (!is_void(data.grid, at)) {
      const auto p = static_cast<double>(data.prediction.voxels<float>()[at]);
      sum -= std::log(data.mask.voxels<std::uint8_t>()[at] != 0 ? p : 1 - p);
      counted += 1;
    } else {
      ASSERT_EQ(data.mask.voxels<std::uint8_t>()[at], 0);
      ASSERT_EQ(data.prediction.voxels<float>()[at], 0.97F) << "what was predicted is shown";
    }
  }
  EXPECT_EQ(frame->reduction->voxels, counted);
  EXPECT_NEAR(frame->reduction->value, sum / counted, 1e-6 * sum / counted);
  EXPECT_FALSE(frame->probe.counts);
  EXPECT_EQ(frame->probe.loss().contribution, 0);
  EXPECT_EQ(frame->probe.loss().counterfactual, 0);
  const ViewResult& axial = frame->views[0];
  for (std::size_t at = 0; at < axial.counts.size(); ++at) {
    if (axial.counts[at] == 0) {
      ASSERT_EQ(axial.overlay[at], 0);
    }
  }
  EXPECT_EQ(std::count(axial.counts.begin(), axial.counts.end(), 0.0F), kVoid * data.grid.size[0]);
  const std::string said = data.assumptions.back().text;
  EXPECT_NE(said.find(std::to_string(files.voids()) + " voxels (label 255) do not count"), std::string::npos) << said;

  session.study.labels.ignored = std::vector<std::int64_t>{};  // 255 is a structure now
  const auto all = computer.compute(session);
  EXPECT_TRUE(all->data->counts.empty());
  EXPECT_TRUE(all->views[0].counts.empty());
  EXPECT_TRUE(all->probe.counts);
  EXPECT_EQ(all->reduction->voxels, static_cast<double>(data.grid.voxels()));
}

TEST(VoidVoxels, ADraggedDegradationDoesNotCountThemEither) {
  VoidCase files;
  FrameComputer computer(2, files.sources());
  Session session = VoidCase::session();
  testing::degradation_of(session).soften = 1.5;
  session.look.crosshair = {12, 10, 8};
  (void)computer.compute(session);
  testing::degradation_of(session).soften = 2.5;
  bool previewed = false;
  (void)computer.compute(session, {}, {}, [&](const FramePtr& quick) {
    const ViewResult& view = quick->views[2];
    for (std::size_t at = 0; at < view.counts.size(); ++at) {
      ASSERT_TRUE(view.counts[at] != 0 || view.overlay[at] == 0);
    }
    previewed = !view.counts.empty();
  });
  EXPECT_TRUE(previewed);
}

TEST(VoidVoxels, AreInNoStatisticsAndNoErrorList) {
  VoidCase files;
  const auto frame = FrameComputer(2, files.sources()).compute(VoidCase::session());
  const LossResult& result = *frame->result;
  const Grid& grid = frame->data->grid;
  const std::int64_t counted = grid.voxels() - files.voids();

  const LossStatistics all = loss_statistics(result, MapKind::gradient_probability);
  EXPECT_EQ(std::accumulate(all.voxels.begin(), all.voxels.end(), std::int64_t{0}), counted);
  EXPECT_EQ(all.contributions.total(), counted);
  const double value = std::accumulate(all.contribution.begin(), all.contribution.end(), 0.0);
  EXPECT_NEAR(value, result.reduction.value, 1e-6 * value);
  EXPECT_TRUE(std::ranges::none_of(all.worst, [&](const WorstVoxel& worst) { return is_void(grid, worst.offset); }));
  EXPECT_DOUBLE_EQ(all.ranks.share_at_least(0), 1) << "of the voxels that count";

  const MapStatistics maps = map_statistics(result, MapKind::gradient_probability, 2, {});
  EXPECT_NEAR(maps.contribution_sum, result.reduction.value, 1e-6 * value);
  EXPECT_GT(maps.contribution_minimum, 0) << "every voxel that counts is a little wrong";

  std::int64_t wrong = 0;
  for (std::int64_t at = 0; at < grid.voxels(); ++at) {
    const bool g = frame->data->mask.voxels<std::uint8_t>()[at] != 0;
    wrong += !is_void(grid, at) && g != (frame->data->prediction.voxels<float>()[at] > 0.5F) ? 1 : 0;
  }
  std::int64_t listed = 0;
  for (const ErrorGroup& group : error_list(result, MapKind::gradient_probability).groups) {
    for (const ErrorComponent& error : group.errors) {
      listed += error.voxels;
      EXPECT_FALSE(is_void(grid, grid.offset(error.voxel[0], error.voxel[1], error.voxel[2])));
    }
  }
  EXPECT_EQ(listed, wrong);
}

TEST(VoidVoxels, DoNotShapeTheRangeOfColours) {
  VoidCase files;
  const auto frame = FrameComputer(2, files.sources()).compute(VoidCase::session());
  const auto n = static_cast<std::size_t>(frame->data->grid.voxels());
  std::vector<float> map(n);
  const std::span<float> out(map);
  const MapKind kind = MapKind::contribution;
  frame->result->map_volume({&kind, 1}, {&out, 1});
  std::vector<float> counted;
  for (std::size_t at = 0; at < n; ++at) {
    if (frame->data->counts.voxels<std::uint8_t>()[at] != 0) {
      counted.push_back(map[at]);
    }
  }
  std::ranges::sort(counted);
  ColourRange locked;
  locked.locked = true;
  locked.minimum = static_cast<double>(counted[counted.size() / 3]);
  locked.maximum = static_cast<double>(counted.back());
  RangeFinder finder;
  const ValueRange range = finder.of_map(frame->result, kind, locked, {});
  const auto below = std::ranges::lower_bound(counted, static_cast<float>(locked.minimum)) - counted.begin();
  // A bin of similar predictions is known by its ends: a few voxels about the limit may be counted beside it.
  EXPECT_NEAR(static_cast<double>(range.below), static_cast<double>(below), 0.03 * static_cast<double>(below));
  EXPECT_EQ(finder.of_map(frame->result, kind, {}, {}).high, static_cast<double>(counted.back()));
}

}  // namespace
}  // namespace lossscope
