// SPDX-License-Identifier: Apache-2.0
// What the plug-in shows the program: one function, `lossscope_cuda_plugin`.
#pragma once

#include "losses/drivers/cuda/backend.h"

namespace lossscope::cuda {

inline constexpr const char* kPluginFile = "lossscope-cuda.so";
inline constexpr const char* kPluginEntry = "lossscope_cuda_plugin";

struct Plugin {
  std::uint64_t signature;  ///< of the kernels (kernels.h)
  CudaStatus (*query)();
  /// Throws DeviceFailure.
  std::shared_ptr<Backend> (*open)(int index, const CudaMemory& memory);
};
using PluginEntry = const Plugin* (*)();

}  // namespace lossscope::cuda
