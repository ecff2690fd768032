// SPDX-License-Identifier: Apache-2.0
// Spans of time for --trace. Needs no library, so that code of every room can be measured.
#pragma once

#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>

namespace lossscope::trace {

/// What a stretch of time was spent on.
enum class Category : std::uint8_t { load, fields, reduce, map, upload, paint, compose, frame };

struct Event {
  Category category{};
  const char* name = nullptr;                        ///< a literal
  std::string subject;                               ///< what it was done to, e.g. a view; empty where that is plain
  std::chrono::steady_clock::time_point begin, end;  ///< of the calling thread
  std::chrono::nanoseconds processor{0};             ///< that the calling thread worked; less where it waited
};

/// Takes events, from any thread.
class Sink {
 public:
  virtual void take(const Event& event) noexcept = 0;

 protected:
  ~Sink() = default;
};

/// Null when nobody traces. Set before other threads begin and cleared after they ended.
inline std::atomic<Sink*> sink{nullptr};

/// For an event that no one thread saw from begin to end.
inline void tell(const Event& event) {
  if (Sink* to = sink.load(std::memory_order_relaxed)) {
    to->take(event);
  }
}

/// Processor time of the calling thread since it began.
inline std::chrono::nanoseconds processor_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// The time from its construction to its end; costs one relaxed load when nobody traces.
class Span {
 public:
  Span(Category category, const char* name) : Span(category, name, [] { return std::string(); }) {}
  /// `subject` returns what the event says beside its name; it is called only when somebody traces.
  template <class Subject>
  Span(Category category, const char* name, Subject subject) : sink_(sink.load(std::memory_order_relaxed)) {
    if (sink_ != nullptr) [[unlikely]] {
      event_ = {category, name, subject(), std::chrono::steady_clock::now(), {}, processor_time()};
    }
  }
  ~Span() {
    if (sink_ != nullptr) [[unlikely]] {
      event_.processor = processor_time() - event_.processor;
      event_.end = std::chrono::steady_clock::now();
      sink_->take(event_);
    }
  }
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

 private:
  Sink* sink_;
  Event event_{};
};

}  // namespace lossscope::trace
