// SPDX-License-Identifier: Apache-2.0
#include "app/io/shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <thread>

#include "app/io/said.h"
#include "basics/address_space.h"
#include "basics/large_pages.h"
#include "losses/parallel.h"

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

void SharedMemory::check_size(std::size_t bytes) const {
  if (::lseek(descriptor_, 0, SEEK_END) != static_cast<off_t>(bytes)) {
    throw Nonsense("the memory that it delivered is of another size than it said");
  }
}

std::shared_ptr<void> SharedMemory::adopt(std::size_t bytes) const {
  seal();
  check_size(bytes);
  leave_address_space(bytes);
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor_, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  return {memory, [bytes](void* p) { ::munmap(p, bytes); }};
}

void SharedMemory::read(const Part& part, void* to) const {
  for (std::size_t done = 0; done < part.bytes;) {
    const ssize_t count = ::pread(descriptor_, static_cast<std::byte*>(to) + done, part.bytes - done,
                                  static_cast<off_t>(part.offset + done));
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (count == 0 || errno != EINTR) {
      throw Nonsense("the memory that it delivered became smaller");
    }
  }
}

void SharedMemory::give_back(const Part& part) const {
  // Whole pages go; refused once the memory is sealed: then it stays until this object ends.
  (void)::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(part.offset),
                    static_cast<off_t>(part.bytes));
}

std::shared_ptr<void> SharedMemory::take(std::size_t bytes, const Part& part) const {
  return take(bytes, std::span(&part, 1)).front();
}

std::vector<std::shared_ptr<void>> SharedMemory::take(std::size_t bytes, std::span<const Part> parts) const {
  check_size(bytes);
  std::vector<std::shared_ptr<void>> taken;
  for (const Part& part : parts) {
    leave_address_space(part.bytes);
    std::byte* const memory = static_cast<std::byte*>(taken.emplace_back(zeroed_memory(part.bytes)).get());
    constexpr std::int64_t kPiece = 4 * std::int64_t{kLargePage};
    // Read, not mapped: whoever shrank it meanwhile would end this process by SIGBUS.
    parallel_pieces(static_cast<std::int64_t>(part.bytes), kPiece, 0, {}, [&](std::int64_t begin, std::int64_t end) {
      const Part piece{part.offset + static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)};
      read(piece, memory + begin);
      give_back(piece);
    });
  }
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  give_back({0, (bytes + page - 1) / page * page});
  seal();
  return taken;
}

}  // namespace lossscope
