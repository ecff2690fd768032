// SPDX-License-Identifier: Apache-2.0
#include "app/helper/heartbeat.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

namespace lossscope {
namespace {

constexpr auto kBeat = std::chrono::milliseconds(200);

double seconds_on(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Processor time of all threads but the calling one.
double work_of_others() { return seconds_on(CLOCK_PROCESS_CPUTIME_ID) - seconds_on(CLOCK_THREAD_CPUTIME_ID); }

}  // namespace

Heartbeat::Heartbeat(Channel& channel) : channel_(channel), io_(::open("/proc/self/io", O_RDONLY | O_CLOEXEC)) {}

Heartbeat::~Heartbeat() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  if (io_ >= 0) {
    ::close(io_);
  }
}

void Heartbeat::start(double patience_seconds) {
  thread_ = std::thread([this, patience_seconds] { run(patience_seconds); });
}

void Heartbeat::stage(double from, double to, std::string what, std::uint64_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    from_ = from;
    to_ = to;
    what_ = std::move(what);
    bytes_ = bytes;
    bytes_before_ = bytes_read();
  }
  say();
}

std::uint64_t Heartbeat::bytes_read() const {
  char text[256]{};
  if (io_ < 0 || ::pread(io_, text, sizeof(text) - 1, 0) <= 0) {
    return 0;
  }
  const char* field = std::strstr(text, "rchar: ");
  return field == nullptr ? 0 : std::strtoull(field + 7, nullptr, 10);
}

void Heartbeat::say() {
  std::unique_lock lock(mutex_);
  const double read = static_cast<double>(bytes_read() - bytes_before_);
  const double share = bytes_ == 0 ? 0 : std::min(1.0, read / static_cast<double>(bytes_));
  const nlohmann::json line{{"progress", from_ + (to_ - from_) * share}, {"what", what_}};
  lock.unlock();
  channel_.say(line);
}

void Heartbeat::run(double patience_seconds) {
  constexpr double kSomeWork = 1e-4;          // s; less is what the beat itself takes,
  constexpr std::uint64_t kSomeBytes = 1024;  // as are the few hundred bytes of /proc that it reads
  double work = 0, moved = seconds_on(CLOCK_MONOTONIC);
  std::uint64_t bytes = 0;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kBeat, [this] { return ending_; })) {
    const double now = seconds_on(CLOCK_MONOTONIC), work_now = work_of_others();
    const std::uint64_t bytes_now = bytes_read();
    if (work_now > work + kSomeWork || bytes_now > bytes + kSomeBytes) {
      moved = now;
    }
    work = work_now;
    bytes = bytes_now;
    if (patience_seconds == 0 || now - moved < patience_seconds) {
      lock.unlock();
      say();
      lock.lock();
    }
  }
}

}  // namespace lossscope
