// SPDX-License-Identifier: Apache-2.0
#include "app/models/benchmark_rounds.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "app/models/page_size.h"
#include "basics/large_pages.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Times timed(const std::map<std::string, std::function<void()>>& works, int rounds, const nlohmann::json& known) {
  std::map<std::string, std::vector<double>> seconds;
  for (int round = -1; round < rounds; ++round) {  // the first warms up
    for (const auto& [name, work] : works) {
      // OpenMP's threads spin for a while after their work, and would take the processor from the next one.
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const double s = seconds_of(work);
      if (round >= 0) {
        seconds[name].push_back(s);
      }
    }
  }
  Times times{known, known};
  for (const auto& [name, list] : seconds) {
    times.medians[name] = median(list);
    times.least[name] = *std::ranges::min_element(list);
  }
  return times;
}

Copy::Copy(std::size_t bytes, int threads)
    : half_(bytes / 2), threads_(threads), from_(zeroed_memory(half_)), to_(zeroed_memory(half_)) {
  std::memset(from_.get(), 1, half_);  // what was never written is all one page of zeros
}

void Copy::run() const {
  const auto n = static_cast<std::int64_t>(half_);
  auto* to = static_cast<char*>(to_.get());
  const auto* from = static_cast<const char*>(from_.get());
  parallel_pieces(n, (n + threads_ - 1) / threads_, threads_, {}, [&](std::int64_t begin, std::int64_t end) {
    std::memcpy(to + begin, from + begin, static_cast<std::size_t>(end - begin));
  });
}

std::string Copy::pages() const { return page_size_at(to_.get()); }

}  // namespace lossscope
