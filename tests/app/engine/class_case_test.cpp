// SPDX-License-Identifier: Apache-2.0
// The classes of a case: files are read once, and each channel is judged by its own class.
#include "app/engine/class_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/app/engine/class_memory.h"
#include "tests/io/remedies.h"

namespace lossscope {
namespace {

using testing::ClassMemory;
using testing::remedy_works;
using testing::told_by;

constexpr std::array<std::int64_t, 3> kSize{12, 10, 8};

/// Labels of an array in slabs along x, and a sure softmax of them, turned about x or not: as NumPy's files are, with
/// no header that says how the axes run.
class Slabs {
 public:
  Slabs(int classes, bool is_turned) : classes_(classes), is_turned_(is_turned) {}

  [[nodiscard]] Sources sources() const {
    Sources sources;
    sources.files = [this](const InputChoice& input, const ReadingHints&, Role role, const Progress&,
                           const std::stop_token&) {
      return role == Role::mask ? mask() : channel(std::stoi("0" + std::string(input.answers.to(Question::component))));
    };
    sources.channels = [this](const InputChoice&, const ReadingHints&, const Progress&, const std::stop_token&) {
      std::vector<LoadedVolume> channels;
      for (int c = 0; c < classes_; ++c) {
        channels.push_back(channel(c));
      }
      return channels;
    };
    return sources;
  }

 private:
  [[nodiscard]] std::int64_t label_at(std::int64_t i) const { return i * classes_ / kSize[0]; }

  template <class T, class Value>
  [[nodiscard]] LoadedVolume array(VoxelType type, Value value_at) const {
    LoadedVolume loaded;
    loaded.path = "array.npy";
    loaded.format = "NumPy";
    loaded.has_grid = loaded.has_orientation = false;
    loaded.grid = {kSize, {1, 1, 1}, {0, 0, 0}};
    loaded.volume = make_volume(loaded.grid, type);
    for (std::int64_t at = 0; at < loaded.grid.voxels(); ++at) {
      loaded.volume.voxels<T>()[static_cast<std::size_t>(at)] = static_cast<T>(value_at(at % kSize[0]));
    }
    loaded.values.maximum = 0.97;
    return loaded;
  }
  [[nodiscard]] LoadedVolume mask() const {
    LoadedVolume loaded = array<std::uint8_t>(VoxelType::uint8, [&](std::int64_t i) { return label_at(i); });
    for (int c = 0; c < classes_; ++c) {
      loaded.labels.push_back({c, loaded.grid.voxels() / classes_});
    }
    return loaded;
  }
  [[nodiscard]] LoadedVolume channel(int c) const {
    LoadedVolume loaded = array<float>(VoxelType::float32, [&](std::int64_t i) {
      const bool is = label_at(is_turned_ ? kSize[0] - 1 - i : i) == c;
      return is ? 1 - 0.03 : 0.03 / (classes_ - 1);
    });
    loaded.components = classes_;
    return loaded;
  }

  int classes_;
  bool is_turned_;
};

/// The code of the refusal; empty where it loads.
std::string code_of(const Slabs& slabs, const std::string& answer = {}) {
  Session session = ClassMemory::session();
  session.study.image = {};
  if (!answer.empty()) {
    session.answer(Role::prediction, Question::grid, answer);
  }
  CaseLoader loader(1, slabs.sources());
  try {
    (void)load_classes(loader, session, *session.study.classes);
    return {};
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.role, Role::prediction);
    return refusal.code;
  }
}

TEST(ClassCase, EachFileIsReadOnce) {
  ClassMemory memory;
  CaseLoader loader(1, memory.sources());
  Session session = ClassMemory::session();
  const ClassCase made = load_classes(loader, session, *session.study.classes);
  EXPECT_EQ(made.problem.classes.size(), static_cast<std::size_t>(ClassMemory::kClasses));
  EXPECT_EQ(memory.reads(), 3) << "image, mask, and every channel at once";
  for (std::size_t c = 0; c < made.problem.classes.size(); ++c) {
    const auto p = made.problem.classes[c].problem.prediction.voxels<float>();
    for (std::size_t at = 0; at < p.size(); ++at) {
      ASSERT_EQ(p[at], static_cast<float>(memory.p_at(static_cast<std::int64_t>(at), static_cast<int>(c))));
    }
  }
}

/// The background of a half-space is what lies right of the structure, backwards: judged by the structure it would be
/// asked how its axes run, although every channel lies right.
TEST(ClassCase, AChannelIsJudgedByItsOwnClassAlone) {
  for (const int classes : {2, 3, 4}) {
    EXPECT_EQ(code_of(Slabs(classes, false)), "") << classes;
    EXPECT_EQ(code_of(Slabs(classes, true)), "E_GRID") << classes;
    EXPECT_EQ(code_of(Slabs(classes, true), "Ijk"), "") << classes;
    EXPECT_EQ(code_of(Slabs(classes, true), "ignore"), "") << classes;
  }
}

TEST(ClassCase, WhatOneChannelAloneWouldBeAskedAboutIsAskedOfOneStructure) {
  const Slabs slabs(2, false);
  Session session = ClassMemory::binary(0);
  session.study.image = {};
  session.study.labels.values = {1};
  CaseLoader loader(1, slabs.sources());
  try {
    (void)loader.load(session, {}, {});
    ADD_FAILURE() << "the channel of the background, of a half-space, is its structure's backwards";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.code, "E_GRID");
  }
}

/// What is refused of classes, and the same case after the remedy.
TEST(ClassCase, WhatIsRefusedLoadsAfterItsRemedy) {
  ClassMemory memory;
  CaseLoader loader(1, memory.sources());
  const auto told = [&](const Session& session) {
    return told_by([&] { return load_classes(loader, session, *session.study.classes); });
  };
  const Session whole = ClassMemory::session();
  Session session = whole;
  session.prediction().threshold = 0.5;
  EXPECT_TRUE(remedy_works("E_CUT_CLASSES", "take the threshold away", told(session), told(whole)));
  session = whole;
  session.predict_from<FromModel>().model.path = "net.pt";
  EXPECT_TRUE(remedy_works("E_MODEL_CLASSES", "write its channels to a file, and open that as the prediction",
                           told(session), told(whole)));
}

}  // namespace
}  // namespace lossscope
