// SPDX-License-Identifier: Apache-2.0
// The window with less memory than it needs (ulimit -v): a sentence and an exit code, never a signal; and a home where
// nothing can be written.
#include <sys/wait.h>

#include <cstdlib>

#include "basics/sanitized.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using testing::Folder;
using testing::read_bytes;

struct Ended {
  int code = -1, signal = 0;
  std::string said;
};

/// Takes a screenshot of a sample within `mebibytes` of address space; 0: as much as there is.
Ended screenshot(const Folder& folder, const std::string& sample, int mebibytes) {
  const std::string program = std::string(std::getenv("LOSSSCOPE_BIN")) + "/lossscope";
  const std::string limit = mebibytes == 0 ? std::string() : "ulimit -v " + std::to_string(mebibytes * 1024) + "; ";
  const std::string command = limit + "exec timeout 120 '" + program + "' --sample " + sample + " --screenshot '" +
                              folder.file("out.png") + "' --size 900x700 2>'" + folder.file("err") + "'";
  const int status = std::system(command.c_str());  // NOLINT: the test's own command
  Ended ended;
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : (ended.code > 128 ? ended.code - 128 : 0);
  const auto err = read_bytes(folder.file("err"));
  ended.said.assign(err.begin(), err.end());
  return ended;
}

TEST(SmallMemory, IsASentenceAndNoSignal) {
  if (kSanitized) {
    GTEST_SKIP() << "shadow memory takes terabytes of address space";
  }
  const Folder folder;
  for (const int mebibytes : {200, 500, 900, 1100, 1300, 1700, 2000}) {
    const Ended ended = screenshot(folder, "phantom", mebibytes);
    EXPECT_EQ(ended.code, 1) << mebibytes << " MiB: signal " << ended.signal << ", " << ended.said;
    const bool told = ended.said.find("ulimit -v") != std::string::npos ||
                      ended.said.find("shared object") != std::string::npos ||  // not even the libraries fit
                      ended.said.find("memory") != std::string::npos;
    EXPECT_TRUE(told || mebibytes < 400) << mebibytes << " MiB: " << ended.said;
  }
  for (const int mebibytes : {2048, 2300, 2700}) {
    for (const char* sample : {"phantom", "mni-head"}) {
      const Ended ended = screenshot(folder, sample, mebibytes);
      EXPECT_EQ(ended.signal, 0) << mebibytes << " MiB, " << sample << ": " << ended.said;
      EXPECT_TRUE(ended.code == 0 || ended.said.find("memory") != std::string::npos)
          << mebibytes << " MiB, " << sample << ": " << ended.code << ": " << ended.said;
    }
  }
}

}  // namespace
}  // namespace lossscope
