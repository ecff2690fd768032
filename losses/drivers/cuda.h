// SPDX-License-Identifier: Apache-2.0
// CUDA as the program sees it. The kernels lie in a plug-in beside the executable, lossscope-cuda.so, which is loaded
// when somebody first asks for a GPU: a machine without one, or a build without a toolkit, pays nothing and needs
// nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "losses/drivers/driver.h"

namespace lossscope {

/// A GPU.
struct CudaDevice {
  int index = 0;
  std::string name;          ///< "NVIDIA H100 80GB HBM3"
  std::string capability;    ///< "9.0"
  std::uint64_t memory = 0;  ///< bytes; how many of them are free only a GPU that was woken tells
};

struct CudaStatus {
  std::vector<CudaDevice> devices;
  std::string reason;   ///< why there is none; empty when there is one
  std::string runtime;  ///< version of the CUDA runtime in the plug-in, e.g. "13.0"; empty without a plug-in
  std::string driver;   ///< newest CUDA that the installed driver knows; empty without a driver
};

/// Looks for GPUs, and leaves them asleep. Waking up a driver may take a second: not for the GUI thread.
[[nodiscard]] CudaStatus query_cuda();

/// Where the driver gets its memory and its stream, so that a program with LibTorch can lend its caching allocator and
/// current stream (losses/drivers/cuda/torch_memory.h). By default both are the driver's own: a memory pool and a
/// stream.
struct CudaMemory {
  void* context = nullptr;  ///< for the two functions
  bool lends_stream = false;
  void* stream = nullptr;  ///< a cudaStream_t of the device (null is CUDA's default stream), where one is lent
  /// Memory whose address is a multiple of 256, or null when there is not enough.
  void* (*allocate)(void* context, std::size_t bytes, void* stream) = nullptr;
  void (*release)(void* context, void* memory, void* stream) = nullptr;
};

/// Losses on the GPU `index`. Throws DeviceFailure with query_cuda's reason where there is no such GPU.
[[nodiscard]] std::unique_ptr<Driver> make_cuda_driver(int index, const CudaMemory& memory = {});

/// The GPU's index in "cuda" (0) or "cuda:N"; -1 for "cpu". Throws std::invalid_argument for anything else.
[[nodiscard]] int device_index(std::string_view id);
/// The driver with this id. Throws as device_index and make_cuda_driver.
[[nodiscard]] std::unique_ptr<Driver> make_driver(std::string_view id);

}  // namespace lossscope
