// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "basics/trace.h"

namespace lossscope {

/// What the frames of one kind were spent on: takes the program's own trace and says, for each stretch of it, how long
/// its thread worked on it and on nothing within it, as the median over the frames.
class FrameCost final : public trace::Sink {
 public:
  FrameCost() { trace::sink = this; }
  ~FrameCost() { trace::sink = nullptr; }
  FrameCost(const FrameCost&) = delete;
  FrameCost& operator=(const FrameCost&) = delete;

  void take(const trace::Event& event) noexcept override {
    const std::lock_guard lock(mutex_);
    taken_.push_back({event, ::gettid()});
  }

  void begin_frame() {
    const std::lock_guard lock(mutex_);
    taken_.clear();
  }

  void end_frame() {
    const std::lock_guard lock(mutex_);
    std::map<std::string, double> frame;
    for (const Taken& one : taken_) {
      if (one.event.category != trace::Category::frame) {
        frame[(one.thread == ::getpid() ? "" : "(worker) ") + std::string(one.event.name)] += own_ms(one);
      }
    }
    for (const auto& [name, ms] : frame) {
      spent_[name].resize(frames_, 0);
      spent_[name].push_back(ms);
    }
    ++frames_;
  }

  /// One line for each stretch of at least 0.1 ms, the longest first.
  void print() {
    std::vector<std::pair<double, std::string>> lines;
    for (auto& [name, times] : spent_) {
      times.resize(frames_, 0);
      std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(frames_ / 2), times.end());
      lines.emplace_back(times[frames_ / 2], name);
    }
    std::sort(lines.rbegin(), lines.rend());
    for (const auto& [ms, name] : lines) {
      if (ms >= 0.1) {
        std::printf("      %6.2f ms  %s\n", ms, name.c_str());
      }
    }
    std::fflush(stdout);
  }

 private:
  struct Taken {
    trace::Event event;
    pid_t thread;
  };

  [[nodiscard]] double own_ms(const Taken& one) const {
    auto own = one.event.processor;
    for (const Taken& other : taken_) {
      if (&other != &one && other.thread == one.thread && is_child(other.event, one)) {
        own -= other.event.processor;
      }
    }
    return std::chrono::duration<double, std::milli>(own).count();
  }

  static bool within(const trace::Event& inner, const trace::Event& outer) {
    return inner.begin >= outer.begin && inner.end <= outer.end;
  }

  /// Whether `event` lies within `parent` and within nothing else that does.
  [[nodiscard]] bool is_child(const trace::Event& event, const Taken& parent) const {
    return within(event, parent.event) && std::none_of(taken_.begin(), taken_.end(), [&](const Taken& between) {
             return &between.event != &event && &between != &parent && between.thread == parent.thread &&
                    within(event, between.event) && within(between.event, parent.event);
           });
  }

  std::mutex mutex_;  ///< guards the rest
  std::vector<Taken> taken_;
  std::map<std::string, std::vector<double>> spent_;
  std::size_t frames_ = 0;
};

}  // namespace lossscope
