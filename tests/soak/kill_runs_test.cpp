// SPDX-License-Identifier: Apache-2.0
// The window is killed at random moments while a person works, and started again with --recover: what was on screen
// must be back, with at most the last command missing. LOSSSCOPE_KILLS says how often (5).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <sstream>

#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using Clock = std::chrono::steady_clock;

struct Line {
  std::string what, hash;
  int count = -1, index = -1;
};

Line parse(const std::string& text) {
  std::istringstream words(text);
  Line line;
  words >> line.what;
  if (line.what != "change") {
    words >> line.count >> line.index;
  }
  words >> line.hash;
  return line;
}

/// A running soak_window and what it told.
class Window {
 public:
  Window(unsigned seed, bool recover) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const std::string number = std::to_string(seed);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(LOSSSCOPE_SOAK_WINDOW, "soak_window", number.c_str(), recover ? "--recover" : nullptr,
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(ends[1]);
    out_ = ends[0];
  }
  ~Window() { kill(); }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// Listens until `seconds` are over or, with `one`, until there is a line. False when the program ended by itself.
  bool listen(double seconds, bool one = false) {
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    while (Clock::now() < end && !(one && !lines.empty())) {
      pollfd wait{out_, POLLIN, 0};
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      if (::poll(&wait, 1, static_cast<int>(left) + 1) > 0 && !take()) {
        return false;
      }
    }
    return true;
  }

  void kill() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      while (take()) {
      }
      ::waitpid(child_, nullptr, 0);
      ::close(out_);
      child_ = 0;
    }
  }

  std::vector<Line> lines;

 private:
  bool take() {
    char buffer[4096];
    const ssize_t size = ::read(out_, buffer, sizeof(buffer));
    if (size <= 0) {
      return false;
    }
    rest_.append(buffer, static_cast<std::size_t>(size));
    for (std::size_t end = 0; (end = rest_.find('\n')) != std::string::npos; rest_.erase(0, end + 1)) {
      lines.push_back(parse(rest_.substr(0, end)));
    }
    return true;
  }

  pid_t child_ = 0;
  int out_ = -1;
  std::string rest_;
};

struct Told {
  std::vector<Line> last;  ///< the steps of the last command: one, or those of a drag
  std::string in_flight;   ///< a change whose step was not told any more
};

Told told_last(const std::vector<Line>& lines) {
  Told told;
  for (const Line& line : lines) {
    if (line.what == "change") {
      told.in_flight = line.hash;
      continue;
    }
    if (!told.last.empty() && (told.last[0].count != line.count || told.last[0].index != line.index)) {
      told.last.clear();
    }
    told.last.push_back(line);
    told.in_flight.clear();
  }
  if (!told.last.empty() && told.in_flight == told.last.back().hash) {  // one only looked elsewhere
    told.in_flight.clear();
  }
  return told;
}

TEST(KillRuns, AtMostTheLastCommandIsMissing) {
  const testing::Folder home;
  ::setenv("XDG_DATA_HOME", home.file("data").c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", home.file("config").c_str(), 1);
  const char* asked = std::getenv("LOSSSCOPE_KILLS");
  const int kills = asked == nullptr ? 5 : std::atoi(asked);
  std::mt19937 random(20261124);
  std::uniform_real_distribution<double> seconds(0.05, 3);
  int complete = 0, missing = 0, steps = 0, in_drags = 0;
  Told told;
  for (int run = 0; run <= kills; ++run) {
    Window window(static_cast<unsigned>(run + 1), run > 0);
    ASSERT_TRUE(window.listen(60, true)) << "it did not start again";
    ASSERT_FALSE(window.lines.empty()) << "it was silent for a minute";
    if (run > 0) {
      const Line& recovered = window.lines[0];
      ASSERT_EQ(recovered.what, "recovered") << "run " << run;
      const auto same = [&](const Line& line) { return line.hash == recovered.hash; };
      const bool in_last = std::ranges::any_of(told.last, same), in_flight = recovered.hash == told.in_flight;
      ASSERT_TRUE(in_last || in_flight) << "run " << run << ": more than the last command is missing";
      ASSERT_TRUE(in_flight || recovered.index == std::min(told.last[0].index, 100)) << "run " << run;
      (in_flight || told.in_flight.empty() ? complete : missing) += 1;
      in_drags += in_last && !same(told.last.back()) ? 1 : 0;
    }
    if (run < kills) {
      ASSERT_TRUE(window.listen(seconds(random))) << "it ended by itself";
      window.kill();
      told = told_last(window.lines);
      steps += static_cast<int>(std::ranges::count(window.lines, "step", &Line::what));
    }
  }
  std::cout << kills << " kills among " << steps << " steps: " << complete << " came back complete, " << missing
            << " without the command that was under way, " << in_drags << " a moment of a drag earlier\n";
}

}  // namespace
}  // namespace lossscope
