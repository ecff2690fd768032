// SPDX-License-Identifier: Apache-2.0
#include "app/io/shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <new>
#include <thread>

#include "app/io/said.h"
#include "basics/address_space.h"

namespace lossscope {

SharedMemory::SharedMemory() : descriptor_(::memfd_create("lossscope-volume", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
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

void SharedMemory::fill(std::size_t bytes, const std::function<void(void*)>& write) const {
  resize(bytes);
  leave_address_space(bytes);
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  const std::unique_ptr<void, std::function<void(void*)>> mapped(memory, [bytes](void* p) { ::munmap(p, bytes); });
  write(memory);
}

void SharedMemory::seal() const {
  constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  constexpr int kTries = 200;
  if ((::fcntl(descriptor_, F_GET_SEALS) & kSeals) == kSeals) {
    return;
  }
  // The kernel may take a moment to tear the mapping of a process down that was waited for.
  for (int attempt = 0; attempt < kTries; ++attempt) {
    if (::fcntl(descriptor_, F_ADD_SEALS, kSeals) == 0) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw Nonsense("the memory that it delivered is still held open for writing");
}

std::shared_ptr<void> SharedMemory::adopt(std::size_t bytes) const {
  seal();
  if (::lseek(descriptor_, 0, SEEK_END) != static_cast<off_t>(bytes)) {
    throw Nonsense("the memory that it delivered is of another size than it said");
  }
  leave_address_space(bytes);
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor_, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  return {memory, [bytes](void* p) { ::munmap(p, bytes); }};
}

}  // namespace lossscope
