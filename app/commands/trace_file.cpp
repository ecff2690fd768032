// SPDX-License-Identifier: Apache-2.0
#include "app/commands/trace_file.h"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include "app/commands/command.h"
#include "basics/trace.h"

namespace lossscope::commands {
namespace {

using Clock = std::chrono::steady_clock;

/// In the order of trace::Category.
constexpr std::array kCategories{"load", "fields", "reduce", "map", "upload", "paint", "compose", "frame"};

double microseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::micro>(time).count(); }

/// Collects events from its construction to its end.
class Recorder final : public trace::Sink {
 public:
  Recorder() { trace::sink = this; }
  ~Recorder() { trace::sink = nullptr; }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void take(const trace::Event& event) noexcept override {
    constexpr std::size_t kMost = 1'000'000;  // a window may stay open for days
    const std::lock_guard lock(mutex_);
    try {
      const pid_t thread = ::gettid();
      if (!threads_.contains(thread)) {
        char name[16] = "";
        ::pthread_getname_np(::pthread_self(), name, sizeof(name));
        threads_[thread] = name;
      }
      if (events_.size() < kMost) {
        events_.push_back({event, thread});
        return;
      }
    } catch (const std::bad_alloc&) {  // the event counts as lost below: tracing must not end the program
    }
    ++lost_;
  }

  [[nodiscard]] Json json() const {
    const std::lock_guard lock(mutex_);
    const pid_t process = ::getpid();
    Json events = Json::array();
    for (const auto& [thread, name] : threads_) {
      events.push_back({{"name", "thread_name"},
                        {"ph", "M"},
                        {"pid", process},
                        {"tid", thread},
                        {"args", {{"name", thread == process ? "main" : name}}}});
    }
    for (const auto& [event, thread] : events_) {
      Json shown{{"name", event.name},
                 {"cat", kCategories[static_cast<std::size_t>(event.category)]},
                 {"ts", microseconds(event.begin - begin_)},
                 {"pid", process},
                 {"tid", thread}};
      if (!event.subject.empty()) {
        shown["args"]["of"] = event.subject;
      }
      if (event.category == trace::Category::frame) {  // belongs to no thread: it lies across the spans of several
        shown["id"] = events.size();
        shown["ph"] = "b";
        events.push_back(shown);
        shown["ph"] = "e";
        shown["ts"] = microseconds(event.end - begin_);
      } else {
        shown["ph"] = "X";
        shown["dur"] = microseconds(event.end - event.begin);
        shown["tdur"] = microseconds(event.processor);
      }
      events.push_back(std::move(shown));
    }
    return {{"traceEvents", events},
            {"displayTimeUnit", "ms"},
            {"otherData", {{"lossscope", LOSSSCOPE_VERSION}, {"lost_events", lost_}}}};
  }

 private:
  struct Taken {
    trace::Event event;
    pid_t thread;
  };
  const Clock::time_point begin_ = Clock::now();
  mutable std::mutex mutex_;  ///< guards the rest
  std::vector<Taken> events_;
  std::map<pid_t, std::string> threads_;
  std::int64_t lost_ = 0;
};

}  // namespace

int traced(const std::string& path, const std::function<int()>& work) {
  if (path.empty()) {
    return work();
  }
  const Recorder recorder;
  const int code = work();
  write_json(recorder.json(), path);
  return code;
}

}  // namespace lossscope::commands
