// SPDX-License-Identifier: Apache-2.0
// Every call that writes fails once, one run of the real program each: told, exit code 5, the old file whole, no
// litter.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "app/io/safe_file.h"
#include "tests/faults/faults.h"

namespace lossscope {
namespace {

namespace fs = std::filesystem;
using testing::Faults;
using testing::Outcome;
using testing::read_bytes;

constexpr int kMostCalls = 60;

class FailingCalls : public ::testing::TestWithParam<const char*> {
 protected:
  FailingCalls() {
    const Volume mask = make_volume({{6, 5, 4}}, VoxelType::uint8);
    mask.voxels<std::uint8_t>()[40] = 1;
    write_volume(mask, faults.mask());
  }
  [[nodiscard]] std::vector<std::string> arguments() const {
    const std::string path = faults.out(GetParam());
    std::vector<std::string> all{"eval", "--mask", faults.mask(), "--predict", "degrade:shift=1,0,0", "--loss", "bce"};
    all.insert(all.end(), path.ends_with(".json") ? "--json" : "--contribution");
    all.push_back(path);
    return all;
  }
  Faults faults;
};

TEST_P(FailingCalls, LeaveTheOldFileAndNoLitterAndAreTold) {
  const std::string path = faults.out(GetParam());
  const std::vector<char> old{'o', 'l', 'd'};
  const bool json = path.ends_with(".json");
  for (const int error : json ? std::vector{EIO, EACCES, ENOSPC} : std::vector{ENOSPC}) {
    bool written = false;
    int failures = 0;
    for (int at = 1; at <= kMostCalls && !written; ++at) {
      testing::write_bytes(path, old);
      int calls = 0;
      const Outcome outcome = faults.run(arguments(), at, error, calls);
      ASSERT_GT(calls, 0) << "the preloaded library saw nothing";
      written = calls < at;
      SCOPED_TRACE("call " + std::to_string(at) + " of " + std::to_string(calls) + ": " + outcome.err);
      EXPECT_EQ(std::distance(fs::directory_iterator(faults.out("")), {}), 1) << "litter";
      if (outcome.code == 0) {  // the call did not matter: closing what was only read, flushing the folder
        EXPECT_NE(read_bytes(path), old);
        continue;
      }
      ++failures;
      EXPECT_EQ(outcome.code, 5);
      EXPECT_EQ(read_bytes(path), old);
      EXPECT_NE(outcome.err.find(path), std::string::npos);
    }
    EXPECT_TRUE(written) << "it never got through";
    EXPECT_GE(failures, 4) << "create, write, flush, rename";
  }
}

INSTANTIATE_TEST_SUITE_P(Outputs, FailingCalls, ::testing::Values("a.json", "a.nii", "a.nii.gz", "a.nrrd", "a.mha"),
                         [](const auto& chosen) {
                           std::string name = std::string(chosen.param).substr(2);
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST(Limits, AFileLargerThanAllowedIsToldAndNotLeftBehind) {
  const Faults faults;
  const Volume mask = make_volume({{64, 64, 32}}, VoxelType::uint8);
  mask.voxels<std::uint8_t>()[4000] = 1;
  write_volume(mask, faults.mask());
  testing::write_bytes(faults.out("a.nii"), {'o', 'l', 'd'});
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{524'400, before.rlim_max};  // the map in shared memory has 8 times 64 KiB, its file 352 bytes more
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Outcome outcome = testing::run_lossscope({"eval", "--mask", faults.mask(), "--predict", "perfect", "--loss",
                                                  "bce", "--contribution", faults.out("a.nii")});
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(outcome.code, 5) << outcome.err;
  EXPECT_EQ(read_bytes(faults.out("a.nii")).size(), 3U);
  EXPECT_EQ(std::distance(fs::directory_iterator(faults.out("")), {}), 1);
}

TEST(Limits, HelpThatNobodyCouldReadIsNotDone) {
  const std::string program = std::string(std::getenv("LOSSSCOPE_BIN")) + "/lossscope";
  for (const char* arguments : {"--help", "--version", "eval --help"}) {
    const std::string command = "'" + program + "' " + arguments + " >/dev/full 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()) >> 8, 5) << arguments;  // NOLINT: the test's own command
  }
}

TEST(Limits, AStandardOutputThatTakesNothingIsTold) {
  const Outcome outcome = testing::run_lossscope({"losses", "--json", "/dev/full"});
  EXPECT_EQ(outcome.code, 5);
  EXPECT_NE(outcome.err.find("disk is full"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace lossscope
