// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace lossscope::benchmarks {

/// Median seconds of `rounds` runs of `work`, after one that is not counted.
template <class Work>
double median_seconds(int rounds, const Work& work) {
  std::vector<double> seconds;
  for (int round = 0; round <= rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    if (round > 0) {
      seconds.push_back(passed.count());
    }
  }
  std::ranges::sort(seconds);
  return seconds[seconds.size() / 2];
}

}  // namespace lossscope::benchmarks
