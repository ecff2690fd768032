// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace lossscope {

/// A helper program of ours beside the running one (or in $LOSSSCOPE_BIN, or on the PATH).
[[nodiscard]] std::string helper_program(const std::string& name);

/// How long a helper may be silent, in seconds: $LOSSSCOPE_PATIENCE, or 10. Helpers beat five times a second, so this
/// much silence means a stopped process or a dead disk, never a large file.
[[nodiscard]] double helper_patience();

struct ChildLimits {
  double silence_seconds = helper_patience();
  double total_seconds = 0;  ///< from asking to the answer; 0: no limit
};

/// How a child ended.
struct ChildEnd {
  bool cancelled = false;
  bool silent = false;    ///< it said nothing for too long
  bool overtime = false;  ///< it took longer than it may, by the clock or in processor time
  int signal = 0;         ///< that killed it, or 0
  int exit_code = 0;
};

/// A helper program that runs. One process serves one request: what has read foreign bytes is never used again.
class ChildProcess {
 public:
  /// Starts it with a socket as its standard input, in this process's environment, where `environment` ("NAME=VALUE")
  /// goes before. Throws std::runtime_error when it cannot be started.
  explicit ChildProcess(const std::string& program, const std::vector<std::string>& environment = {});
  ~ChildProcess();  ///< kills it if it still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Sends text and, with its first byte, a descriptor (-1: none). One that no longer listens is no error: follow()
  /// says how it ended.
  void send(std::string_view text, int descriptor = -1) const;
  /// Hands over every line that it says until it ends. It is killed when `stop` asks for it (within 20 ms) or when it
  /// exceeds the limits. What `line` throws kills it, too.
  ChildEnd follow(const ChildLimits& limits, const std::stop_token& stop,
                  const std::function<void(const std::string&)>& line);
  [[nodiscard]] bool runs() const;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  void reap(ChildEnd& end);

  int socket_ = -1;
  pid_t pid_ = 0;  ///< 0: reaped
};

}  // namespace lossscope
