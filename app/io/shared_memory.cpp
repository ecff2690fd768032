// SPDX-License-Identifier: Apache-2.0
#include "app/io/shared_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <stdexcept>

namespace lossscope {

SharedMemory::SharedMemory() : descriptor_(::memfd_create("lossscope-volume", MFD_CLOEXEC)) {
  if (descriptor_ < 0) {
    throw std::bad_alloc();
  }
}

SharedMemory::~SharedMemory() { ::close(descriptor_); }

void SharedMemory::resize(std::size_t bytes) const {
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) {
    throw std::bad_alloc();
  }
}

std::shared_ptr<void> SharedMemory::adopt(std::size_t bytes) const {
  if (::lseek(descriptor_, 0, SEEK_END) != static_cast<off_t>(bytes)) {
    throw std::runtime_error("a helper process delivered another size than it said");
  }
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  return {memory, [bytes](void* p) { ::munmap(p, bytes); }};
}

}  // namespace lossscope
