// SPDX-License-Identifier: Apache-2.0
// Which GPUs there are, and one of them as a Backend, by CUDA's runtime: all of plugin.cu that is no kernel. A test
// includes it with a runtime of its own, for what happens when CUDA fails cannot be seen on a GPU that works.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <string>

#include "losses/drivers/cuda/cuda_objects.h"
#include "losses/drivers/cuda/kernel.h"
#include "losses/drivers/cuda/plugin.h"

namespace lossscope::cuda {

inline constexpr std::size_t kStaging = std::size_t{16} << 20;  ///< bytes of each of the two pinned buffers

inline std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

inline bool driver_library_is_there() {
  void* library = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (library != nullptr) {
    dlclose(library);
  }
  return library != nullptr;
}

/// In words, for a count of devices that could not be had.
inline std::string reason_for(cudaError_t error, const CudaStatus& status) {
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

/// What a GPU tells without being woken.
inline CudaDevice describe(int index) {
  CudaDevice device;
  device.index = index;
  cudaDeviceProp properties{};
  const cudaError_t error = cudaGetDeviceProperties(&properties, index);
  let_pass(error);
  if (error != cudaSuccess) {
    device.name = "a GPU that does not answer";
    return device;
  }
  device.name = properties.name;
  device.capability = std::to_string(properties.major) + "." + std::to_string(properties.minor);
  device.memory = properties.totalGlobalMem;
  return device;
}

inline CudaStatus look_for_gpus() {
  CudaStatus status;
  int runtime = 0, driver = 0, count = 0;
  if (cudaRuntimeGetVersion(&runtime) == cudaSuccess) {
    status.runtime = version_text(runtime);
  }
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver > 0) {
    status.driver = version_text(driver);
  }
  const cudaError_t error = cudaGetDeviceCount(&count);
  let_pass(error);
  if (error != cudaSuccess || count == 0) {
    status.reason = reason_for(error == cudaSuccess ? cudaErrorNoDevice : error, status);
    return status;
  }
  for (int index = 0; index < count; ++index) {
    status.devices.push_back(describe(index));
  }
  return status;
}

inline CudaStatus query() {
  try {
    return look_for_gpus();
  } catch (const std::exception& error) {
    CudaStatus status;
    status.reason = std::string("looking for GPUs failed: ") + error.what();
    return status;
  }
}

/// Errors that come from work that was begun before: no later call succeeds.
inline bool is_of_something_before(cudaError_t error) {
  constexpr cudaError_t kSuch[]{cudaErrorIllegalAddress,      cudaErrorLaunchTimeout,      cudaErrorAssert,
                                cudaErrorHardwareStackError,  cudaErrorIllegalInstruction, cudaErrorMisalignedAddress,
                                cudaErrorInvalidAddressSpace, cudaErrorInvalidPc,          cudaErrorLaunchFailure,
                                cudaErrorECCUncorrectable};
  return std::find(std::begin(kSuch), std::end(kSuch), error) != std::end(kSuch);
}

class CudaBackend final : public Backend {
 public:
  /// `kernels`: what cudaLaunchKernel knows those of kernels.h by, in their order.
  CudaBackend(int index, const CudaMemory& memory, CopyBytes copy_host, const void* const* kernels)
      : info_(describe(index)), gpu_(index), memory_(memory), copy_(copy_host), kernels_(kernels) {
    guarded("opening it", [&] {
      check_kernels();
      if (!memory_.lends_stream) {
        check(cudaStreamCreateWithFlags(own_stream_.place(), cudaStreamNonBlocking), "making a stream");
      }
      for (int i = 0; i < 2; ++i) {
        check(cudaMallocHost(staging_[i].place(), kStaging), "pinning memory");
        check(cudaEventCreateWithFlags(done_[i].place(), cudaEventDisableTiming), "making an event");
      }
      make_pool();
    });
  }

  ~CudaBackend() override {
    const OnDevice here(gpu_);
    let_pass(cudaStreamSynchronize(stream()));
  }

  [[nodiscard]] const CudaDevice& info() const override { return info_; }

  [[nodiscard]] void* allocate(std::size_t bytes) override {
    return guarded("allocating memory", [&] {
      keeps_ = true;
      void* memory = take(std::max<std::size_t>(bytes, 1));  // of nothing LibTorch returns null
      if (memory == nullptr) {
        throw DeviceMemoryShort(info_.name + ": its memory is too short for another " +
                                std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB" + free_now());
      }
      return memory;
    });
  }

  void release(void* memory) noexcept override {
    const OnDevice here(gpu_);
    if (memory_.release != nullptr) {
      try {
        memory_.release(memory_.context, memory, stream());
      } catch (...) {  // a lender's: nobody is left to be told
      }
    } else {
      let_pass(pool_.get() != nullptr ? cudaFreeAsync(memory, stream()) : cudaFree(memory));
      if (!keeps_) {
        let_pass(empty_pool());
      }
    }
  }

  void trim() override {
    guarded("giving memory back", [&] {
      keeps_ = false;  // fields that somebody holds yet go back with their last owner
      check(empty_pool(), "giving memory back");
    });
  }

  void upload(void* device, const void* host, std::size_t bytes) override {
    guarded("copying to it", [&] {
      const auto* from = static_cast<const unsigned char*>(host);
      auto* to = static_cast<unsigned char*>(device);
      int turn = 0;
      for (std::size_t at = 0; at < bytes; at += kStaging, turn = 1 - turn) {
        const std::size_t part = std::min(kStaging, bytes - at);
        check(cudaEventSynchronize(done_[turn].get()), "copying to it");
        copy_(staging_[turn].get(), from + at, part);
        check(cudaMemcpyAsync(to + at, staging_[turn].get(), part, cudaMemcpyHostToDevice, stream()), "copying to it");
        check(cudaEventRecord(done_[turn].get(), stream()), "copying to it");
      }
    });
  }

  /// While one pinned buffer is filled by the device, the other is emptied.
  void download(void* host, const void* device, std::size_t bytes) override {
    guarded("copying from it", [&] {
      auto* to = static_cast<unsigned char*>(host);
      const auto* from = static_cast<const unsigned char*>(device);
      const auto begin = [&](std::size_t at, int turn) {
        const std::size_t part = std::min(kStaging, bytes - at);
        check(cudaMemcpyAsync(staging_[turn].get(), from + at, part, cudaMemcpyDeviceToHost, stream()),
              "copying from it");
        check(cudaEventRecord(done_[turn].get(), stream()), "copying from it");
      };
      if (bytes > 0) {
        begin(0, 0);
      }
      int turn = 0;
      for (std::size_t at = 0; at < bytes; at += kStaging, turn = 1 - turn) {
        if (at + kStaging < bytes) {
          begin(at + kStaging, 1 - turn);
        }
        check(cudaEventSynchronize(done_[turn].get()), "waiting for it");
        copy_(to + at, staging_[turn].get(), std::min(kStaging, bytes - at));
      }
    });
  }

  void copy(void* to, const void* from, std::size_t bytes) override {
    guarded("copying", [&] { check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream()), "copying"); });
  }

  /// What a launch returns is of this launch, and not whatever some other part of the program left behind.
  void launch(int kernel, const void* arguments, std::int64_t blocks) override {
    guarded("starting a kernel", [&] {
      if (blocks > 0) {
        void* list[] = {const_cast<void*>(arguments)};
        check(
            cudaLaunchKernel(kernels_[kernel], dim3(static_cast<unsigned>(blocks)), dim3(kThreads), list, 0, stream()),
            "starting a kernel");
      }
    });
  }

  void synchronize() override {
    guarded("waiting for it", [&] { check(cudaStreamSynchronize(stream()), "waiting for it"); });
  }

 private:
  [[nodiscard]] cudaStream_t stream() const {
    return memory_.lends_stream ? static_cast<cudaStream_t>(memory_.stream) : own_stream_.get();
  }

  void check(cudaError_t error, const char* doing) const {
    if (error != cudaSuccess) {
      let_pass(error);
      const std::string what = is_of_something_before(error)
                                   ? std::string(": work that it was given before failed, as was seen when ") + doing +
                                         "; it can be used again after a restart: "
                                   : std::string(": ") + doing + " failed: ";
      const std::string text = info_.name + what + cudaGetErrorString(error);
      if (error == cudaErrorMemoryAllocation) {  // not only of `allocate`: a kernel is loaded when it is first started
        throw DeviceMemoryShort(text);
      }
      throw DeviceFailure(text);
    }
  }

  /// Does `work` with this GPU as the thread's own. Whatever goes wrong is a DeviceFailure.
  template <class Work>
  auto guarded(const char* doing, const Work& work) const -> decltype(work()) {
    try {
      const OnDevice here(gpu_);
      check(here.error(), "choosing it");
      return work();
    } catch (const DeviceFailure&) {
      throw;
    } catch (const std::exception& error) {
      throw DeviceFailure(info_.name + ": " + doing + " failed: " + error.what());
    } catch (...) {
      throw DeviceFailure(info_.name + ": " + doing + " failed");
    }
  }

  /// For a message: how much is free at this moment.
  static std::string free_now() {
    std::size_t free = 0, total = 0;
    const cudaError_t error = cudaMemGetInfo(&free, &total);
    let_pass(error);
    return error == cudaSuccess ? ", " + std::to_string(free >> 20) + " MiB are free" : "";
  }

  /// Null where there is not enough.
  void* take(std::size_t bytes) const {
    if (memory_.allocate != nullptr) {
      return memory_.allocate(memory_.context, bytes, stream());
    }
    void* memory = nullptr;
    const auto ask = [&] {
      return pool_.get() != nullptr ? cudaMallocFromPoolAsync(&memory, bytes, pool_.get(), stream())
                                    : cudaMalloc(&memory, bytes);
    };
    cudaError_t error = ask();
    if (error == cudaErrorMemoryAllocation && pool_.get() != nullptr) {  // what the pool keeps may have other sizes
      let_pass(error);
      check(empty_pool(), "giving memory back");
      error = ask();
    }
    if (error == cudaErrorMemoryAllocation) {
      let_pass(error);
      return nullptr;
    }
    check(error, "allocating memory");
    return memory;
  }

  /// Gives back to the GPU what was freed and kept for the next time.
  [[nodiscard]] cudaError_t empty_pool() const {
    if (pool_.get() == nullptr) {
      return cudaSuccess;
    }
    const cudaError_t error = cudaStreamSynchronize(stream());
    return error != cudaSuccess ? error : cudaMemPoolTrimTo(pool_.get(), 0);
  }

  /// Whether the plug-in holds code that this GPU can run.
  void check_kernels() const {
    cudaFuncAttributes attributes{};
    const cudaError_t error = cudaFuncGetAttributes(&attributes, kernels_[0]);
    if (error == cudaErrorNoKernelImageForDevice || error == cudaErrorInvalidDeviceFunction) {
      let_pass(error);
      throw DeviceFailure(info_.name + ": its compute capability " + info_.capability +
                          " is not among those that this build's kernels were compiled for");
    }
    check(error, "looking at a kernel");
  }

  /// A pool of its own: what is freed stays here, for the next field needs as much again (no more than a quarter of the
  /// GPU, and nothing after `trim`), and other users of the GPU in this program have theirs. Without pools (some
  /// virtual GPUs) memory is CUDA's plain one.
  void make_pool() {
    int pools = 0;
    const cudaError_t asked = cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, info_.index);
    let_pass(asked);
    if (memory_.allocate != nullptr || asked != cudaSuccess || pools == 0) {
      return;
    }
    cudaMemPoolProps properties{};
    properties.allocType = cudaMemAllocationTypePinned;
    properties.location.type = cudaMemLocationTypeDevice;
    properties.location.id = info_.index;
    check(cudaMemPoolCreate(pool_.place(), &properties), "making a memory pool");
    std::uint64_t kept = info_.memory / 4;
    check(cudaMemPoolSetAttribute(pool_.get(), cudaMemPoolAttrReleaseThreshold, &kept), "making a memory pool");
  }

  CudaDevice info_;
  Gpu gpu_;
  CudaMemory memory_;
  CopyBytes copy_;
  const void* const* kernels_;
  std::atomic<bool> keeps_ = true;  ///< whether the pool may keep what is freed; not after the device was given up
  MemoryPool pool_{gpu_};
  Stream own_stream_{gpu_};
  PinnedMemory staging_[2]{PinnedMemory(gpu_), PinnedMemory(gpu_)};
  Event done_[2]{Event(gpu_), Event(gpu_)};
};

}  // namespace lossscope::cuda
