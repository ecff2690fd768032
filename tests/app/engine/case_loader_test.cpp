// SPDX-License-Identifier: Apache-2.0
#include "app/engine/case_loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/engine/frame_computer.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

TEST(CaseLoader, ThePhantomIsAWholeCase) {
  Session session;
  session.image.path = "sample:phantom";
  session.mask.path = "sample:phantom";
  session.source = PredictionSource::degraded;
  session.degradation.shift = {2, 0, 0};
  const auto data = load_case(session);
  EXPECT_EQ(data->image.volume.grid, data->grid);
  EXPECT_EQ(data->mask.grid, data->grid);
  const auto mask = data->mask.voxels<std::uint8_t>();
  const auto inside = std::count(mask.begin(), mask.end(), 1);
  EXPECT_GT(inside, 0);
  EXPECT_LT(inside, static_cast<std::ptrdiff_t>(mask.size()));

  const auto frame = compute_frame(session);
  ASSERT_TRUE(frame->reduction);
  EXPECT_GT(frame->reduction->value, 0);
  EXPECT_LT(frame->reduction->value, 1);
}

TEST(CaseLoader, ALabelOrPredictionChangeReadsNoFile) {
  MemoryCase files;
  CaseLoader loader(1, files.reader());
  Session session = MemoryCase::session();
  const auto first = loader.load(session, {}, {});
  EXPECT_EQ(files.reads(), 2);
  EXPECT_EQ(loader.load(session, {}, {}), first) << "the same case is the same object";
  session.label.values = {1};
  const auto labelled = loader.load(session, {}, {});
  EXPECT_NE(labelled, first);
  EXPECT_EQ(labelled->image.volume.data, first->image.volume.data);
  session.source = PredictionSource::file;
  session.prediction.path = "prediction";
  const auto from_file = loader.load(session, {}, {});
  EXPECT_EQ(files.reads(), 3);
  EXPECT_EQ(from_file->mask.data, labelled->mask.data);
  EXPECT_NE(from_file->prediction.data, labelled->prediction.data);
}

TEST(CaseLoader, ARefusalLeavesNothingOfTheOldCaseBehind) {
  MemoryCase files;
  CaseLoader loader(1, files.reader());
  Session session = MemoryCase::session();
  (void)loader.load(session, {}, {});
  session.mask.path = "missing";
  EXPECT_THROW((void)loader.load(session, {}, {}), Refusal);
  EXPECT_THROW((void)loader.load(session, {}, {}), Refusal) << "again, and not by a cache";
  session.mask.path.clear();
  const auto image_only = loader.load(session, {}, {});
  EXPECT_TRUE(image_only->mask.empty());
  EXPECT_TRUE(image_only->prediction.empty());
  EXPECT_FALSE(image_only->image.volume.empty());
}

TEST(CaseLoader, TheAutomaticWindowIgnoresOutliersAndWhatIsNotFinite) {
  Grid grid;
  grid.size = {50, 40, 10};
  const InputReader reader = [&grid](const InputChoice&, Role, const Progress&, const std::stop_token&) {
    LoadedVolume loaded;
    loaded.grid = grid;
    loaded.volume = make_volume(grid, VoxelType::float32);
    const auto voxels = loaded.volume.voxels<float>();
    for (std::size_t at = 0; at < voxels.size(); ++at) {
      voxels[at] = static_cast<float>(at % 1000);
    }
    voxels[3] = 1e9F;
    voxels[4] = std::numeric_limits<float>::quiet_NaN();
    return loaded;
  };
  Session session;
  session.image.path = "image";
  const auto data = CaseLoader(1, reader).load(session, {}, {});
  EXPECT_NEAR(data->image_low, 10, 2);
  EXPECT_NEAR(data->image_high, 990, 2);
}

TEST(CaseLoader, PlaybackStandsInForThePrediction) {
  MemoryCase files;
  int played = 0;
  const InputReader reader = [&, inner = files.reader()](const InputChoice& input, Role role, const Progress& progress,
                                                         std::stop_token stop) {
    const auto playback = Playback::of(input.path);
    played += playback ? 1 : 0;
    LoadedVolume loaded = inner(input, role, progress, std::move(stop));
    if (playback) {
      std::ranges::fill(loaded.volume.voxels<float>(), static_cast<float>(playback->step));
    }
    return loaded;
  };
  CaseLoader loader(1, reader);
  Session session = MemoryCase::session();
  const auto own = loader.load(session, {}, {});
  session.playback = Playback{1, 37};
  const auto shown = loader.load(session, {}, {});
  EXPECT_EQ(shown->kind, PredictionKind::logit);
  EXPECT_EQ(shown->prediction.voxels<float>()[100], 37.0F);
  EXPECT_EQ(loader.load(session, {}, {}), shown);
  EXPECT_EQ(played, 1);
  session.playback.reset();
  const auto back = loader.load(session, {}, {});
  EXPECT_EQ(back->kind, PredictionKind::probability);
  EXPECT_TRUE(std::ranges::equal(back->prediction.voxels<float>(), own->prediction.voxels<float>()));
}

TEST(Playback, PathIsReadBack) {
  EXPECT_EQ(Playback::of(Playback{3, 120}.path()), (Playback{3, 120}));
  EXPECT_FALSE(Playback::of("/data/descent.nii"));
  EXPECT_FALSE(Playback::of("sample:phantom"));
}

TEST(CaseLoader, ProgressGrowsFromFileToFile) {
  MemoryCase files;
  std::vector<double> shares;
  (void)CaseLoader(1, files.reader())
      .load(MemoryCase::session(), [&shares](double share, std::string_view) { shares.push_back(share); }, {});
  ASSERT_GE(shares.size(), 2U);
  EXPECT_LT(shares[0], shares[1]);
}

}  // namespace
}  // namespace lossscope
