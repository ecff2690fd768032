// SPDX-License-Identifier: Apache-2.0
#include "app/commands/interrupt.h"

#include <csignal>
#include <ctime>

namespace lossscope::commands {

InterruptGuard::InterruptGuard() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // inherited by every later thread: only the watcher takes them
  watcher_ = std::jthread([signals, source = source_](const std::stop_token& stop) mutable {
    const timespec pause{0, 50'000'000};
    while (!stop.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &pause) > 0) {
        source.request_stop();
      }
    }
  });
}

}  // namespace lossscope::commands
