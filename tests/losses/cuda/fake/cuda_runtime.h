// SPDX-License-Identifier: Apache-2.0
// As much of CUDA's runtime as losses/drivers/cuda/cuda_backend.h calls, in this machine's memory: for a test of what
// happens when a call fails. Copies are not done before somebody waits for them, as on a GPU.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

enum cudaError_t {
  cudaSuccess,
  cudaErrorInvalidValue,
  cudaErrorMemoryAllocation,
  cudaErrorInsufficientDriver,
  cudaErrorNoDevice,
  cudaErrorNoKernelImageForDevice,
  cudaErrorInvalidDeviceFunction,
  cudaErrorIllegalAddress,
  cudaErrorLaunchTimeout,
  cudaErrorAssert,
  cudaErrorHardwareStackError,
  cudaErrorIllegalInstruction,
  cudaErrorMisalignedAddress,
  cudaErrorInvalidAddressSpace,
  cudaErrorInvalidPc,
  cudaErrorLaunchFailure,
  cudaErrorECCUncorrectable
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
enum cudaDeviceAttr { cudaDevAttrMemoryPoolsSupported };
enum cudaMemPoolAttr { cudaMemPoolAttrReleaseThreshold };
enum cudaMemAllocationType { cudaMemAllocationTypePinned };
enum cudaMemLocationType { cudaMemLocationTypeDevice };
inline constexpr unsigned cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2;

struct cudaDeviceProp {
  char name[256] = "A GPU of a test";
  int major = 9, minor = 0;
  std::size_t totalGlobalMem = std::size_t{1} << 30;
};
struct cudaFuncAttributes {};
struct cudaMemLocation {
  cudaMemLocationType type;
  int id;
};
struct cudaMemPoolProps {
  cudaMemAllocationType allocType;
  cudaMemLocation location;
};
struct dim3 {
  unsigned x;
  explicit dim3(unsigned size) : x(size) {}
};

namespace lossscope::fake {

/// All that there is of it.
struct Runtime {
  int device = 0, devices = 4;
  bool pools = true;
  std::set<int> woken{};
  cudaError_t last = cudaSuccess;
  int fail_at = -1;  ///< the call that fails, counted from here on; -1: none
  cudaError_t fail_with = cudaErrorInvalidValue;
  std::map<void*, std::string> live{};  ///< what was made and not given back, with its kind
  std::vector<std::function<void()>> work{};
  std::size_t worked = 0;
  std::vector<std::string> calls{};
  const void* launched = nullptr;

  void work_until(std::size_t end) {
    for (; worked < end; ++worked) {
      work[worked]();
    }
  }
  [[nodiscard]] bool called(const std::string& name) const { return std::ranges::find(calls, name) != calls.end(); }
};
inline Runtime runtime;

/// Notes a call, and says whether it fails.
inline cudaError_t call(const char* name) {
  runtime.calls.emplace_back(name);
  if (runtime.fail_at < 0 || runtime.fail_at-- != 0) {
    return cudaSuccess;
  }
  return runtime.last = runtime.fail_with;
}

inline cudaError_t make(const char* name, const char* kind, void** place, std::size_t bytes) {
  const cudaError_t error = call(name);
  if (error == cudaSuccess) {
    *place = std::calloc(std::max<std::size_t>(bytes, 1), 1);
    runtime.live[*place] = kind;
  }
  return error;
}

inline cudaError_t unmake(const char* name, void* object) {
  const cudaError_t error = call(name);  // gone all the same
  if (runtime.live.erase(object) == 0) {
    return cudaErrorInvalidValue;
  }
  std::free(object);
  return error;
}

inline cudaError_t waken(const char* name) {
  const cudaError_t error = call(name);
  if (error == cudaSuccess) {
    runtime.woken.insert(runtime.device);
  }
  return error;
}

}  // namespace lossscope::fake

struct FakeEvent {
  std::size_t before;
};
using cudaStream_t = struct FakeStream*;
using cudaEvent_t = FakeEvent*;
using cudaMemPool_t = struct FakePool*;

inline cudaError_t cudaGetDevice(int* device) {
  *device = lossscope::fake::runtime.device;
  return lossscope::fake::call("cudaGetDevice");
}
inline cudaError_t cudaSetDevice(int device) {
  const cudaError_t error = lossscope::fake::call("cudaSetDevice");
  if (error == cudaSuccess) {
    lossscope::fake::runtime.device = device;
    lossscope::fake::runtime.woken.insert(device);
  }
  return error;
}
inline cudaError_t cudaGetDeviceCount(int* count) {
  *count = lossscope::fake::runtime.devices;
  return lossscope::fake::call("cudaGetDeviceCount");
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  return lossscope::fake::call("cudaGetDeviceProperties");
}
inline cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 12040;
  return lossscope::fake::call("cudaRuntimeGetVersion");
}
inline cudaError_t cudaDriverGetVersion(int* version) {
  *version = 13000;
  return lossscope::fake::call("cudaDriverGetVersion");
}
inline const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorIllegalAddress ? "an illegal memory access was encountered" : "an error of the test";
}
inline cudaError_t cudaGetLastError() { return std::exchange(lossscope::fake::runtime.last, cudaSuccess); }
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
  *value = lossscope::fake::runtime.pools ? 1 : 0;
  return lossscope::fake::call("cudaDeviceGetAttribute");
}
inline cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  *free = std::size_t{300} << 20;
  *total = std::size_t{1} << 30;
  return lossscope::fake::waken("cudaMemGetInfo");
}
inline cudaError_t cudaFuncGetAttributes(cudaFuncAttributes*, const void*) {
  return lossscope::fake::waken("cudaFuncGetAttributes");
}
inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  return lossscope::fake::make("cudaStreamCreate", "stream", reinterpret_cast<void**>(stream), 1);
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return lossscope::fake::unmake("cudaStreamDestroy", stream);
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t) {
  lossscope::fake::runtime.work_until(lossscope::fake::runtime.work.size());
  return lossscope::fake::call("cudaStreamSynchronize");
}
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  return lossscope::fake::make("cudaEventCreate", "event", reinterpret_cast<void**>(event), sizeof(FakeEvent));
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) { return lossscope::fake::unmake("cudaEventDestroy", event); }
inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  event->before = lossscope::fake::runtime.work.size();
  return lossscope::fake::call("cudaEventRecord");
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  lossscope::fake::runtime.work_until(event->before);
  return lossscope::fake::call("cudaEventSynchronize");
}
inline cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  return lossscope::fake::make("cudaMallocHost", "pinned memory", memory, bytes);
}
inline cudaError_t cudaFreeHost(void* memory) { return lossscope::fake::unmake("cudaFreeHost", memory); }
inline cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  return lossscope::fake::make("cudaMalloc", "memory", memory, bytes);
}
inline cudaError_t cudaFree(void* memory) { return lossscope::fake::unmake("cudaFree", memory); }
inline cudaError_t cudaFreeAsync(void* memory, cudaStream_t) {
  return lossscope::fake::unmake("cudaFreeAsync", memory);
}
inline cudaError_t cudaMallocFromPoolAsync(void** memory, std::size_t bytes, cudaMemPool_t, cudaStream_t) {
  return lossscope::fake::make("cudaMallocFromPoolAsync", "memory", memory, bytes);
}
inline cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps*) {
  return lossscope::fake::make("cudaMemPoolCreate", "pool", reinterpret_cast<void**>(pool), 1);
}
inline cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) {
  return lossscope::fake::unmake("cudaMemPoolDestroy", pool);
}
inline cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
  return lossscope::fake::call("cudaMemPoolSetAttribute");
}
inline cudaError_t cudaMemPoolTrimTo(cudaMemPool_t, std::size_t) { return lossscope::fake::call("cudaMemPoolTrimTo"); }
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind, cudaStream_t) {
  lossscope::fake::runtime.work.emplace_back([=] { std::memcpy(to, from, bytes); });
  return lossscope::fake::call("cudaMemcpyAsync");
}
inline cudaError_t cudaLaunchKernel(const void* kernel, dim3, dim3, void**, std::size_t, cudaStream_t) {
  lossscope::fake::runtime.launched = kernel;
  return lossscope::fake::call("cudaLaunchKernel");
}
