// SPDX-License-Identifier: Apache-2.0
// What the plug-in shows the program: one function, `lossscope_cuda_plugin`.
#pragma once

#include "losses/drivers/cuda/backend.h"

namespace lossscope::cuda {

inline constexpr const char* kPluginFile = "lossscope-cuda.so";
inline constexpr const char* kPluginEntry = "lossscope_cuda_plugin";

/// Copies within this machine's memory, with as many threads as that is worth.
using CopyBytes = void (*)(void* to, const void* from, std::size_t bytes);

/// A hash of the files that kernels are made of (KernelSources.cmake): it changes with every formula.
extern const std::uint64_t kKernelSources;

struct Plugin {
  std::uint64_t signature;  ///< of the kernels (kernels.h)
  std::uint64_t sources;    ///< kKernelSources of its build
  CudaStatus (*query)();    ///< throws nothing
  /// Throws DeviceFailure.
  std::shared_ptr<Backend> (*open)(int index, const CudaMemory& memory, CopyBytes copy);
};
using PluginEntry = const Plugin* (*)();

/// Whether a plug-in was built from the same state of the source as this program.
[[nodiscard]] bool belongs_here(const Plugin& plugin);

}  // namespace lossscope::cuda
