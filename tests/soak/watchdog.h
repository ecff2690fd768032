// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>
#include <atomic>
#include <ctime>
#include <thread>

namespace lossscope::testing {

/// Ends the program, with every thread's stack, when its window hangs: for a minute neither an event is handled nor the
/// window's thread works. A busy machine does not look like that: there a thread that can run gets some time.
class Watchdog : public QObject {
 public:
  Watchdog();
  ~Watchdog() override;
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void watch(const std::stop_token& stop, clockid_t clock);

  QTimer beat_;
  std::atomic<int> beats_{0};
  std::jthread thread_;
};

/// Writes the stacks of all threads to the standard error, by gdb where there is one, and ends the program.
[[noreturn]] void give_up(const char* reason);

}  // namespace lossscope::testing
