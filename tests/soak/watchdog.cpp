// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/watchdog.h"

#include <pthread.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace lossscope::testing {
namespace {

double seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

void give_up(const char* reason) {
  std::fprintf(stderr, "monkey: %s\n", reason);
  const std::string command =
      "gdb -p " + std::to_string(::getpid()) + " -batch -ex 'thread apply all backtrace' 1>&2 2>/dev/null";
  (void)!std::system(command.c_str());  // NOLINT: our own process id
  std::_Exit(3);
}

Watchdog::Watchdog() {
  clockid_t clock{};
  ::pthread_getcpuclockid(::pthread_self(), &clock);
  connect(&beat_, &QTimer::timeout, this, [this] { ++beats_; });
  beat_.start(200);
  thread_ = std::jthread([this, clock](const std::stop_token& stop) { watch(stop, clock); });
}

Watchdog::~Watchdog() = default;

void Watchdog::watch(const std::stop_token& stop, clockid_t clock) {
  constexpr int kTurnsPerSecond = 5, kPatience = 60 * kTurnsPerSecond;
  constexpr double kSomeWork = 0.005;  // of the window's thread within the minute
  int last = -1, silent = 0;
  double work = 0;
  while (!stop.stop_requested()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1000 / kTurnsPerSecond));
    const int now = beats_;
    const double done = seconds_of(clock);
    if (now != last || done > work + kSomeWork) {
      last = now;
      work = done;
      silent = 0;
    } else if (++silent > kPatience) {
      give_up("the window hangs");
    }
  }
}

}  // namespace lossscope::testing
