// SPDX-License-Identifier: Apache-2.0
// The only file that nvcc compiles: every kernel of kernels.h, and the plug-in's entry.
#include <utility>

#include "losses/drivers/cuda/cuda_backend.h"
#include "losses/drivers/cuda/kernels.h"

namespace lossscope::cuda {
namespace {

template <class Kernel, int... Phase>
__device__ __forceinline__ void run_phases(Where at, const typename Kernel::Arguments& arguments,
                                           typename Kernel::Shared& shared, typename Kernel::Private& mine,
                                           std::integer_sequence<int, Phase...>) {
  // A barrier between any two phases.
  ((Phase > 0 ? __syncthreads() : void(), Kernel::template run<Phase>(at, arguments, shared, mine)), ...);
}

template <class Kernel>
__global__ void __launch_bounds__(kThreads) kernel(const __grid_constant__ typename Kernel::Arguments arguments) {
  __shared__ typename Kernel::Shared shared;
  typename Kernel::Private mine;
  const Where at{static_cast<std::int64_t>(blockIdx.x), static_cast<int>(threadIdx.x)};
  run_phases<Kernel>(at, arguments, shared, mine, std::make_integer_sequence<int, Kernel::kPhases>{});
}

template <class... Kernel>
const void* const* functions_of(KernelList<Kernel...>) {
  static const void* const functions[] = {reinterpret_cast<const void*>(&kernel<Kernel>)...};
  return functions;
}

std::shared_ptr<Backend> open(int index, const CudaMemory& memory, CopyBytes copy) {
  return std::make_shared<CudaBackend>(index, memory, copy, functions_of(Kernels{}));
}

}  // namespace
}  // namespace lossscope::cuda

extern "C" __attribute__((visibility("default"))) const lossscope::cuda::Plugin* lossscope_cuda_plugin() {
  using namespace lossscope::cuda;
  static const Plugin kPlugin{kSignature, kKernelSources, &query, &open};
  return &kPlugin;
}
