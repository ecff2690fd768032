// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

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

 private:
  void seal() const;

  int descriptor_;
};

}  // namespace lossscope
