// SPDX-License-Identifier: Apache-2.0
#include "losses/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

int resolve_threads(int threads) {
  return threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void parallel_pieces(std::int64_t count, std::int64_t piece, int threads, std::stop_token stop,
                     const std::function<void(std::int64_t, std::int64_t)>& work) {
  const std::int64_t pieces = (count + piece - 1) / piece;
  std::atomic<std::int64_t> next{0};
  std::mutex guard;
  std::exception_ptr failure;

  const auto run = [&] {
    try {
      for (std::int64_t index = next++; index < pieces; index = next++) {
        if (stop.stop_requested()) {
          throw Cancelled();
        }
        work(index * piece, std::min(count, (index + 1) * piece));
      }
    } catch (...) {
      next = pieces;
      const std::lock_guard lock(guard);
      failure = failure ? failure : std::current_exception();
    }
  };

  const auto helpers = std::min<std::int64_t>(resolve_threads(threads), pieces) - 1;
  {
    std::vector<std::jthread> pool;
    for (std::int64_t i = 0; i < helpers; ++i) {
      pool.emplace_back(run);
    }
    run();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace lossscope
