// SPDX-License-Identifier: Apache-2.0
#include "app/engine/case_loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "app/engine/frame_computer.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

TEST(CaseLoader, ThePhantomIsAWholeCase) {
  Session session;
  session.study.image.path = "sample:phantom";
  session.study.mask.path = "sample:phantom";
  session.predict_from<FromMask>();
  session.predict_from<FromMask>().degradation.shift = {2, 0, 0};
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
  CaseLoader loader(1, files.sources());
  Session session = MemoryCase::session();
  const auto first = loader.load(session, {}, {});
  EXPECT_EQ(files.reads(), 2);
  EXPECT_EQ(loader.load(session, {}, {}), first) << "the same case is the same object";
  session.study.labels.values = {1};
  const auto labelled = loader.load(session, {}, {});
  EXPECT_NE(labelled, first);
  EXPECT_EQ(labelled->image.volume.data, first->image.volume.data);
  session.predict_from<FromFile>().file.path = "prediction";
  const auto from_file = loader.load(session, {}, {});
  EXPECT_EQ(files.reads(), 3);
  EXPECT_EQ(from_file->mask.data, labelled->mask.data);
  EXPECT_NE(from_file->prediction.data, labelled->prediction.data);
}

TEST(CaseLoader, WhatIsIgnoredIsReadAgainOnlyUnderAThreshold) {
  MemoryCase files;
  CaseLoader loader(1, files.sources());
  Session session = MemoryCase::session();
  (void)loader.load(session, {}, {});
  session.study.labels.ignored = {255};
  (void)loader.load(session, {}, {});
  EXPECT_EQ(files.reads(), 2) << "the labels are here";
  session.study.mask.answers.set(Question::threshold, "3");
  (void)loader.load(session, {}, {});
  EXPECT_EQ(files.reads(), 3) << "the reader cuts";
  session.study.labels.ignored = {254};
  (void)loader.load(session, {}, {});
  EXPECT_EQ(files.reads(), 4) << "and leaves apart what is ignored";
  session.study.labels.values = {1};
  (void)loader.load(session, {}, {});
  EXPECT_EQ(files.reads(), 4);
}

TEST(CaseLoader, ACaseKnowsWhichAnswersDecidedSomething) {
  MemoryCase files;
  CaseLoader loader(1, files.sources());
  Session session = MemoryCase::session();
  session.study.labels.ignored = {255};
  EXPECT_EQ(loader.load(session, {}, {})->decided.at(Role::mask), std::set{Question::label});
  session.study.labels.ignored = {1};
  EXPECT_EQ(loader.load(session, {}, {})->decided.at(Role::mask), (std::set{Question::label, Question::ignore}));
  session.study.labels = {{1, 7}};
  session.study.mask.answers.set(Question::absent, "empty");
  EXPECT_EQ(loader.load(session, {}, {})->decided.at(Role::mask), (std::set{Question::label, Question::absent}));
  EXPECT_TRUE(loader.load(session, {}, {})->decided.at(Role::prediction).empty());
}

TEST(CaseLoader, ARefusalLeavesNothingOfTheOldCaseBehind) {
  MemoryCase files;
  CaseLoader loader(1, files.sources());
  Session session = MemoryCase::session();
  (void)loader.load(session, {}, {});
  session.study.mask.path = "missing";
  EXPECT_THROW((void)loader.load(session, {}, {}), Refusal);
  EXPECT_THROW((void)loader.load(session, {}, {}), Refusal) << "again, and not by a cache";
  session.study.mask.path.clear();
  const auto image_only = loader.load(session, {}, {});
  EXPECT_TRUE(image_only->mask.empty());
  EXPECT_TRUE(image_only->prediction.empty());
  EXPECT_FALSE(image_only->image.volume.empty());
}

TEST(CaseLoader, TheAutomaticWindowIgnoresOutliersAndWhatIsNotFinite) {
  Grid grid;
  grid.size = {50, 40, 10};
  const FileReader reader = [&grid](const InputChoice&, const ReadingHints&, Role, const Progress&,
                                    const std::stop_token&) {
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
  session.study.image.path = "image";
  const auto data = CaseLoader(1, {.files = reader}).load(session, {}, {});
  EXPECT_NEAR(data->image_low, 10, 2);
  EXPECT_NEAR(data->image_high, 990, 2);
}

TEST(CaseLoader, PlaybackStandsInForThePrediction) {
  MemoryCase files;
  int played = 0;
  Sources sources = files.sources();
  sources.runs = [&](const FromRun& at) {
    ++played;
    const Volume state = make_volume(files.grid(), VoxelType::float32);
    std::ranges::fill(state.voxels<float>(), static_cast<float>(at.step));
    return at.lane == 1 ? state : Volume();
  };
  CaseLoader loader(1, sources);
  Session session = MemoryCase::session();
  const auto own = loader.load(session, {}, {});
  session.look.playback = FromRun{1, 37};
  const auto shown = loader.load(session, {}, {});
  EXPECT_EQ(shown->kind, PredictionKind::logit);
  EXPECT_EQ(shown->prediction.voxels<float>()[100], 37.0F);
  EXPECT_EQ(loader.load(session, {}, {}), shown);
  EXPECT_EQ(played, 1);
  session.look.playback->run = 1;
  EXPECT_NE(loader.load(session, {}, {}), shown) << "the same step of another descent";
  EXPECT_EQ(played, 2);
  session.look.playback = FromRun{2, 37};
  EXPECT_THROW((void)loader.load(session, {}, {}), Refusal) << "there is no such lane any more";
  session.look.playback.reset();
  const auto back = loader.load(session, {}, {});
  EXPECT_EQ(back->kind, PredictionKind::probability);
  EXPECT_TRUE(std::ranges::equal(back->prediction.voxels<float>(), own->prediction.voxels<float>()));
}

TEST(CaseLoader, TheUnitOfLengthsIsDecidedWithTheCase) {
  MemoryCase files;
  CaseLoader loader(1, files.sources());
  Session session = MemoryCase::session();
  const auto in_mm = loader.load(session, {}, {});
  EXPECT_EQ(in_mm->spacing, files.grid().spacing);
  EXPECT_FALSE(in_mm->in_voxels());
  session.study.spacing = SpacingUse::unit;
  const auto in_voxels = loader.load(session, {}, {});
  EXPECT_EQ(in_voxels->spacing, (std::array<double, 3>{1, 1, 1}));
  EXPECT_TRUE(in_voxels->in_voxels());
  EXPECT_EQ(in_voxels->prediction.data, in_mm->prediction.data) << "nothing is computed again for it";
  EXPECT_EQ(problem_of(*in_voxels).spacing, in_voxels->spacing);
}

/// Where no file says how large a voxel is, there is no choice, and metrics and places are in voxels, too.
TEST(CaseLoader, WithoutASpacingLengthsAreInVoxels) {
  for (const bool flat : {false, true}) {
    MemoryCase files(flat ? std::array<std::int64_t, 3>{24, 20, 1} : std::array<std::int64_t, 3>{24, 20, 16});
    std::set<std::string> silent{"image", "mask"};
    Sources sources = files.sources();
    sources.files = [&, read = sources.files](const InputChoice& input, const ReadingHints& hints, Role role,
                                              const Progress& progress, std::stop_token stop) {
      LoadedVolume loaded = read(input, hints, role, progress, stop);
      loaded.grid.spacing = loaded.volume.grid.spacing = {1, 1, 1};
      loaded.has_grid = !silent.contains(input.path);
      return loaded;
    };
    Session session = MemoryCase::session();
    const auto without = CaseLoader(1, sources).load(session, {}, {});
    EXPECT_FALSE(without->has_spacing);
    EXPECT_TRUE(without->in_voxels()) << "though the session says nothing of voxels";
    EXPECT_EQ(loss_unit(*without), flat ? "pixels" : "voxels");
    EXPECT_EQ(place_unit(*without), flat ? "pixels" : "voxels");
    silent.erase("image");
    const auto with = CaseLoader(1, sources).load(session, {}, {});
    EXPECT_TRUE(with->has_spacing) << "the image says it";
    EXPECT_EQ(loss_unit(*with), "mm");
    session.study.spacing = SpacingUse::unit;
    const auto by_choice = CaseLoader(1, sources).load(session, {}, {});
    EXPECT_EQ(loss_unit(*by_choice), flat ? "pixels" : "voxels");
    EXPECT_EQ(place_unit(*by_choice), "mm") << "metrics and places stay in what the file says";
  }
}

/// What version 0.1 said of the same file, before a session had parts.
TEST(CaseLoader, AnOldSessionIsComputedAsItWas) {
  std::ifstream file(std::string(LOSSSCOPE_OLD_FILES) + "/session.json");
  const Session session = session_from_json({std::istreambuf_iterator<char>(file), {}});
  const auto frame = compute_frame(session);
  ASSERT_TRUE(frame->reduction);
  EXPECT_NEAR(frame->reduction->value, 0.5183003786285233, 1e-15);
  EXPECT_EQ(frame->reduction->positives, 2976);  // voxels of 1.5 mm^3: 4464 mm^3
}

TEST(CaseLoader, ProgressGrowsFromFileToFile) {
  MemoryCase files;
  std::vector<double> shares;
  (void)CaseLoader(1, files.sources())
      .load(MemoryCase::session(), [&shares](double share, std::string_view) { shares.push_back(share); }, {});
  ASSERT_GE(shares.size(), 2U);
  EXPECT_LT(shares[0], shares[1]);
}

}  // namespace
}  // namespace lossscope
