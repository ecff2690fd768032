// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>

namespace lossscope {

/// Lets background work that takes volumes of memory and all cores run one at a time, so that their needs do not add
/// up.
class Turns : public std::enable_shared_from_this<Turns> {
 public:
  using Turn = std::shared_ptr<void>;  ///< held while it is not null

  [[nodiscard]] static std::shared_ptr<Turns> make() { return std::make_shared<Turns>(); }

  /// Waits until nobody else holds the turn; null when `stop` came first.
  [[nodiscard]] Turn take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!given_back_.wait(lock, stop, [this] { return !taken_; })) {
      return nullptr;
    }
    taken_ = true;
    return {this, [self = shared_from_this()](void*) { self->give_back(); }};
  }

 private:
  void give_back() {
    const std::lock_guard lock(mutex_);
    taken_ = false;
    given_back_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable_any given_back_;
  bool taken_ = false;
};

}  // namespace lossscope
