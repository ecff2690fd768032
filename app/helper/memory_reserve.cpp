// SPDX-License-Identifier: Apache-2.0
#include "app/helper/memory_reserve.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "basics/sanitized.h"

namespace lossscope {
namespace {

std::size_t whole_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return bytes / page * page;
}

}  // namespace

MemoryReserve::MemoryReserve(std::size_t limit, std::size_t free) {
  const std::size_t wanted = whole_pages(limit > free ? limit - free : 0);
  if (wanted == 0 || kSanitized) {
    return;
  }
  void* const memory = ::mmap(nullptr, wanted, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED) {
    begin_ = static_cast<std::byte*>(memory);
    held_ = wanted;
  }
}

MemoryReserve::~MemoryReserve() { allow(held_); }

void MemoryReserve::allow(std::size_t bytes) {
  const std::size_t given = std::min(held_, whole_pages(bytes));
  if (given > 0) {
    held_ -= given;
    ::munmap(begin_ + held_, given);
  }
}

}  // namespace lossscope
