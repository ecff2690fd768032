// SPDX-License-Identifier: Apache-2.0
// For programs with a CUDA LibTorch: its caching allocator and current stream for the CUDA driver. Nothing of LossScope
// itself includes this file but the tests and the benchmark that are built against such a LibTorch.
#pragma once

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAStream.h>

#include "losses/drivers/cuda.h"

namespace lossscope {

/// Memory of LibTorch on the calling thread's current stream of GPU `index`. The stream must outlive the driver and all
/// fields that it made.
inline CudaMemory torch_memory(int index) {
  CudaMemory memory;
  memory.lends_stream = true;
  memory.stream = c10::cuda::getCurrentCUDAStream(static_cast<c10::DeviceIndex>(index)).stream();
  memory.allocate = [](void*, std::size_t bytes, void* stream) -> void* {
    try {
      return c10::cuda::CUDACachingAllocator::raw_alloc_with_stream(bytes, static_cast<cudaStream_t>(stream));
    } catch (const c10::OutOfMemoryError&) {  // any other error is the driver's failure, and says what
      return nullptr;
    }
  };
  memory.release = [](void*, void* memory_of, void*) { c10::cuda::CUDACachingAllocator::raw_delete(memory_of); };
  return memory;
}

}  // namespace lossscope
