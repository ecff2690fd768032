// SPDX-License-Identifier: Apache-2.0
// The only file that nvcc compiles and that knows CUDA: a stream, memory, and a launch for every kernel of kernels.h.
#include "losses/drivers/cuda/plugin.h"

#include <cuda_runtime.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "losses/drivers/cuda/kernels.h"

namespace lossscope::cuda {
namespace {

constexpr std::size_t kStaging = std::size_t{8} << 20;  ///< bytes of each of the two pinned buffers

// ---- Kernels
// ---------------------------------------------------------------------------------------------------------

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

template <class Kernel>
cudaError_t launch_kernel(const void* arguments, std::int64_t blocks, cudaStream_t stream) {
  kernel<Kernel><<<static_cast<unsigned>(blocks), kThreads, 0, stream>>>(
      *static_cast<const typename Kernel::Arguments*>(arguments));
  return cudaGetLastError();
}

using Launcher = cudaError_t (*)(const void*, std::int64_t, cudaStream_t);

template <class... Kernel>
const Launcher* launchers(KernelList<Kernel...>) {
  static constexpr Launcher table[] = {&launch_kernel<Kernel>...};
  return table;
}

// ---- What is there
// ---------------------------------------------------------------------------------------------------

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

bool driver_library_is_there() {
  void* library = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (library != nullptr) {
    dlclose(library);
  }
  return library != nullptr;
}

/// In words, for a count of devices that could not be had.
std::string reason_for(cudaError_t error, const CudaStatus& status) {
  if (!driver_library_is_there()) {
    return "no NVIDIA driver is installed (libcuda.so.1 was not found)";
  }
  if (error == cudaErrorInsufficientDriver) {
    return "the NVIDIA driver is too old: it knows CUDA up to " + (status.driver.empty() ? "?" : status.driver) +
           ", this build needs " + status.runtime;
  }
  if (error == cudaErrorNoDevice) {
    return "the NVIDIA driver sees no GPU";
  }
  return std::string("the NVIDIA driver answers: ") + cudaGetErrorString(error);
}

CudaDevice describe(int index) {
  CudaDevice device;
  device.index = index;
  cudaDeviceProp properties{};
  if (cudaGetDeviceProperties(&properties, index) != cudaSuccess) {
    (void)cudaGetLastError();
    device.name = "a GPU that does not answer";
    return device;
  }
  device.name = properties.name;
  device.capability = std::to_string(properties.major) + "." + std::to_string(properties.minor);
  device.memory = properties.totalGlobalMem;
  int before = 0;
  std::size_t free = 0, total = 0;
  if (cudaGetDevice(&before) == cudaSuccess && cudaSetDevice(index) == cudaSuccess &&
      cudaMemGetInfo(&free, &total) == cudaSuccess) {
    device.free_memory = free;
  }
  (void)cudaSetDevice(before);
  (void)cudaGetLastError();
  return device;
}

CudaStatus query() {
  CudaStatus status;
  int runtime = 0, driver = 0, count = 0;
  if (cudaRuntimeGetVersion(&runtime) == cudaSuccess) {
    status.runtime = version_text(runtime);
  }
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver > 0) {
    status.driver = version_text(driver);
  }
  const cudaError_t error = cudaGetDeviceCount(&count);
  (void)cudaGetLastError();
  if (error != cudaSuccess || count == 0) {
    status.reason = reason_for(error == cudaSuccess ? cudaErrorNoDevice : error, status);
    return status;
  }
  for (int index = 0; index < count; ++index) {
    status.devices.push_back(describe(index));
  }
  return status;
}

// ---- The device
// ------------------------------------------------------------------------------------------------------

class CudaBackend final : public Backend {
 public:
  CudaBackend(int index, const CudaMemory& memory) : info_(describe(index)), memory_(memory) {
    activate();
    check_kernels();
    if (memory.lends_stream) {
      stream_ = static_cast<cudaStream_t>(memory.stream);
    } else {
      check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
    }
    for (int i = 0; i < 2; ++i) {
      check(cudaMallocHost(&staging_[i], kStaging), "pinning memory");
      check(cudaEventCreateWithFlags(&done_[i], cudaEventDisableTiming), "making an event");
    }
    keep_freed_memory();
  }

  ~CudaBackend() override {
    (void)cudaSetDevice(info_.index);
    (void)cudaStreamSynchronize(stream_);
    for (int i = 0; i < 2; ++i) {
      (void)cudaFreeHost(staging_[i]);
      (void)cudaEventDestroy(done_[i]);
    }
    if (!memory_.lends_stream) {
      (void)cudaStreamDestroy(stream_);
    }
  }

  [[nodiscard]] const CudaDevice& info() const override { return info_; }

  [[nodiscard]] void* allocate(std::size_t bytes) override {
    activate();
    void* memory = nullptr;
    if (memory_.allocate != nullptr) {
      memory = memory_.allocate(memory_.context, bytes, stream_);
    } else {
      const cudaError_t error = cudaMallocAsync(&memory, std::max<std::size_t>(bytes, 1), stream_);
      if (error != cudaErrorMemoryAllocation) {
        check(error, "allocating memory");
      } else {
        (void)cudaGetLastError();
      }
    }
    if (memory == nullptr) {
      throw DeviceMemoryShort(info_.name + ": its memory is too short for another " +
                              std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB");
    }
    return memory;
  }

  void release(void* memory) noexcept override {
    (void)cudaSetDevice(info_.index);
    if (memory_.release != nullptr) {
      memory_.release(memory_.context, memory, stream_);
    } else {
      (void)cudaFreeAsync(memory, stream_);
    }
  }

  void upload(void* device, const void* host, std::size_t bytes) override {
    activate();
    const auto* from = static_cast<const unsigned char*>(host);
    auto* to = static_cast<unsigned char*>(device);
    int turn = 0;
    for (std::size_t at = 0; at < bytes; at += kStaging, turn = 1 - turn) {
      const std::size_t part = std::min(kStaging, bytes - at);
      check(cudaEventSynchronize(done_[turn]), "copying to it");
      std::memcpy(staging_[turn], from + at, part);
      check(cudaMemcpyAsync(to + at, staging_[turn], part, cudaMemcpyHostToDevice, stream_), "copying to it");
      check(cudaEventRecord(done_[turn], stream_), "copying to it");
    }
  }

  /// While one pinned buffer is filled by the device, the other is emptied.
  void download(void* host, const void* device, std::size_t bytes) override {
    activate();
    auto* to = static_cast<unsigned char*>(host);
    const auto* from = static_cast<const unsigned char*>(device);
    const auto begin = [&](std::size_t at, int turn) {
      const std::size_t part = std::min(kStaging, bytes - at);
      check(cudaMemcpyAsync(staging_[turn], from + at, part, cudaMemcpyDeviceToHost, stream_), "copying from it");
      check(cudaEventRecord(done_[turn], stream_), "copying from it");
    };
    if (bytes > 0) {
      begin(0, 0);
    }
    int turn = 0;
    for (std::size_t at = 0; at < bytes; at += kStaging, turn = 1 - turn) {
      if (at + kStaging < bytes) {
        begin(at + kStaging, 1 - turn);
      }
      check(cudaEventSynchronize(done_[turn]), "waiting for it");
      std::memcpy(to + at, staging_[turn], std::min(kStaging, bytes - at));
    }
  }

  void copy(void* to, const void* from, std::size_t bytes) override {
    activate();
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "copying");
  }

  void launch(int kernel, const void* arguments, std::int64_t blocks) override {
    activate();
    if (blocks > 0) {
      check(launchers(Kernels{})[kernel](arguments, blocks, stream_), "starting a kernel");
    }
  }

  void synchronize() override {
    activate();
    check(cudaStreamSynchronize(stream_), "waiting for it");
  }

 private:
  void check(cudaError_t error, const char* doing) const {
    if (error != cudaSuccess) {
      (void)cudaGetLastError();
      throw DeviceFailure(info_.name + ": " + doing + " failed: " + cudaGetErrorString(error));
    }
  }

  /// The current device belongs to the thread.
  void activate() const { check(cudaSetDevice(info_.index), "choosing it"); }

  /// Whether the plug-in holds code that this GPU can run.
  void check_kernels() const {
    cudaFuncAttributes attributes{};
    const cudaError_t error = cudaFuncGetAttributes(&attributes, kernel<Fold>);
    if (error == cudaErrorNoKernelImageForDevice || error == cudaErrorInvalidDeviceFunction) {
      (void)cudaGetLastError();
      throw DeviceFailure(info_.name + ": its compute capability " + info_.capability +
                          " is not among those that this build's kernels were compiled for");
    }
    check(error, "looking at a kernel");
  }

  /// What is freed stays with the program: the next field needs as much again. (By default it would go back to the
  /// system whenever the stream is waited for.)
  void keep_freed_memory() const {
    cudaMemPool_t pool{};
    if (memory_.allocate == nullptr && cudaDeviceGetDefaultMemPool(&pool, info_.index) == cudaSuccess) {
      std::uint64_t threshold = info_.memory / 4;
      (void)cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold);
    }
    (void)cudaGetLastError();
  }

  CudaDevice info_;
  CudaMemory memory_;
  cudaStream_t stream_ = nullptr;
  void* staging_[2] = {};
  cudaEvent_t done_[2] = {};
};

std::shared_ptr<Backend> open(int index, const CudaMemory& memory) {
  return std::make_shared<CudaBackend>(index, memory);
}

}  // namespace
}  // namespace lossscope::cuda

extern "C" __attribute__((visibility("default"))) const lossscope::cuda::Plugin* lossscope_cuda_plugin() {
  using namespace lossscope::cuda;
  static const Plugin kPlugin{signature(Kernels{}), &query, &open};
  return &kPlugin;
}
