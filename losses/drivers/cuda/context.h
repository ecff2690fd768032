// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "losses/drivers/cuda/backend.h"
#include "losses/drivers/cuda/kernels.h"
#include "losses/drivers/cuda/map_window.h"

namespace lossscope::cuda {

/// Memory of a device, released with its last owner. The device lives as long as any of its memory.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  Buffer(const std::shared_ptr<Backend>& backend, std::int64_t count)
      : memory_(backend->allocate(static_cast<std::size_t>(count) * sizeof(T)),
                [backend](void* memory) { backend->release(memory); }) {}
  explicit Buffer(std::shared_ptr<void> memory) : memory_(std::move(memory)) {}
  [[nodiscard]] T* get() const { return static_cast<T*>(memory_.get()); }
  [[nodiscard]] const std::shared_ptr<void>& shared() const { return memory_; }

 private:
  std::shared_ptr<void> memory_;
};

/// A device with what losses and fields of it share: launches, reductions, and copies of volumes that stay there.
class Context {
 public:
  explicit Context(std::shared_ptr<Backend> backend) : backend_(std::move(backend)) {}

  [[nodiscard]] Backend& backend() const { return *backend_; }
  template <class T>
  [[nodiscard]] Buffer<T> allocate(std::int64_t count) const {
    return Buffer<T>(backend_, count);
  }

  template <class Kernel>
  void launch(const typename Kernel::Arguments& arguments, std::int64_t blocks) const {
    constexpr int at = position<Kernel>(Kernels{});
    static_assert(at >= 0, "the kernel is not in kernels.h's list");
    check_blocks(blocks);
    backend_->launch(at, &arguments, blocks);
  }

  /// op(i) for i in [0, n).
  template <class Op>
  void each(std::int64_t n, const Op& op) const {
    launch<Pointwise<Op>>({op, n}, Pointwise<Op>::blocks(n));
  }

  /// The op's kWidth numbers over n items.
  template <class Op>
  [[nodiscard]] std::array<double, kMaxWidth> reduce(std::int64_t n, const Op& op) const {
    const std::int64_t blocks = Reduce<Op>::blocks(n);
    const auto rows = allocate<double>((blocks + 1) * Op::kWidth);
    double* out = rows.get() + blocks * Op::kWidth;
    launch<Reduce<Op>>({op, n, rows.get()}, blocks);
    launch<Fold>({rows.get(), blocks, Op::kWidth, Op::kRule, out}, 1);
    std::array<double, kMaxWidth> result{};
    backend_->download(result.data(), out, Op::kWidth * sizeof(double));
    return result;
  }

  /// The device's copy of a volume: made once for as long as the volume's buffer lives.
  template <class T>
  [[nodiscard]] const T* resident(const Volume& volume) {
    (void)volume.voxels<T>();  // checks the type
    return static_cast<const T*>(resident_copy(volume));
  }
  /// A field's map on the device, whoever made it.
  [[nodiscard]] const float* resident_map(const Field& field);

  /// Forgets copies of volumes, and gives back memory that nobody uses, where the device can still do that.
  void clear();
  /// What forgets all that can be made again, fields too; by default `clear`. It is called when memory is short.
  void set_forget(std::function<void()> forget) { forget_ = std::move(forget); }

  /// Does `work`. All that goes wrong is a DeviceFailure, this machine's memory that is too short as well: the CPU,
  /// which needs no copies of what is on a device, may come through. Cancelled, and std::invalid_argument for what the
  /// CPU refuses, too, pass as they are.
  template <class Work>
  auto guarded(const Work& work) const -> decltype(work()) {
    try {
      return work();
    } catch (...) {
      rethrow();
    }
  }

  /// Does `work`, guarded; where the device's memory is too short, forgets what can be made again and does it once more
  /// from its beginning (an address that it was given before would be stale).
  template <class Work>
  auto with_room(const Work& work) -> decltype(work()) {
    return guarded([&] {
      try {
        return work();
      } catch (const DeviceMemoryShort&) {
        forget_ ? forget_() : clear();
      }
      return work();
    });
  }

  /// For one caller at a time.
  [[nodiscard]] std::mutex& mutex() const { return mutex_; }
  /// For pieces of maps of all losses; locked before `mutex`.
  [[nodiscard]] MapWindow& window() { return window_; }

 private:
  struct Copy {
    std::weak_ptr<void> of;
    Buffer<unsigned char> memory;
  };
  const void* resident_copy(const Volume& volume);
  /// Throws DeviceFailure for more blocks than one launch may have.
  void check_blocks(std::int64_t blocks) const;
  /// The exception at hand, as `guarded` says.
  [[noreturn]] void rethrow() const;

  std::shared_ptr<Backend> backend_;
  std::vector<Copy> copies_;
  std::function<void()> forget_;
  MapWindow window_;
  mutable std::mutex mutex_;
};

}  // namespace lossscope::cuda
