// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace lossscope {

/// Memory that a helper process can read and fill; it inherits the descriptor.
class SharedMemory {
 public:
  SharedMemory();  ///< empty; throws std::bad_alloc
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// Gives it a size; the bytes are 0. Throws std::bad_alloc.
  void resize(std::size_t bytes) const;
  /// Gives it a size and lets `write` fill it. Throws std::bad_alloc.
  void fill(std::size_t bytes, const std::function<void(void* memory)>& write) const;
  /// The memory; it outlives this object. Once the helper has ended, nobody can change it or its size any more: a
  /// process that shrank it later would end this one with SIGBUS. What is written into it here stays here.
  /// Throws std::bad_alloc; Nonsense when it has another size, or somebody still holds it open for writing.
  [[nodiscard]] std::shared_ptr<void> adopt(std::size_t bytes) const;

  /// What lies where in this memory.
  struct Part {
    std::size_t offset, bytes;
  };
  /// The memory, or a part of it, in memory of this process, whose pages are large (basics/large_pages.h): shared ones
  /// rarely are. The shared pages go back to the system piece by piece while they are copied, so that both together
  /// are hardly more than one of them; this object holds nothing any more after it. Throws as `adopt` does.
  [[nodiscard]] std::shared_ptr<void> take(std::size_t bytes) const { return take(bytes, Part{0, bytes}); }
  [[nodiscard]] std::shared_ptr<void> take(std::size_t bytes, const Part& part) const;
  /// The same of several parts, each in memory of its own.
  [[nodiscard]] std::vector<std::shared_ptr<void>> take(std::size_t bytes, std::span<const Part> parts) const;

 private:
  void seal() const;
  void check_size(std::size_t bytes) const;
  void read(const Part& part, void* to) const;
  void give_back(const Part& part) const;

  int descriptor_;
};

}  // namespace lossscope
