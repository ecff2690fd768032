// SPDX-License-Identifier: Apache-2.0
// What is timed, in turn, and the copy that it is held against.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace lossscope {

[[nodiscard]] double seconds_of(const std::function<void()>& work);

/// Seconds of each work by its name.
struct Times {
  nlohmann::json medians, least;
};
/// Runs all works once to warm up, then `rounds` times, one after the other in each. `known`: of what ran before.
[[nodiscard]] Times timed(const std::map<std::string, std::function<void()>>& works, int rounds,
                          const nlohmann::json& known);

/// Reads and writes together as many bytes as an evaluation must, in the same kind of pages as our maps.
class Copy {
 public:
  Copy(std::size_t bytes, int threads);
  void run() const;
  /// As page_size_at says it.
  [[nodiscard]] std::string pages() const;

 private:
  std::size_t half_;
  int threads_;
  std::shared_ptr<void> from_, to_;
};

}  // namespace lossscope
