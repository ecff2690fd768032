// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace lossscope {

/// Holds back what a sealed process may take at most, until it knows what it needs. A sealed process may not change its
/// limits; address space that is reserved, and never touched, counts against them just as well.
class MemoryReserve {
 public:
  /// Make it right after seal(). `limit`: bytes of address space that the rules allowed; `free`: how many of them may
  /// be taken at once. Without a limit (0, or under a sanitizer) it does nothing.
  MemoryReserve(std::size_t limit, std::size_t free);
  ~MemoryReserve();
  MemoryReserve(const MemoryReserve&) = delete;
  MemoryReserve& operator=(const MemoryReserve&) = delete;

  /// Lets the process take that many bytes more, up to the limit.
  void allow(std::size_t bytes);

 private:
  std::byte* begin_ = nullptr;
  std::size_t held_ = 0;
};

}  // namespace lossscope
