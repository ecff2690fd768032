// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <thread>

namespace lossscope::commands {

/// While it lives, Ctrl-C (SIGINT, SIGTERM) asks for a stop instead of killing the program. Make it before any thread.
class InterruptGuard {
 public:
  InterruptGuard();
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace lossscope::commands
