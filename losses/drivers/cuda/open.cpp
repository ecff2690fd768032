// SPDX-License-Identifier: Apache-2.0
// Finds and loads the plug-in, and says in words why there is no GPU.
#include <dlfcn.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <new>

#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/kernels.h"
#include "losses/drivers/cuda/plugin.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

struct Loaded {
  const cuda::Plugin* plugin = nullptr;
  std::string reason;
};

Loaded load_plugin() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto file = program.parent_path() / cuda::kPluginFile;
  if (error || !std::filesystem::exists(file, error)) {
    return {nullptr, std::string("this copy of LossScope was built without a CUDA toolkit (there is no ") +
                         cuda::kPluginFile + " beside the program)"};
  }
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return {nullptr, std::string("the CUDA plug-in cannot be loaded: ") + dlerror()};
  }
  const auto entry = reinterpret_cast<cuda::PluginEntry>(dlsym(library, cuda::kPluginEntry));
  const cuda::Plugin* plugin = entry != nullptr ? entry() : nullptr;
  if (plugin == nullptr || !cuda::belongs_here(*plugin)) {
    return {nullptr, "the CUDA plug-in " + file.string() +
                         " was built from another state of LossScope's source; build it again"};
  }
  return {plugin, {}};
}

/// Loaded once, and never unloaded: memory of a device may live longer than its driver.
const Loaded& loaded() {
  static const Loaded kLoaded = load_plugin();
  return kLoaded;
}

}  // namespace

CudaStatus query_cuda() {
  if (loaded().plugin == nullptr) {
    CudaStatus status;
    status.reason = loaded().reason;
    return status;
  }
  return loaded().plugin->query();
}

std::unique_ptr<Driver> make_cuda_driver(int index, const CudaMemory& memory) {
  return cuda::make_device_driver(cuda::open_backend(index, memory));
}

int device_index(std::string_view id) {
  if (id == "cpu") {
    return -1;
  }
  if (id == "cuda") {
    return 0;
  }
  constexpr std::string_view kPrefix = "cuda:";
  int index = -1;
  if (id.starts_with(kPrefix)) {
    const auto digits = id.substr(kPrefix.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    index = error == std::errc() && end == digits.data() + digits.size() ? index : -1;
  }
  if (index < 0) {
    throw std::invalid_argument("there is no device '" + std::string(id) + "'; the devices are cpu and cuda[:N]");
  }
  return index;
}

std::unique_ptr<Driver> make_driver(std::string_view id) {
  const int index = device_index(id);
  return index < 0 ? make_cpu_driver() : make_cuda_driver(index);
}

}  // namespace lossscope

namespace lossscope::cuda {
namespace {

/// One thread copies slower than a fast bus takes: several, for pieces that are worth starting one.
void copy_bytes(void* to, const void* from, std::size_t bytes) {
  constexpr std::int64_t kPiece = std::int64_t{4} << 20;
  parallel_pieces(static_cast<std::int64_t>(bytes), kPiece, 0, {}, [&](std::int64_t begin, std::int64_t end) {
    std::memcpy(static_cast<char*>(to) + begin, static_cast<const char*>(from) + begin,
                static_cast<std::size_t>(end - begin));
  });
}

}  // namespace

bool belongs_here(const Plugin& plugin) { return plugin.signature == kSignature && plugin.sources == kKernelSources; }

std::shared_ptr<Backend> open_backend(int index, const CudaMemory& memory) {
  const CudaStatus status = query_cuda();
  const std::string id = "cuda:" + std::to_string(index);
  if (!status.reason.empty()) {
    throw DeviceFailure(id + ": " + status.reason);
  }
  if (index < 0 || index >= static_cast<int>(status.devices.size())) {
    const auto last = std::to_string(status.devices.size() - 1);
    throw DeviceFailure(id + ": there is no such GPU; here they are cuda:0" + (last == "0" ? "" : " to cuda:" + last));
  }
  try {
    return loaded().plugin->open(index, memory, &copy_bytes);
  } catch (const std::bad_alloc&) {
    throw DeviceFailure(id + ": the computer's own memory, not the GPU's, is too short");
  }
}

}  // namespace lossscope::cuda
