// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "app/helper/channel.h"

namespace lossscope {

/// Tells LossScope every 200 ms how far this process is, as long as it makes progress. So a long read is not taken for
/// a hang, while a stopped process, or one that waits for a dead disk, falls silent and is ended.
class Heartbeat {
 public:
  /// Make it before the process is sealed: it opens /proc/self/io, which counts the bytes that were read.
  explicit Heartbeat(Channel& channel);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  /// Begins to beat; after sealing, so that the thread is sealed too. `patience_seconds`: how long neither a byte read
  /// nor processor time may go by without; 0: for ever.
  void start(double patience_seconds);
  /// What is being done now: from one share of the whole to another, as `bytes` are read; 0: unknown, it stays at
  /// `from`.
  void stage(double from, double to, std::string what, std::uint64_t bytes = 0);

 private:
  void run(double patience_seconds);
  [[nodiscard]] std::uint64_t bytes_read() const;
  void say();

  Channel& channel_;
  int io_ = -1;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  double from_ = 0, to_ = 0;
  std::string what_ = "starting";
  std::uint64_t bytes_ = 0, bytes_before_ = 0;
  std::thread thread_;
};

}  // namespace lossscope
