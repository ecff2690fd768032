// SPDX-License-Identifier: Apache-2.0
// Needs no library: what measures itself may be anywhere in the house.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace lossscope::trace {

/// What a stretch of time was spent on.
enum class Category : std::uint8_t { load, fields, reduce, map, upload, paint, compose };

struct Event {
  Category category{};
  const char* name = nullptr;                        ///< a literal
  std::chrono::steady_clock::time_point begin, end;  ///< of the calling thread
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

/// The time from its construction to its end; costs one relaxed load when nobody traces.
class Span {
 public:
  Span(Category category, const char* name) : sink_(sink.load(std::memory_order_relaxed)) {
    if (sink_ != nullptr) [[unlikely]] {
      event_ = {category, name, std::chrono::steady_clock::now(), {}};
    }
  }
  ~Span() {
    if (sink_ != nullptr) [[unlikely]] {
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
