// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
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
  /// The memory; it outlives this object. Throws std::bad_alloc, and std::runtime_error when it has another size.
  [[nodiscard]] std::shared_ptr<void> adopt(std::size_t bytes) const;

 private:
  int descriptor_;
};

}  // namespace lossscope
