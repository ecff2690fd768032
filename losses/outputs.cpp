// SPDX-License-Identifier: Apache-2.0
#include "losses/outputs.h"

#include <deque>
#include <mutex>
#include <new>
#include <utility>

#include "basics/large_pages.h"
#include "basics/sanitized.h"

namespace lossscope {
namespace {

struct Buffer {
  std::shared_ptr<void> memory;
  std::size_t bytes;
};

/// Memory of results that were let go, the newest last.
class Spares {
 public:
  std::shared_ptr<void> take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    for (auto it = buffers_.rbegin(); it != buffers_.rend(); ++it) {
      if (it->bytes == bytes) {
        std::shared_ptr<void> found = std::move(it->memory);
        buffers_.erase(std::next(it).base());
        held_ -= bytes;
        return found;
      }
    }
    return nullptr;
  }

  void keep(Buffer buffer) noexcept {
    std::deque<Buffer> gone;  // let go outside the lock: that takes a while
    try {
      const std::lock_guard lock(mutex_);
      const std::size_t bytes = buffer.bytes;
      buffers_.push_back(std::move(buffer));
      held_ += bytes;
      while (held_ > kMostSpareBytes) {
        held_ -= buffers_.front().bytes;
        gone.push_back(std::move(buffers_.front()));
        buffers_.pop_front();
      }
    } catch (const std::bad_alloc&) {
      // No room to remember it: it goes back to the system with its last owner.
    }
  }

  void clear() {
    std::deque<Buffer> gone;
    const std::lock_guard lock(mutex_);
    gone.swap(buffers_);
    held_ = 0;
  }

  std::size_t held() {
    const std::lock_guard lock(mutex_);
    return held_;
  }

 private:
  std::mutex mutex_;
  std::deque<Buffer> buffers_;
  std::size_t held_ = 0;
};

/// Never destroyed: results may be let go while the program ends.
Spares& spares() {
  static auto& all = *new Spares;
  return all;
}

}  // namespace

Volume make_output(const Grid& grid, VoxelType type) {
  const std::size_t bytes = static_cast<std::size_t>(grid.voxels()) * bytes_per_voxel(type);
  if (kSanitized || bytes < kLargePage || bytes > kMostSpareBytes) {  // a sanitizer must see what is used too late
    return make_volume(grid, type);
  }
  std::shared_ptr<void> memory = spares().take(bytes);
  if (!memory) {
    memory = make_volume(grid, type).data;
  }
  void* address = memory.get();
  return {grid, type, std::shared_ptr<void>(address, [memory = std::move(memory), bytes](void*) mutable {
            spares().keep({std::move(memory), bytes});
          })};
}

void free_spare_outputs() { spares().clear(); }

std::size_t spare_output_bytes() { return spares().held(); }

}  // namespace lossscope
