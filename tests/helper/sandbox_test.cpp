// SPDX-License-Identifier: Apache-2.0
// What a sealed process can no longer do, tried in a process that is sealed: each facility alone, and both.
#include "app/helper/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "app/helper/landlock.h"
#include "app/helper/memory_reserve.h"
#include "basics/sanitized.h"

namespace lossscope {
namespace {

/// A folder with the file that may be read, a secret beside it, and a file that must stay as it is.
class Sandbox : public ::testing::Test {
 protected:
  Sandbox() {
    std::string name = (std::filesystem::temp_directory_path() / "lossscope-sandbox-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    for (const char* file : {"asked", "secret", "kept"}) {
      std::ofstream(folder_ / file) << file;
    }
  }
  ~Sandbox() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string file(const char* name) const { return (folder_ / name).string(); }
  [[nodiscard]] SandboxRules reading() const {
    SandboxRules rules;
    rules.readable = {file("asked")};
    return rules;
  }

  /// Whether `attempt` succeeds in a process sealed with `rules`; -1 when it killed the process.
  static int sealed(const SandboxRules& rules, const std::function<bool()>& attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
      (void)seal(rules);
      ::_exit(attempt() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  static bool opens(const std::string& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags, 0600);
    return descriptor >= 0;
  }
  static bool starts_a_program() {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl("/bin/true", "true", nullptr);
      ::_exit(1);
    }
    int status = 1;
    return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
  }

  std::filesystem::path folder_;
};

TEST_F(Sandbox, SaysWhatThisKernelOffers) {
  EXPECT_NE(to_string({7, true}).find("ABI 7"), std::string::npos);
  EXPECT_NE(to_string({0, true}).find("no Landlock"), std::string::npos);
  EXPECT_NE(to_string({}).find("neither"), std::string::npos);
  if (sandbox_support().none()) {
    GTEST_SKIP() << "this kernel offers neither Landlock nor seccomp: what follows is not tested here";
  }
}

TEST_F(Sandbox, OnlyTheAskedFileIsRead) {
  EXPECT_EQ(sealed(reading(), [&] { return opens(file("asked"), O_RDONLY); }), 1);
  if (sandbox_support().landlock > 0) {
    EXPECT_EQ(sealed(reading(), [&] { return opens(file("secret"), O_RDONLY); }), 0);
    EXPECT_EQ(sealed(reading(), [&] { return opens("/etc/passwd", O_RDONLY); }), 0);
    EXPECT_EQ(sealed(reading(), [&] { return opens(folder_.string(), O_RDONLY | O_DIRECTORY); }), 0);
  }
  SandboxRules folder;
  folder.readable = {folder_.string()};
  EXPECT_EQ(sealed(folder, [&] { return opens(file("secret"), O_RDONLY); }), 1) << "of a folder, all files";
}

TEST_F(Sandbox, ChangesAreConfinedAndReadingIsNot) {
  if (sandbox_support().landlock == 0) {
    GTEST_SKIP() << "this kernel has no Landlock";
  }
  std::filesystem::create_directory(folder_ / "own");
  const auto confined = [&](const std::function<bool()>& attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::_exit(landlock_confine_changes({file("own")}) ? attempt() : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  const std::string own = file("own");
  EXPECT_EQ(confined([&] { return opens(own + "/new", O_WRONLY | O_CREAT); }), 1);
  EXPECT_EQ(confined([&] { return ::rename((own + "/new").c_str(), (own + "/other").c_str()) == 0; }), 1);
  EXPECT_EQ(confined([&] { return ::unlink((own + "/other").c_str()) == 0; }), 1);
  EXPECT_EQ(confined([&] { return opens(file("secret"), O_RDONLY) && starts_a_program(); }), 1);
  EXPECT_EQ(confined([&] { return opens(file("new"), O_WRONLY | O_CREAT); }), 0);
  EXPECT_EQ(confined([&] { return opens(file("kept"), O_WRONLY | O_TRUNC); }), 0);
  EXPECT_EQ(confined([&] { return ::unlink(file("kept").c_str()) == 0; }), 0);
  EXPECT_EQ(confined([&] { return ::rename(file("kept").c_str(), (own + "/kept").c_str()) == 0; }), 0);
  EXPECT_EQ(confined([&] { return ::rename(own.c_str(), file("elsewhere").c_str()) == 0; }), 0);
  EXPECT_EQ(confined([&] { return ::mkdir(file("folder").c_str(), 0700) == 0; }), 0);
  EXPECT_TRUE(std::filesystem::exists(file("kept")));
}

TEST_F(Sandbox, NothingIsReadWhereNothingIsAllowed) {
  for (const bool landlock : {true, false}) {
    SandboxRules rules;
    rules.use_landlock = landlock;
    if (!kSanitized) {
      EXPECT_EQ(sealed(rules, [&] { return opens(file("asked"), O_RDONLY); }), 0) << "Landlock " << landlock;
    }
    if (landlock) {
      EXPECT_EQ(sealed(rules, [&] { return opens(file("asked"), O_RDONLY); }), 0);
    }
  }
}

TEST_F(Sandbox, NothingIsWrittenByEitherFacility) {
  for (const auto& [landlock, seccomp] : {std::pair{true, true}, {true, false}, {false, true}}) {
    if ((landlock && sandbox_support().landlock == 0) || (seccomp && !sandbox_support().seccomp)) {
      continue;
    }
    SandboxRules rules = reading();
    rules.use_landlock = landlock;
    rules.use_seccomp = seccomp;
    EXPECT_EQ(sealed(rules, [&] { return opens(file("new"), O_WRONLY | O_CREAT); }), 0);
    EXPECT_EQ(sealed(rules, [&] { return opens(file("kept"), O_RDWR); }), 0);
    EXPECT_EQ(sealed(rules, [&] { return opens(file("asked"), O_RDWR); }), 0) << "not even the asked file";
    EXPECT_EQ(sealed(rules, [&] { return ::unlink(file("kept").c_str()) == 0; }), 0);
    EXPECT_EQ(sealed(rules, [&] { return ::rename(file("kept").c_str(), file("moved").c_str()) == 0; }), 0);
    EXPECT_EQ(sealed(rules, [&] { return ::mkdir(file("folder").c_str(), 0700) == 0; }), 0);
    EXPECT_EQ(sealed(rules, [&] { return ::symlink("x", file("link").c_str()) == 0; }), 0);
    if (seccomp) {
      EXPECT_EQ(sealed(rules, [&] { return ::chmod(file("kept").c_str(), 0777) == 0; }), 0);
      EXPECT_EQ(sealed(rules, [&] { return ::fchmod(::open(file("asked").c_str(), O_RDONLY), 0777) == 0; }), 0);
    }
  }
  EXPECT_TRUE(std::filesystem::exists(file("kept")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 3) << "and nothing is new";
}

TEST_F(Sandbox, WithoutEitherTheFileSizeLimitStillKeepsFilesEmpty) {
  SandboxRules rules = reading();
  rules.use_landlock = rules.use_seccomp = false;
  EXPECT_EQ(sealed(rules, [&] { return ::write(::open(file("new").c_str(), O_WRONLY | O_CREAT, 0600), "x", 1) == 1; }),
            0);
}

TEST_F(Sandbox, NoSocketNoProgramNoSignal) {
  if (!sandbox_support().seccomp) {
    GTEST_SKIP() << "needs seccomp";
  }
  EXPECT_EQ(sealed(reading(), [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }), 0);
  EXPECT_EQ(sealed(reading(), [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }), 0);
  if (kSanitized) {
    return;  // leak detection clones and traces the process
  }
  EXPECT_EQ(sealed(reading(), [] { return starts_a_program(); }), 0);
  EXPECT_EQ(sealed(reading(), [] { return ::kill(::getppid(), 0) == 0; }), 0);
  EXPECT_EQ(sealed(reading(),
                   [] {
                     const rlimit more{RLIM_INFINITY, RLIM_INFINITY};
                     return ::setrlimit(RLIMIT_FSIZE, &more) == 0;  // root may, without the filter
                   }),
            0);
}

TEST_F(Sandbox, ThreadsStartAndAreSealedAndAbortStillAborts) {
  EXPECT_EQ(sealed(reading(),
                   [&] {
                     bool opened = true, asked = false;
                     std::thread([&] {
                       asked = opens(file("asked"), O_RDONLY);
                       opened = opens(file("kept"), O_RDWR);
                     }).join();
                     return asked && !opened;
                   }),
            1);
  EXPECT_EQ(sealed(reading(), []() -> bool { std::abort(); }), -1);
}

TEST_F(Sandbox, AFolderThatMayBeWrittenIsTheOnlyOne) {
  SandboxRules rules;
  std::filesystem::create_directory(folder_ / "out");
  rules.writable = {file("out")};
  EXPECT_EQ(sealed(rules,
                   [&] {
                     return opens(file("out/new"), O_WRONLY | O_CREAT) &&
                            ::rename(file("out/new").c_str(), file("out/renamed").c_str()) == 0;
                   }),
            1);
  EXPECT_TRUE(std::filesystem::exists(file("out/renamed")));
  if (sandbox_support().landlock > 0) {
    EXPECT_EQ(sealed(rules, [&] { return opens(file("kept"), O_WRONLY | O_TRUNC); }), 0);
  }
}

TEST_F(Sandbox, MemoryAndProcessorTimeAreLimited) {
  SandboxRules rules = reading();
  rules.cpu_seconds = 1;
  rules.memory = std::size_t{64} << 20;
  if (kSanitized) {
    GTEST_SKIP() << "a sanitizer needs terabytes of address space, and its slowness twenty times the time";
  }
  const auto takes = [](std::size_t mebibytes) {
    void* volatile memory = std::malloc(mebibytes << 20);  // volatile: or the compiler drops it
    return memory != nullptr;
  };
  EXPECT_EQ(sealed(rules, [&] { return takes(128); }), 0);
  EXPECT_EQ(sealed(rules, [&] { return takes(16); }), 1);
  EXPECT_EQ(sealed(rules,
                   []() -> bool {
                     for (volatile int spin = 1; spin == 1;) {
                     }
                     return true;
                   }),
            -1);
}

/// Whether so many bytes can be taken.
bool takes(std::size_t bytes) {
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory != MAP_FAILED && ::munmap(memory, bytes) == 0;
}

TEST_F(Sandbox, MemoryIsHeldBackUntilItIsAllowed) {
  if (kSanitized) {
    GTEST_SKIP() << "a sanitizer needs terabytes of address space";
  }
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  SandboxRules rules = reading();
  rules.memory = 4096 * kMebibyte;
  EXPECT_EQ(sealed(rules,
                   [&] {
                     MemoryReserve reserve(rules.memory, 100 * kMebibyte);
                     const bool held = takes(50 * kMebibyte) && !takes(300 * kMebibyte);
                     reserve.allow(400 * kMebibyte);
                     const bool allowed = takes(300 * kMebibyte) && !takes(1000 * kMebibyte);
                     reserve.allow(~std::size_t{0});
                     return held && allowed && takes(3000 * kMebibyte) && !takes(5000 * kMebibyte);
                   }),
            1);
}

}  // namespace
}  // namespace lossscope
