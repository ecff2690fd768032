// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace lossscope {

/// As many partial results as threads work at the same time, each used by one thread after another, and their sum.
/// T has add(const T&), in any order; safe to call from several threads, but for merged().
template <class T>
class MergedPool {
 public:
  /// One that is free, or T(arguments...).
  template <class... Arguments>
  [[nodiscard]] std::unique_ptr<T> take(const Arguments&... arguments) {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto part = std::move(free_.back());
        free_.pop_back();
        return part;
      }
    }
    return std::make_unique<T>(arguments...);
  }
  void give_back(std::unique_ptr<T> part) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(part));
  }
  /// All of them together, once all are back; T(arguments...) when none was taken.
  template <class... Arguments>
  [[nodiscard]] std::unique_ptr<T> merged(const Arguments&... arguments) {
    auto all = take(arguments...);
    for (const auto& part : std::exchange(free_, {})) {
      all->add(*part);
    }
    return all;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> free_;
};

}  // namespace lossscope
