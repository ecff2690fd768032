// SPDX-License-Identifier: Apache-2.0
// The little that a device must offer. The program's side of the CUDA driver is plain C++ over this interface; behind
// it stand the plug-in (plugin.cu) or, in tests, a host that runs the same kernels (host_backend.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "losses/drivers/cuda.h"

namespace lossscope::cuda {

/// One device, one stream: what is asked for happens in that order. Sizes are in bytes. All throw DeviceFailure.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;
  [[nodiscard]] virtual const CudaDevice& info() const = 0;
  /// Memory whose address is a multiple of 256, undefined. Throws DeviceMemoryShort.
  [[nodiscard]] virtual void* allocate(std::size_t bytes) = 0;
  /// May be called while a kernel still uses the memory: it is freed in the order of the stream.
  virtual void release(void* memory) noexcept = 0;
  virtual void upload(void* device, const void* host, std::size_t bytes) = 0;    ///< when it returns, `host` may change
  virtual void download(void* host, const void* device, std::size_t bytes) = 0;  ///< returns when it is done
  virtual void copy(void* to, const void* from, std::size_t bytes) = 0;          ///< within the device
  /// Runs the kernel at this position of `Kernels` with `blocks` blocks.
  virtual void launch(int kernel, const void* arguments, std::int64_t blocks) = 0;
  virtual void synchronize() = 0;  ///< waits for all that was asked for
  virtual void trim() = 0;         ///< gives back to the system what was released and kept for the next time
};

}  // namespace lossscope::cuda
