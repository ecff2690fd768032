// SPDX-License-Identifier: Apache-2.0
// For plugin.cu: what CUDA hands out, given back by whoever owns it, and the device of a thread.
#pragma once

#include <cuda_runtime.h>
#include <dlfcn.h>

#include <type_traits>

namespace lossscope::cuda {

/// After a call: CUDA would hand its failure to whoever asks next for the last one. Where it did not fail, the last one
/// is somebody else's, and stays.
inline void let_pass(cudaError_t error) {
  if (error != cudaSuccess) {
    (void)cudaGetLastError();
  }
}

/// What CUDA's driver itself does for a thread; `libcuda.so.1` has it. Results are numbers of cuda.h, which the
/// runtime's errors share.
struct DriverCalls {
  int (*init)(unsigned flags) = nullptr;
  int (*get_device)(int* device, int index) = nullptr;
  int (*retain)(void** context, int device) = nullptr;
  int (*push)(void* context) = nullptr;
  int (*pop)(void** context) = nullptr;
};

inline DriverCalls find_driver_calls() {
  DriverCalls calls;
  void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);  // stays: CUDA's runtime keeps it, too
  if (driver != nullptr) {
    const auto find = [driver](auto& call, const char* name) {
      call = reinterpret_cast<std::remove_reference_t<decltype(call)>>(dlsym(driver, name));
    };
    find(calls.init, "cuInit");
    find(calls.get_device, "cuDeviceGet");
    find(calls.retain, "cuDevicePrimaryCtxRetain");
    find(calls.push, "cuCtxPushCurrent_v2");
    find(calls.pop, "cuCtxPopCurrent_v2");
  }
  return calls;
}

/// A test puts its own in their place.
inline DriverCalls& driver_calls() {
  static DriverCalls calls = find_driver_calls();
  return calls;
}

/// A GPU that this process uses. It is awake from here on until the process ends, as whatever CUDA's runtime uses.
class Gpu {
 public:
  explicit Gpu(int index) {
    const DriverCalls& driver = driver_calls();
    const bool there = driver.init != nullptr && driver.get_device != nullptr && driver.retain != nullptr &&
                       driver.push != nullptr && driver.pop != nullptr;
    if (there) {
      int device = 0;
      int error = driver.init(0);
      error = error != 0 ? error : driver.get_device(&device, index);
      error = error != 0 ? error : driver.retain(&context_, device);
      error_ = static_cast<cudaError_t>(error);
    }
  }
  [[nodiscard]] void* context() const { return context_; }  ///< null where there is an error
  [[nodiscard]] cudaError_t error() const { return error_; }

 private:
  void* context_ = nullptr;
  cudaError_t error_ = cudaErrorInsufficientDriver;
};

/// Makes a GPU the calling thread's own for as long as this lives. Afterwards the thread has again what it had before:
/// a program with CUDA of its own keeps its choice. cudaSetDevice cannot give it back, for from CUDA 12 on it wakes a
/// GPU that was chosen and never used, which takes a third of a gigabyte of it; so what was before stays below on the
/// stack.
class OnDevice {
 public:
  explicit OnDevice(const Gpu& gpu) : error_(gpu.error()) {
    if (gpu.context() != nullptr) {
      error_ = static_cast<cudaError_t>(driver_calls().push(gpu.context()));
      pushed_ = error_ == cudaSuccess;
    }
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;
  ~OnDevice() {
    void* popped = nullptr;
    if (pushed_) {
      (void)driver_calls().pop(&popped);
    }
  }
  [[nodiscard]] cudaError_t error() const { return error_; }

 private:
  cudaError_t error_;
  bool pushed_ = false;
};

/// Something that CUDA made on a GPU and Destroy takes back there; none at first.
template <class T, cudaError_t (*Destroy)(T)>
class Owned {
 public:
  explicit Owned(const Gpu& gpu) : gpu_(gpu) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (object_ != T{}) {
      const OnDevice here(gpu_);
      let_pass(Destroy(object_));
    }
  }
  [[nodiscard]] T get() const { return object_; }
  [[nodiscard]] T* place() { return &object_; }  ///< where CUDA writes it, once

 private:
  const Gpu& gpu_;
  T object_{};
};

using Stream = Owned<cudaStream_t, &cudaStreamDestroy>;
using Event = Owned<cudaEvent_t, &cudaEventDestroy>;
using PinnedMemory = Owned<void*, &cudaFreeHost>;
using MemoryPool = Owned<cudaMemPool_t, &cudaMemPoolDestroy>;

}  // namespace lossscope::cuda
