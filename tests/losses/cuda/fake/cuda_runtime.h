// SPDX-License-Identifier: Apache-2.0
// As much of CUDA's runtime as losses/drivers/cuda/cuda_backend.h calls, in this machine's memory: for a test of what
// happens when a call fails. Copies are not done before somebody waits for them, as on a GPU.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <numeric>
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

/// All that there is of it. There is one thread; its GPU is the one on top of `pushed`, or else the one that it chose
/// by cudaSetDevice.
struct Runtime {
  int device = 0, devices = 4;
  std::vector<int> pushed{};  ///< by the driver's calls
  bool pools = true;
  std::size_t memory = std::size_t{300} << 20;  ///< of a GPU
  std::map<void*, std::size_t> allocated{};     ///< of it
  std::vector<std::size_t> kept{};              ///< sizes of what was freed and a pool still has
  std::set<int> woken{};
  cudaError_t last = cudaSuccess;
  int fail_at = -1;  ///< the call that fails, counted from here on; -1: none
  cudaError_t fail_with = cudaErrorInvalidValue;
  std::map<void*, std::string> live{};  ///< what was made and not given back, with its kind
  std::vector<std::function<void()>> work{};
  std::size_t worked = 0;
  std::set<const void*> streams{};  ///< on which anything was asked for
  int pool_device = -1;             ///< of the last pool
  std::uint64_t threshold = 0;      ///< bytes that a pool keeps when somebody waits
  std::size_t freed = 0;            ///< work before the last release to a pool is done
  std::string too_early{};          ///< what was given back while work was due that may use it
  std::vector<std::string> calls{};
  std::string failed{};  ///< the call that did
  const void* launched = nullptr;

  void work_until(std::size_t end) {
    for (; worked < end; ++worked) {
      work[worked]();
    }
  }
  [[nodiscard]] int current() const { return pushed.empty() ? device : pushed.back(); }
  [[nodiscard]] std::size_t free_bytes() const {
    const auto taken = std::accumulate(kept.begin(), kept.end(), std::size_t{0});
    return std::accumulate(allocated.begin(), allocated.end(), memory - taken,
                           [](std::size_t left, const auto& one) { return left - one.second; });
  }
  /// A wait for all work before `end`: more than its threshold a pool does not keep then.
  void wait(std::size_t end) {
    work_until(end);
    while (freed <= worked && std::accumulate(kept.begin(), kept.end(), std::uint64_t{0}) > threshold) {
      kept.erase(kept.begin());
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
  runtime.failed = name;
  return runtime.last = runtime.fail_with;
}

/// A call that needs a GPU to be awake.
inline cudaError_t waken(const char* name) {
  const cudaError_t error = call(name);
  if (error == cudaSuccess) {
    runtime.woken.insert(runtime.current());
  }
  return error;
}

inline cudaError_t make(const char* name, const char* kind, void** place, std::size_t bytes) {
  const cudaError_t error = waken(name);
  if (error == cudaSuccess) {
    *place = std::calloc(std::max<std::size_t>(bytes, 1), 1);
    runtime.live[*place] = kind;
  }
  return error;
}

/// A call that puts something into a stream or waits for one.
inline cudaError_t on_stream(const char* name, const void* stream) {
  runtime.streams.insert(stream);
  return waken(name);
}

inline cudaError_t unmake(const char* name, void* object) {
  const auto found = runtime.live.find(object);
  if (found != runtime.live.end() && found->second == "pinned memory" && runtime.worked < runtime.work.size()) {
    runtime.too_early = found->second;
  }
  const cudaError_t error = waken(name);  // gone all the same
  if (runtime.live.erase(object) == 0) {
    return cudaErrorInvalidValue;
  }
  std::free(object);
  return error;
}

/// Memory of the GPU; a pool takes it from what it keeps where that is enough.
inline cudaError_t allocate(const char* name, void** memory, std::size_t bytes, bool from_pool) {
  const auto spare = std::ranges::find_if(runtime.kept, [&](std::size_t size) { return from_pool && size >= bytes; });
  if (spare != runtime.kept.end()) {
    runtime.kept.erase(spare);
  } else if (bytes > runtime.free_bytes()) {
    runtime.calls.emplace_back(name);
    return runtime.last = cudaErrorMemoryAllocation;
  }
  const cudaError_t error = make(name, "memory", memory, bytes);
  if (error == cudaSuccess) {
    runtime.allocated[*memory] = bytes;
  }
  return error;
}

inline cudaError_t release(const char* name, void* memory, bool to_pool) {
  if (to_pool) {
    runtime.kept.push_back(runtime.allocated[memory]);
  }
  runtime.allocated.erase(memory);
  return unmake(name, memory);
}

/// The driver's calls. Their failures are not the runtime's last one.
inline std::array<char, 8> contexts{};
inline cudaError_t driver_call(const char* name) {
  const cudaError_t last = runtime.last;
  const cudaError_t error = call(name);
  runtime.last = last;
  return error;
}
inline int init(unsigned) { return driver_call("cuInit"); }
inline int get_device(int* device, int index) {
  *device = index;
  return index < runtime.devices ? driver_call("cuDeviceGet") : cudaErrorInvalidValue;
}
inline int retain(void** context, int device) {
  const cudaError_t error = driver_call("cuDevicePrimaryCtxRetain");
  if (error == cudaSuccess) {
    *context = &contexts[static_cast<std::size_t>(device)];
    runtime.woken.insert(device);
  }
  return error;
}
inline int push(void* context) {
  const cudaError_t error = driver_call("cuCtxPushCurrent");
  if (error == cudaSuccess) {
    runtime.pushed.push_back(static_cast<int>(static_cast<char*>(context) - contexts.data()));
  }
  return error;
}
inline int pop(void**) {
  runtime.pushed.pop_back();
  return driver_call("cuCtxPopCurrent");
}

}  // namespace lossscope::fake

struct FakeEvent {
  std::size_t before;
};
using cudaStream_t = struct FakeStream*;
using cudaEvent_t = FakeEvent*;
using cudaMemPool_t = struct FakePool*;

inline cudaError_t cudaGetDevice(int* device) {
  *device = lossscope::fake::runtime.current();
  return lossscope::fake::call("cudaGetDevice");
}
inline cudaError_t cudaSetDevice(int device) {
  const cudaError_t error = lossscope::fake::call("cudaSetDevice");
  if (error == cudaSuccess) {
    lossscope::fake::runtime.device = device;
    lossscope::fake::runtime.woken.insert(device);  // as from CUDA 12 on
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
  *free = lossscope::fake::runtime.free_bytes();
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
inline cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  lossscope::fake::runtime.wait(lossscope::fake::runtime.work.size());
  return lossscope::fake::on_stream("cudaStreamSynchronize", stream);
}
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  return lossscope::fake::make("cudaEventCreate", "event", reinterpret_cast<void**>(event), sizeof(FakeEvent));
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) { return lossscope::fake::unmake("cudaEventDestroy", event); }
inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  event->before = lossscope::fake::runtime.work.size();
  return lossscope::fake::on_stream("cudaEventRecord", stream);
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  lossscope::fake::runtime.wait(event->before);
  return lossscope::fake::waken("cudaEventSynchronize");
}
inline cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  return lossscope::fake::make("cudaMallocHost", "pinned memory", memory, bytes);
}
inline cudaError_t cudaFreeHost(void* memory) { return lossscope::fake::unmake("cudaFreeHost", memory); }
inline cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  return lossscope::fake::allocate("cudaMalloc", memory, bytes, false);
}
inline cudaError_t cudaFree(void* memory) { return lossscope::fake::release("cudaFree", memory, false); }
inline cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
  lossscope::fake::runtime.streams.insert(stream);
  lossscope::fake::runtime.work.emplace_back([] {});
  lossscope::fake::runtime.freed = lossscope::fake::runtime.work.size();
  return lossscope::fake::release("cudaFreeAsync", memory, true);
}
inline cudaError_t cudaMallocFromPoolAsync(void** memory, std::size_t bytes, cudaMemPool_t, cudaStream_t stream) {
  lossscope::fake::runtime.streams.insert(stream);
  return lossscope::fake::allocate("cudaMallocFromPoolAsync", memory, bytes, true);
}
inline cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps* properties) {
  lossscope::fake::runtime.pool_device = properties->location.id;
  return lossscope::fake::make("cudaMemPoolCreate", "pool", reinterpret_cast<void**>(pool), 1);
}
inline cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) {
  lossscope::fake::runtime.kept.clear();
  return lossscope::fake::unmake("cudaMemPoolDestroy", pool);
}
inline cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void* value) {
  lossscope::fake::runtime.threshold = *static_cast<std::uint64_t*>(value);
  return lossscope::fake::waken("cudaMemPoolSetAttribute");
}
inline cudaError_t cudaMemPoolTrimTo(cudaMemPool_t, std::size_t) {
  if (lossscope::fake::runtime.freed <= lossscope::fake::runtime.worked) {  // else it is in use yet
    lossscope::fake::runtime.kept.clear();
  }
  return lossscope::fake::waken("cudaMemPoolTrimTo");
}
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
  lossscope::fake::runtime.work.emplace_back([=] { std::memcpy(to, from, bytes); });
  return lossscope::fake::on_stream("cudaMemcpyAsync", stream);
}
inline cudaError_t cudaLaunchKernel(const void* kernel, dim3, dim3, void**, std::size_t, cudaStream_t stream) {
  lossscope::fake::runtime.launched = kernel;
  return lossscope::fake::on_stream("cudaLaunchKernel", stream);
}
