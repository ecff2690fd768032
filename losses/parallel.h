// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

namespace lossscope {

/// Number of threads meant by `threads`: itself, or all cores for 0.
[[nodiscard]] int resolve_threads(int threads);

/// Calls work(begin, end) for pieces of [0, count) of at most `piece` items, on `threads` threads. Which thread takes
/// which piece is not fixed, so a piece must write to places of its own. The first exception is rethrown here.
/// Throws Cancelled when `stop` asks for it; it is checked before every piece.
void parallel_pieces(std::int64_t count, std::int64_t piece, int threads, std::stop_token stop,
                     const std::function<void(std::int64_t begin, std::int64_t end)>& work);

}  // namespace lossscope
