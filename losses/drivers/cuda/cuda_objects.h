// SPDX-License-Identifier: Apache-2.0
// For plugin.cu: what CUDA hands out, given back by whoever owns it, and the device of a thread.
#pragma once

#include <cuda_runtime.h>
#include <dlfcn.h>

namespace lossscope::cuda {

/// For a failure of which nobody can be told: CUDA would hand it to whoever asks next for the last one.
inline void let_pass(cudaError_t error) {
  if (error != cudaSuccess) {
    (void)cudaGetLastError();
  }
}

/// Something that CUDA made and Destroy takes back; none at first.
template <class T, cudaError_t (*Destroy)(T)>
class Owned {
 public:
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (object_ != T{}) {
      let_pass(Destroy(object_));
    }
  }
  [[nodiscard]] T get() const { return object_; }
  [[nodiscard]] T* place() { return &object_; }  ///< where CUDA writes it, once

 private:
  T object_{};
};

using Stream = Owned<cudaStream_t, &cudaStreamDestroy>;
using Event = Owned<cudaEvent_t, &cudaEventDestroy>;
using PinnedMemory = Owned<void*, &cudaFreeHost>;
using MemoryPool = Owned<cudaMemPool_t, &cudaMemPoolDestroy>;

/// Whether this process uses a GPU already. From CUDA 12 on cudaSetDevice itself wakes a GPU, which takes a third of a
/// gigabyte of it. True where the driver does not say.
inline bool is_awake(int index) {
  using State = int (*)(int device, unsigned* flags, int* active);
  void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
  const auto state = driver != nullptr ? reinterpret_cast<State>(dlsym(driver, "cuDevicePrimaryCtxGetState")) : nullptr;
  unsigned flags = 0;
  int active = 1;
  const bool said = state != nullptr && state(index, &flags, &active) == 0;
  if (driver != nullptr) {
    dlclose(driver);
  }
  return !said || active != 0;
}

/// Makes a GPU the calling thread's own for as long as this lives, and then the one that it had before: a program with
/// CUDA of its own keeps its choice. One that the process never used is not woken for that.
class OnDevice {
 public:
  explicit OnDevice(int index) : before_(index) {
    error_ = cudaGetDevice(&before_);
    if (error_ == cudaSuccess && before_ != index) {
      error_ = cudaSetDevice(index);
      changed_ = error_ == cudaSuccess;
    }
    let_pass(error_);  // whoever can be told asks for `error`
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;
  ~OnDevice() {
    if (changed_ && is_awake(before_)) {
      let_pass(cudaSetDevice(before_));
    }
  }
  [[nodiscard]] cudaError_t error() const { return error_; }

 private:
  int before_;
  bool changed_ = false;
  cudaError_t error_;
};

}  // namespace lossscope::cuda
