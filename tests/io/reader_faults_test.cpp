// SPDX-License-Identifier: Apache-2.0
// A reader that dies, stops or is locked up: always a refusal that names the file, and the next file is read.
#include <sys/mman.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include "app/io/child_process.h"
#include "app/io/helper_answer.h"
#include "app/io/safe_file.h"
#include "app/io/shared_memory.h"
#include "losses/evaluate.h"
#include "tests/io/helper_testing.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using namespace testing;
using Clock = std::chrono::steady_clock;

class ReaderFaults : public ::testing::Test {
 protected:
  ReaderFaults() {
    const Volume volume = make_volume({{160, 160, 160}, {1, 1, 1}}, VoxelType::float32);
    std::size_t i = 0;
    for (float& value : volume.voxels<float>()) {
      value = static_cast<float>((i++ * 2654435761U) % 1000);
    }
    write_volume(volume, path_);
  }

  /// Reads the file, sending a signal to the reader as soon as it reads; the code it is refused with.
  std::string code_after(int signal) const {
    bool sent = false;
    const auto meddle = [&](double, std::string_view what) {
      if (!sent && what == "reading") {
        for (const pid_t reader : running_helpers("lossscope-reader")) {
          ::kill(reader, signal);
          sent = true;
        }
      }
    };
    try {
      (void)read_volume(request(), meddle);
      return "read";
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.file, path_);
      return refusal.code;
    }
  }
  [[nodiscard]] ReadRequest request() const {
    ReadRequest asked;
    asked.path = path_;
    return asked;
  }

  Folder folder_;
  std::string path_ = folder_.file("large.nii");
};

TEST_F(ReaderFaults, AKilledReaderIsARefusalAndTheNextOneReads) {
  EXPECT_EQ(code_after(SIGKILL), "E_READER_CRASH");
  EXPECT_EQ(code_after(SIGSEGV), "E_READER_CRASH");
  EXPECT_EQ(code_after(SIGXCPU), "E_READER_TIMEOUT") << "the processor time is spent";
  EXPECT_EQ(read_volume(request()).grid.size[0], 160);
  EXPECT_TRUE(running_helpers("lossscope-reader").empty());
}

TEST_F(ReaderFaults, WhereTheWriterFailsItIsCalledSo) {
  const Volume volume = make_volume({{200, 200, 200}, {1, 1, 1}}, VoxelType::float32);
  std::stop_source done;
  std::jthread killer([&done] {
    while (!done.stop_requested()) {
      for (const pid_t writer : running_helpers("lossscope-reader")) {
        ::kill(writer, SIGKILL);
      }
      ::usleep(1000);
    }
  });
  std::string said;
  try {
    write_volume(volume, folder_.file("out.nii.gz"));
  } catch (const WriteError& error) {
    said = error.what();
  }
  done.request_stop();
  EXPECT_NE(said.find("the writer"), std::string::npos) << said;
  EXPECT_EQ(said.find("reader"), std::string::npos) << said;
  EXPECT_FALSE(std::filesystem::exists(folder_.file("out.nii.gz")));
}

TEST_F(ReaderFaults, AStoppedReaderIsNoticedByItsSilence) {
  const Environment patience("LOSSSCOPE_PATIENCE", "1.5");
  const auto begin = Clock::now();
  EXPECT_EQ(code_after(SIGSTOP), "E_READER_TIMEOUT");
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  EXPECT_GT(seconds, 1.4);
  RecordProperty("seconds_until_noticed", std::to_string(seconds));
  EXPECT_EQ(read_volume(request()).grid.size[0], 160);
  EXPECT_TRUE(running_helpers("lossscope-reader").empty());
}

TEST_F(ReaderFaults, AnHonestReaderMayTakeLongerThanThePatience) {
  const Environment patience("LOSSSCOPE_PATIENCE", "1.5");
  const auto begin = Clock::now();
  double last = 0;
  int pauses = 0;
  const LoadedVolume loaded = read_volume(request(), [&](double share, std::string_view what) {
    EXPECT_GE(share, last) << "progress never goes back";
    last = share;
    for (const pid_t reader : running_helpers("lossscope-reader")) {
      if (what != "starting" && pauses < 4) {  // as slow as a disk can be, but never silent for long
        ::kill(reader, SIGSTOP);
        ::usleep(450'000);
        ::kill(reader, SIGCONT);
        ++pauses;
      }
    }
  });
  EXPECT_EQ(loaded.grid.size[2], 160);
  EXPECT_EQ(last, 1);
  EXPECT_GT(std::chrono::duration<double>(Clock::now() - begin).count(), 1.5);
}

TEST_F(ReaderFaults, CancellingIsPromptAtAnyMoment) {
  double longest = 0;
  for (int tenth = 0; tenth < 10; ++tenth) {
    std::stop_source stop;
    Clock::time_point asked{};
    const auto cancel = [&](double share, std::string_view) {
      if (asked == Clock::time_point{} && share >= 0.1 * tenth) {
        asked = Clock::now();
        stop.request_stop();
      }
    };
    EXPECT_THROW((void)read_volume(request(), cancel, stop.get_token()), Cancelled);
    longest = std::max(longest, std::chrono::duration<double>(Clock::now() - asked).count());
  }
  RecordProperty("longest_cancel_seconds", std::to_string(longest));
  std::printf("longest of 10 cancels: %.0f ms\n", 1000 * longest);
}

TEST_F(ReaderFaults, AHeaderMayNotFetchVoxelsFromElsewhere) {
  Folder other;
  write_bytes(other.file("secret.raw"), std::vector<char>(64, 'x'));
  const std::string header =
      "ObjectType = Image\nNDims = 3\nDimSize = 4 4 4\nElementType = MET_UCHAR\n"
      "ElementDataFile = " +
      other.file("secret.raw") + "\n";
  write_bytes(folder_.file("greedy.mhd"), {header.begin(), header.end()});
  EXPECT_NE(refusal_code(folder_.file("greedy.mhd")), "read");
}

TEST(Helper, ALargeRequestToAProcessThatNeverReadsDoesNotBlockForEver) {
  ChildProcess helper(helper_program("lossscope-reader"));
  ::kill(helper.pid(), SIGSTOP);
  helper.send(std::string(std::size_t{4} << 20, 'x'));  // returns when the socket is full
  const ChildEnd end = helper.follow({.silence_seconds = 0.2}, {}, [](const std::string&) {});
  EXPECT_TRUE(end.silent);
  EXPECT_EQ(end.signal, SIGKILL);
}

TEST(Helper, StartedByAPersonItSaysWhatItIs) {
  for (const char* name : {"lossscope-reader", "lossscope-models"}) {
    const std::string command = helper_program(name) + " </dev/null >/dev/null 2>&1";
    EXPECT_EQ(std::system(command.c_str()) >> 8, 2) << name;  // NOLINT: the test's own command
  }
}

}  // namespace
}  // namespace lossscope
