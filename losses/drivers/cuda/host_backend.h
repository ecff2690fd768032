// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/drivers/cuda/backend.h"

namespace lossscope::cuda {

/// In which order the threads of a block run between two barriers: a kernel whose result depends on it has a race.
enum class ThreadOrder : std::uint8_t { forward, backward, interleaved };

/// Walks through the blocks, threads and barriers of every kernel on the processor. For tests, not for speed. Memory is
/// filled with NaN until it is written, and what was written past its end is found when it is released.
class HostBackend : public Backend {
 public:
  [[nodiscard]] virtual std::size_t live_bytes() const = 0;      ///< allocated and not released
  [[nodiscard]] virtual std::size_t largest_bytes() const = 0;   ///< that were live at once
  [[nodiscard]] virtual int overruns() const = 0;                ///< releases that found something written past the end
  [[nodiscard]] virtual std::size_t uploaded_bytes() const = 0;  ///< from the beginning on
  [[nodiscard]] virtual std::size_t downloaded_bytes() const = 0;
  [[nodiscard]] virtual int trims() const = 0;  ///< how often memory was given back
  [[nodiscard]] virtual bool contracts()
      const = 0;  ///< whether it was compiled to fuse products with sums, as nvcc does
};

/// `memory` is how many bytes the device pretends to have.
[[nodiscard]] std::shared_ptr<HostBackend> make_host_backend(ThreadOrder order = ThreadOrder::forward,
                                                             std::size_t memory = std::size_t{1} << 40);

}  // namespace lossscope::cuda
