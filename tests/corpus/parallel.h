// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace lossscope::corpus {

/// Calls work(i) for 0 <= i < n on a few threads: the programs that it starts are what takes the time.
template <class Work>
void in_parallel(std::size_t n, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> threads;
  for (unsigned t = 0; t < std::max(2U, std::thread::hardware_concurrency()); ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < n; i = next++) {
        work(i);
      }
    });
  }
}

}  // namespace lossscope::corpus
