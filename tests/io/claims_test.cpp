// SPDX-License-Identifier: Apache-2.0
// What a helper answers is foreign, too: each field is checked before it is used, and the memory it filled belongs to
// nobody else any more when it is taken over.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <set>

#include "app/io/child_process.h"
#include "app/io/helper_answer.h"
#include "app/io/helper_claims.h"
#include "app/io/shared_memory.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using namespace testing;
using Json = nlohmann::json;

Json volume() {
  return {{"format", "NIfTI"},
          {"stored_type", "int16"},
          {"components", 1},
          {"size", {4, 3, 2}},
          {"spacing", {1, 1, 2.5}},
          {"origin", {0, -1.5, 3}},
          {"direction", {1, 0, 0, 0, 1, 0, 0, 0, 1}},
          {"has_orientation", true},
          {"has_grid", true},
          {"files", Json::array({Json::array({47, 97})})},
          {"label_names", Json::array({Json::array({1, "tumour"})})},
          {"values", {{"min", 0}, {"max", 2}, {"sum", 9}, {"nan", 0}, {"inf", 0}}},
          {"labels", {{0, 20}, {1, 4}}},
          {"sha256", std::string(64, 'a')},
          {"type", "uint8"},
          {"notes", Json::array({Json::array({"W_ORTHO", "turned a little"})})},
          {"taken", Json::array({"component"})},
          {"is_cut", false},
          {"isolated", true}};
}

const ReadRequest& request() {
  static const ReadRequest kRequest{"/data/mask.nii", Role::mask, {}, false};
  return kRequest;
}

TEST(Claims, AnHonestAnswerIsTaken) {
  const Json said = volume();
  const LoadedVolume loaded = volume_said(Said(said), request());
  EXPECT_EQ(loaded.grid.size, (std::array<std::int64_t, 3>{4, 3, 2}));
  EXPECT_EQ(loaded.volume.type, VoxelType::uint8);
  EXPECT_EQ(loaded.labels[1].voxels, 4);
  EXPECT_EQ(loaded.labels[1].name, "tumour");
  EXPECT_EQ(loaded.files, std::vector<std::string>{"/a"});
  EXPECT_EQ(loaded.assumptions[0].text, "mask.nii: turned a little");
  EXPECT_EQ(loaded.taken, std::set{Question::component});
  EXPECT_FALSE(loaded.is_cut);
}

TEST(Claims, ChannelsAreOneOrMoreVolumesOnOneGrid) {
  ReadRequest every{"/data/softmax.nii", Role::prediction, {}, false};
  every.hints.every_channel = true;
  Json channel = volume();
  channel["type"] = "float32";
  const auto said = [&](const Json& volumes, const char* member = "volumes") {
    const Json answer{{member, volumes}};
    return volumes_said(Said(answer), every).size();
  };
  EXPECT_EQ(said({channel, channel, channel}), 3U);
  EXPECT_THROW((void)said(Json::array()), Nonsense);
  EXPECT_THROW((void)said(channel), Nonsense);
  EXPECT_THROW((void)said(channel, "volume"), Nonsense);
  for (const auto& [member, other] : {std::pair<const char*, Json>{"size", {4, 3, 3}}, {"spacing", {1, 1, 2}}}) {
    Json another = channel;
    another[member] = other;
    EXPECT_THROW((void)said({channel, another}), Nonsense) << member;
  }
}

TEST(Claims, EveryFieldOfAVolumeIsNeededAndOfItsKind) {
  const Json honest = volume();
  const std::vector<Json> others{
      nullptr, true, -1, 1e300, "x", Json::array(), Json::object(), {1, 2, 3, 4}, 18446744073709551615U};
  for (const auto& [name, value] : honest.items()) {
    Json said = honest;
    said.erase(name);
    EXPECT_THROW((void)volume_said(Said(said), request()), Nonsense) << name << " is missing";
    for (const Json& other : others) {
      if (other.type() == value.type() && !other.is_array()) {
        continue;  // a text for a text may be right
      }
      said[name] = other;
      const bool empty_list =
          std::set<std::string>{"notes", "labels", "files", "label_names", "taken"}.contains(name) &&
          other == Json::array();
      if (!empty_list) {
        EXPECT_THROW((void)volume_said(Said(said), request()), Nonsense) << name << " = " << other;
      }
    }
  }
}

TEST(Claims, NumbersOutOfRangeAreNonsense) {
  const auto with = [](const char* name, const Json& value) {
    Json said = volume();
    said[name] = value;
    return said;
  };
  for (const Json& said :
       {with("size", {0, 3, 2}), with("size", {-4, 3, 2}), with("size", {32767, 32767, 32767}), with("size", {4, 3}),
        with("spacing", {0, 1, 1}), with("spacing", {nullptr, 1, 1}), with("direction", {1, 0, 0}),
        with("direction", {9, 0, 0, 0, 1, 0, 0, 0, 1}), with("labels", {{1, 4}, {0, 20}}), with("labels", {{1, 25}}),
        with("type", "float32"), with("type", "int8"), with("taken", Json::array({"colour"})),
        with("sha256", std::string(64, 'G'))}) {
    EXPECT_THROW((void)volume_said(Said(said), request()), Nonsense) << said;
  }
}

TEST(Claims, AChoiceIsAnAnswerToAQuestionThatThereIs) {
  const auto refused = [](const Json& choice) {
    return Json{
        {"code", "E_COMPONENTS"}, {"reason", "three"}, {"remedy", "choose"}, {"choices", Json::array({choice})}};
  };
  const Json honest = refused({0, "1", "the second", "takes it", true});
  EXPECT_EQ(refusal_said(Said(honest), "a.nii").choices[0].question, Question::component);
  for (const Json& choice : std::vector<Json>{{77, "1", "a", "b", true},
                                              {-1, "1", "a", "b", true},
                                              {8, "perhaps", "a", "b", true},
                                              {0, "1", "a"},
                                              {0, 1, "a", "b", true},
                                              {0.5, "1", "a", "b", true}}) {
    const Json said = refused(choice);
    EXPECT_THROW((void)refusal_said(Said(said), "a.nii"), Nonsense) << said;
  }
  const Json odd{{"code", "\x1b[2J"}, {"reason", "r"}, {"remedy", "m"}};
  EXPECT_THROW((void)refusal_said(Said(odd), "a.nii"), Nonsense);
}

TEST(Claims, WhatALibrarySaysBecomesAPieceOfASentence) {
  EXPECT_EQ(library_words("PNGImageIO(0x55d0c8a3f2b0): PNGImageIO failed\nto read\n\n\theader  \n"),
            "PNGImageIO: PNGImageIO failed to read header");
  EXPECT_EQ(library_words("a value of 0x1F, 12 rows"), "a value of 0x1F, 12 rows") << "no address";
  EXPECT_LT(library_words(std::string(100'000, 'x')).size(), 700U);
  const Json refused{{"code", "E_READ"}, {"reason", "it cannot be read: A(0x7f00deadbeef)\nB"}, {"remedy", "none"}};
  EXPECT_EQ(refusal_said(Said(refused), "a.nii").reason, "it cannot be read: A B");
}

/// What a helper answers that hears a request and then does as a line of shell says.
HelperAnswer ask_shell(const std::string& script, const HelperRequest& asked = {.json = Json::object()}) {
  const Folder folder;
  const std::string path = folder.file("helper"), whole = "#!/bin/sh\nread request\n" + script + "\n";
  write_bytes(path, {whole.begin(), whole.end()});
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  ChildProcess helper(path);
  return ask_helper(helper, asked);
}

TEST(Claims, WhatIsSaidOnTheWayIsCheckedToo) {
  const SharedMemory memory;
  const auto ask = [&](const std::string& lines) {
    HelperRequest asked{.json = Json::object(), .memory = &memory};
    asked.most_memory = 1000;
    asked.progress = [](double, std::string_view) {};
    return ask_shell("cat >&0 <<'END'\n" + lines + "\nEND", asked);
  };
  EXPECT_TRUE(ask(R"({"progress": 0.5, "what": "reading"})"
                  "\n"
                  R"({"done": true})")
                  .json["done"]);
  EXPECT_THROW((void)ask(R"({"progress": 0.5})"), Nonsense);
  EXPECT_THROW((void)ask(R"({"progress": "half", "what": "reading"})"), Nonsense);
  EXPECT_THROW((void)ask(R"({"allocate": -1})"), Nonsense);
  EXPECT_THROW((void)ask(R"({"allocate": 1001})"), Nonsense);
  EXPECT_THROW((void)ask(R"({"allocate": "all"})"), Nonsense);
  EXPECT_TRUE(ask("[1, 2]\nno JSON").json.is_null());
}

TEST(Claims, AHelperThatClosesItsChannelAndLivesOnIsNotWaitedFor) {
  const HelperAnswer answer = ask_shell("exec sleep 300 <&-");  // a request would have no answer for so long
  EXPECT_TRUE(answer.json.is_null());
  EXPECT_EQ(answer.end.signal, SIGKILL);
}

TEST(Claims, ALineWithoutAnEndIsNotWaitedFor) {
  const HelperAnswer answer = ask_shell("exec cat /dev/zero >&0");
  EXPECT_TRUE(answer.json.is_null());
  EXPECT_EQ(answer.end.signal, SIGKILL);
}

TEST(SharedMemoryTest, IsSealedBeforeItIsTakenOver) {
  constexpr std::size_t kBytes = 8192;
  const SharedMemory shared;
  shared.fill(kBytes, [](void* memory) { std::memset(memory, 7, kBytes); });
  const auto memory = std::static_pointer_cast<unsigned char>(shared.adopt(kBytes));
  EXPECT_EQ(memory.get()[kBytes - 1], 7);
  EXPECT_NE(::ftruncate(shared.descriptor(), 0), 0) << "a later access would end the window by SIGBUS";
  EXPECT_EQ(::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, shared.descriptor(), 0), MAP_FAILED);
  EXPECT_LT(::pwrite(shared.descriptor(), "x", 1, 0), 0);
  memory.get()[0] = 9;  // our own copy can be written
  EXPECT_EQ(std::static_pointer_cast<unsigned char>(shared.adopt(kBytes)).get()[0], 7);
}

TEST(SharedMemoryTest, IsNotTakenOverWhileSomebodyCanStillWriteIt) {
  constexpr std::size_t kBytes = 4096;
  for (const bool copied : {false, true}) {
    const SharedMemory shared;
    const auto take_over = [&](std::size_t bytes) { return copied ? shared.take(bytes) : shared.adopt(bytes); };
    shared.resize(kBytes);
    void* kept = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, shared.descriptor(), 0);
    EXPECT_THROW((void)take_over(kBytes), Nonsense);
    ::munmap(kept, kBytes);
    EXPECT_THROW((void)take_over(kBytes + 1), Nonsense) << "another size than was said";
    EXPECT_NE(take_over(kBytes), nullptr);
  }
}

/// Pages of memory that are held, in bytes.
std::int64_t held(const SharedMemory& shared) {
  struct ::stat status {};
  EXPECT_EQ(::fstat(shared.descriptor(), &status), 0);
  return 512 * static_cast<std::int64_t>(status.st_blocks);
}

TEST(SharedMemoryTest, GoesBackToTheSystemWhileItIsCopied) {
  constexpr std::size_t kBytes = (std::size_t{21} << 20) + 12345;  // neither whole pages nor whole pieces
  const auto expected = [](std::size_t i) { return static_cast<unsigned char>(i % 251); };
  const auto write = [&](void* memory) {
    for (std::size_t i = 0; i < kBytes; ++i) {
      static_cast<unsigned char*>(memory)[i] = expected(i);
    }
  };
  for (const SharedMemory::Part part : {SharedMemory::Part{0, kBytes}, SharedMemory::Part{7'000'001, 9'000'002}}) {
    const SharedMemory shared;
    shared.fill(kBytes, write);
    ASSERT_GE(held(shared), static_cast<std::int64_t>(kBytes));
    const auto memory = std::static_pointer_cast<unsigned char>(shared.take(kBytes, part));
    EXPECT_EQ(held(shared), 0);
    for (std::size_t i = 0; i < part.bytes; ++i) {
      ASSERT_EQ(memory.get()[i], expected(part.offset + i)) << i;
    }
    EXPECT_LT(::pwrite(shared.descriptor(), "x", 1, 0), 0) << "sealed";
  }
}

/// Whether large pages were asked for where an address lies ("hg" of the kernel's flags); none where it does not say.
std::optional<bool> asked_for_large_pages(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%zx-%zx", &begin, &end) == 2) {
      const auto at = reinterpret_cast<std::uintptr_t>(address);
      here = at >= begin && at < end;
    } else if (here && line.starts_with("VmFlags:")) {
      return line.find(" hg") != std::string::npos;
    }
  }
  return std::nullopt;
}

TEST(SharedMemoryTest, ComesInLargePagesAsVolumesDo) {
  if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage/enabled")) {
    GTEST_SKIP() << "this kernel has no pages of 2 MB";
  }
  constexpr std::size_t kBytes = std::size_t{9} << 20;
  const SharedMemory shared;
  shared.resize(kBytes);
  const auto taken = shared.take(kBytes);
  const Volume made = make_volume({.size = {300, 100, 80}}, VoxelType::float32);
  for (const void* memory : {taken.get(), made.data.get()}) {
    EXPECT_EQ(asked_for_large_pages(memory), true);
  }
}

}  // namespace
}  // namespace lossscope
