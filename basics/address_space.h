// SPDX-License-Identifier: Apache-2.0
// A limit on the address space (ulimit -v), and what must be left of it.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <new>
#include <optional>

namespace lossscope {

/// Bytes that this process may map at most; none where there is no limit.
inline std::optional<std::size_t> address_space_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

/// Bytes of a limited address space that volumes must leave to others; 0: none.
inline std::atomic<std::size_t> address_space_reserve{0};

/// Throws std::bad_alloc where a volume of so many bytes would take what others need. The libraries that draw end the
/// process when they get no memory; who asks for a volume can be told.
inline void leave_address_space(std::size_t bytes) {
  const std::size_t reserve = address_space_reserve;
  const auto limit = reserve > 0 ? address_space_limit() : std::nullopt;
  if (!limit) {
    return;
  }
  std::size_t pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%zu", &pages) != 1) {
      pages = 0;
    }
    std::fclose(file);
  }
  const std::size_t used = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  if (used + reserve + bytes > *limit) {
    throw std::bad_alloc();
  }
}

}  // namespace lossscope
