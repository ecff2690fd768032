// SPDX-License-Identifier: Apache-2.0
#include "app/engine/call_later.h"

#include <QObject>

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace lossscope {
namespace {

// Qt hands events over under a lock of its own, which ThreadSanitizer cannot see, as Debian's Qt is not built with it.
// So it is told here that whatever came before posting a call happens before the call runs.
#if defined(__SANITIZE_THREAD__)
char event_queue;
void handed_over() { __tsan_release(&event_queue); }
void taken_over() { __tsan_acquire(&event_queue); }
#else
void handed_over() {}
void taken_over() {}
#endif

/// The posted call. Its last move is the one into the event.
class Posted {
 public:
  explicit Posted(std::function<void()> call) : call_(std::move(call)) {}
  ~Posted() = default;
  Posted(Posted&& other) noexcept : call_(std::move(other.call_)) { handed_over(); }
  Posted(const Posted& other) : call_(other.call_) { handed_over(); }
  Posted& operator=(const Posted&) = delete;
  Posted& operator=(Posted&&) = delete;

  void operator()() const {
    taken_over();
    call_();
  }

 private:
  std::function<void()> call_;
};

}  // namespace

void call_later(QObject& receiver, std::function<void()> call) {
  QMetaObject::invokeMethod(&receiver, Posted(std::move(call)), Qt::QueuedConnection);
}

}  // namespace lossscope
