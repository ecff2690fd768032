// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace lossscope {
namespace {  // one copy per instruction set

/// Copies n floats; with `stream`, whole cache lines go past the caches, which saves reading them first.
inline void put_tile(float* to, const float* from, int n, bool stream) {
#if defined(__SSE2__)
  constexpr int kLine = 64 / sizeof(float);
  const auto misplaced = static_cast<int>(reinterpret_cast<std::uintptr_t>(to) / sizeof(float) % kLine);
  int i = stream ? std::min(n, (kLine - misplaced) % kLine) : n;
  std::memcpy(to, from, static_cast<std::size_t>(i) * sizeof(float));
  for (; i + kLine <= n; i += kLine) {
#if defined(__AVX512F__)
    _mm512_stream_ps(to + i, _mm512_loadu_ps(from + i));
#elif defined(__AVX__)
    _mm256_stream_ps(to + i, _mm256_loadu_ps(from + i));
    _mm256_stream_ps(to + i + 8, _mm256_loadu_ps(from + i + 8));
#else
    for (int part = 0; part < kLine; part += 4) {
      _mm_stream_ps(to + i + part, _mm_loadu_ps(from + i + part));
    }
#endif
  }
  std::memcpy(to + i, from + i, static_cast<std::size_t>(n - i) * sizeof(float));
#else
  (void)stream;
  std::memcpy(to, from, static_cast<std::size_t>(n) * sizeof(float));
#endif
}

}  // namespace
}  // namespace lossscope
