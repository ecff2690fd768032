// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cuda/host_backend.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "losses/drivers/cuda/kernels.h"

namespace lossscope::cuda {
namespace {

constexpr int kUndefined = 0xff;  ///< a byte of a NaN
constexpr std::size_t kGuard = 256;
constexpr int kGuardByte = 0xa5;

/// The order of `count` threads between two barriers.
std::vector<int> threads_in(ThreadOrder order, int count) {
  std::vector<int> threads;
  for (int i = 0; i < count; ++i) {
    constexpr int kStep = 97;  // prime to the number of threads
    threads.push_back(
        order == ThreadOrder::forward ? i : (order == ThreadOrder::backward ? count - 1 - i : i * kStep % count));
  }
  return threads;
}

template <class Kernel, int... Phase>
void run_block(std::int64_t block, const typename Kernel::Arguments& arguments, const std::vector<int>& threads,
               std::integer_sequence<int, Phase...>) {
  using Shared = typename Kernel::Shared;
  using Private = typename Kernel::Private;
  const auto shared = std::make_unique_for_overwrite<Shared>();
  const auto mine = std::make_unique_for_overwrite<Private[]>(kThreads);
  std::memset(static_cast<void*>(shared.get()), kUndefined, sizeof(Shared));
  std::memset(static_cast<void*>(mine.get()), kUndefined, sizeof(Private) * kThreads);
  const auto phase = [&]<int P>(std::integral_constant<int, P>) {
    for (const int thread : threads) {
      Kernel::template run<P>({block, thread}, arguments, *shared, mine[thread]);
    }
  };
  (phase(std::integral_constant<int, Phase>{}), ...);
}

template <class Kernel>
void run_kernel(const void* arguments, std::int64_t blocks, const std::vector<int>& threads) {
  const auto& typed = *static_cast<const typename Kernel::Arguments*>(arguments);
  for (std::int64_t block = 0; block < blocks; ++block) {
    run_block<Kernel>(block, typed, threads, std::make_integer_sequence<int, Kernel::kPhases>{});
  }
}

using Runner = void (*)(const void*, std::int64_t, const std::vector<int>&);

template <class... Kernel>
std::vector<Runner> runners(KernelList<Kernel...>) {
  return {&run_kernel<Kernel>...};
}

class Host final : public HostBackend {
 public:
  Host(ThreadOrder order, std::size_t memory) : threads_(threads_in(order, kThreads)), limit_(memory) {
    info_.name = "host walking through the kernels";
    info_.memory = memory;
  }
  ~Host() override {
    for (const auto& [memory, bytes] : live_) {
      std::free(memory);
    }
  }

  [[nodiscard]] const CudaDevice& info() const override { return info_; }

  [[nodiscard]] void* allocate(std::size_t bytes) override {
    if (live_bytes_ + bytes > limit_) {
      throw DeviceMemoryShort(info_.name + ": " + std::to_string(bytes) + " bytes are not free");
    }
    auto* memory = static_cast<unsigned char*>(std::aligned_alloc(kGuard, (bytes + 2 * kGuard - 1) / kGuard * kGuard));
    if (memory == nullptr) {
      throw std::bad_alloc();
    }
    std::memset(memory, kUndefined, bytes);
    std::memset(memory + bytes, kGuardByte, guard_of(bytes));
    live_[memory] = bytes;
    live_bytes_ += bytes;
    largest_bytes_ = std::max(largest_bytes_, live_bytes_);
    return memory;
  }

  void release(void* memory) noexcept override {
    const auto found = live_.find(memory);
    if (found == live_.end()) {
      return;
    }
    const auto* end = static_cast<unsigned char*>(memory) + found->second;
    const bool whole = std::all_of(end, end + guard_of(found->second), [](unsigned char b) { return b == kGuardByte; });
    overruns_ += whole ? 0 : 1;
    live_bytes_ -= found->second;
    live_.erase(found);
    std::free(memory);
  }

  void upload(void* device, const void* host, std::size_t bytes) override {
    std::memcpy(device, host, bytes);
    uploaded_ += bytes;
  }
  void download(void* host, const void* device, std::size_t bytes) override {
    std::memcpy(host, device, bytes);
    downloaded_ += bytes;
  }
  void copy(void* to, const void* from, std::size_t bytes) override { std::memcpy(to, from, bytes); }
  void launch(int kernel, const void* arguments, std::int64_t blocks) override {
    static const auto kRunners = runners(Kernels{});
    kRunners[static_cast<std::size_t>(kernel)](arguments, blocks, threads_);
  }
  void synchronize() override {}
  void trim() override { ++trims_; }

  [[nodiscard]] std::size_t live_bytes() const override { return live_bytes_; }
  [[nodiscard]] std::size_t largest_bytes() const override { return largest_bytes_; }
  [[nodiscard]] int overruns() const override { return overruns_; }
  [[nodiscard]] std::size_t uploaded_bytes() const override { return uploaded_; }
  [[nodiscard]] std::size_t downloaded_bytes() const override { return downloaded_; }
  [[nodiscard]] int trims() const override { return trims_; }
  [[nodiscard]] bool contracts() const override {
#if defined(__FMA__)
    return true;
#else
    return false;
#endif
  }

 private:
  static std::size_t guard_of(std::size_t bytes) { return (bytes + 2 * kGuard - 1) / kGuard * kGuard - bytes; }

  CudaDevice info_;
  std::vector<int> threads_;
  std::size_t limit_, live_bytes_ = 0, largest_bytes_ = 0, uploaded_ = 0, downloaded_ = 0;
  int overruns_ = 0, trims_ = 0;
  std::map<void*, std::size_t> live_;
};

}  // namespace

std::shared_ptr<HostBackend> make_host_backend(ThreadOrder order, std::size_t memory) {
  return std::make_shared<Host>(order, memory);
}

}  // namespace lossscope::cuda
