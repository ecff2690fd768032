// SPDX-License-Identifier: Apache-2.0
// The plug-in's side of the CUDA driver over a runtime of its own (fake/cuda_runtime.h): what it leaves behind when
// CUDA fails, whose device it is afterwards, and what it says.
#include "losses/drivers/cuda/cuda_backend.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <vector>

namespace lossscope::cuda {
namespace {

using fake::runtime;

void copy_bytes(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }

const int kKernels[2]{};
const void* const kTable[]{&kKernels[0], &kKernels[1]};

class CudaBackendOnAFake : public ::testing::Test {
 protected:
  void SetUp() override {
    runtime = {};
    driver_calls() = {&fake::init, &fake::get_device, &fake::retain, &fake::push, &fake::pop};
  }
  static std::shared_ptr<Backend> open(int index = 0, const CudaMemory& memory = {}) {
    return std::make_shared<CudaBackend>(index, memory, &copy_bytes, kTable);
  }
  /// What a failing call says.
  template <class Work>
  static std::string failure(const Work& work) {
    try {
      work();
    } catch (const DeviceFailure& error) {
      return error.what();
    }
    return "nothing failed";
  }
  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

TEST_F(CudaBackendOnAFake, AFailureAnywhereInItsLifeLeavesNothingBehind) {
  int failures = 0;
  for (int at = 0; runtime.fail_at < 0; ++at) {  // until a life has fewer calls
    runtime = {};
    runtime.fail_at = at;
    try {
      const auto backend = open(2);
      backend->release(backend->allocate(64));
    } catch (const DeviceFailure& failed) {
      ++failures;
      EXPECT_FALSE(std::string(failed.what()).empty());
    }
    EXPECT_TRUE(runtime.live.empty()) << "call " << at << ", " << runtime.calls.back() << " was the last: a "
                                      << runtime.live.begin()->second << " is left";
    EXPECT_EQ(runtime.last, cudaSuccess) << "the next launch of whoever asks would be blamed for call " << at;
    ASSERT_LT(at, 100);
  }
  EXPECT_GE(failures, 8) << "a stream, two pinned buffers, two events, a pool and more can fail";
}

TEST_F(CudaBackendOnAFake, WhatItHadIsGivenBack) {
  for (const bool pools : {true, false}) {
    runtime = {};
    runtime.pools = pools;
    auto backend = open();
    void* memory = backend->allocate(100);
    EXPECT_EQ(runtime.called("cudaMallocFromPoolAsync"), pools) << "of a pool of its own where there are pools";
    backend->trim();
    EXPECT_EQ(runtime.called("cudaMemPoolTrimTo"), pools);
    backend->release(memory);
    backend.reset();
    EXPECT_TRUE(runtime.live.empty());
  }
}

TEST_F(CudaBackendOnAFake, CopiesAreWholeAndMayBeChangedAtOnce) {
  const auto backend = open();
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, kStaging, kStaging + 1, 3 * kStaging + 5}) {
    std::vector<std::uint32_t> numbers(bytes / 4 + 1);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = static_cast<std::uint32_t>(i * 2654435761U);
    }
    const std::vector<std::uint32_t> given = numbers;
    void* memory = backend->allocate(bytes);
    backend->upload(memory, numbers.data(), bytes);
    std::ranges::fill(numbers, 0U);
    std::vector<std::uint32_t> back(numbers.size(), 7);
    backend->download(back.data(), memory, bytes);
    EXPECT_EQ(std::memcmp(back.data(), given.data(), bytes), 0) << bytes;
    void* other = backend->allocate(bytes);
    backend->copy(other, memory, bytes);
    backend->download(numbers.data(), other, bytes);
    EXPECT_EQ(std::memcmp(numbers.data(), given.data(), bytes), 0) << bytes;
    backend->release(memory);
    backend->release(other);
  }
}

/// A caller that chose GPU 1, or works on GPU 0 by the driver's calls, and that used or never used it so far.
TEST_F(CudaBackendOnAFake, TheCallersDeviceIsItsOwnAgainAndNoOtherIsWoken) {
  for (const std::vector<int>& pushed : {std::vector<int>{}, {0}}) {
    for (const bool used : {false, true}) {
      runtime = {};
      runtime.device = 1;
      runtime.pushed = pushed;
      const int own = runtime.current();
      if (used) {
        runtime.woken.insert(own);
      }
      const std::set<int> awake = used ? std::set<int>{own, 3} : std::set<int>{3};
      const auto expect_own = [&](const char* after) {
        int device = -1;
        EXPECT_EQ(cudaGetDevice(&device), cudaSuccess);
        EXPECT_EQ(device, own) << after;
        EXPECT_EQ(runtime.pushed, pushed) << after;
        EXPECT_EQ(runtime.woken, awake) << after;
      };
      auto backend = open(3);
      expect_own("opening");
      void* memory = backend->allocate(64);
      expect_own("allocating");
      backend->upload(memory, &own, sizeof own);
      backend->launch(1, nullptr, 4);
      backend->synchronize();
      expect_own("working");
      backend->release(memory);
      expect_own("releasing");
      runtime.fail_at = 1;  // after choosing the device
      EXPECT_NE(failure([&] { backend->launch(1, nullptr, 4); }), "nothing failed");
      expect_own("a failure");
      backend->trim();
      expect_own("trimming");
      backend.reset();
      expect_own("the end");
    }
  }
}

TEST_F(CudaBackendOnAFake, OpeningThatFailsWakesNoOtherDevice) {
  int failures = 0;
  for (int at = 0; runtime.fail_at < 0; ++at, ++failures) {
    runtime = {};
    runtime.fail_at = at;
    (void)failure([] { (void)open(2); });
    EXPECT_TRUE(runtime.pushed.empty());
    if (runtime.failed != "cuCtxPushCurrent") {  // where that fails there is no way to be on the device
      EXPECT_FALSE(runtime.woken.contains(0)) << runtime.failed << " failed";
    }
    ASSERT_LT(at, 100);
  }
  EXPECT_GE(failures, 8);
}

TEST_F(CudaBackendOnAFake, AGpuThatIsNotThereOrADriverThatIsTooOldIsAFailure) {
  EXPECT_TRUE(contains(failure([] { (void)open(9); }), "choosing it failed"));
  driver_calls() = {};
  EXPECT_TRUE(contains(failure([] { (void)open(0); }), "choosing it failed"));
  EXPECT_TRUE(runtime.woken.empty());
}

TEST_F(CudaBackendOnAFake, LookingForGpusWakesNone) {
  const CudaStatus status = query();
  EXPECT_EQ(status.devices.size(), 4U);
  EXPECT_EQ(status.devices[2].name, "A GPU of a test");
  EXPECT_EQ(status.runtime, "12.4");
  EXPECT_TRUE(runtime.woken.empty());
  const auto backend = open(2);
  EXPECT_TRUE(runtime.woken.contains(2));
  EXPECT_FALSE(runtime.woken.contains(1));
  EXPECT_FALSE(runtime.woken.contains(3));
}

TEST_F(CudaBackendOnAFake, ShortMemorySaysHowMuchIsFree) {
  const auto backend = open();
  try {
    (void)backend->allocate(std::size_t{512} << 20);
    FAIL() << "there is not enough";
  } catch (const DeviceMemoryShort& error) {
    EXPECT_STREQ(error.what(), "A GPU of a test: its memory is too short for another 512 MiB, 300 MiB are free");
  }
  EXPECT_EQ(runtime.last, cudaSuccess);
}

/// CUDA loads a kernel when it is first started, which takes memory as well.
TEST_F(CudaBackendOnAFake, MemoryThatIsShortAnywhereIsToldAsShortMemory) {
  const auto backend = open();
  runtime.fail_at = 1;  // after choosing the device
  runtime.fail_with = cudaErrorMemoryAllocation;
  EXPECT_THROW(backend->launch(1, nullptr, 4), DeviceMemoryShort);
  EXPECT_EQ(runtime.last, cudaSuccess);
}

TEST_F(CudaBackendOnAFake, WhatIsReleasedStaysForTheNextTimeUntilTheDeviceIsGivenUp) {
  const auto backend = open();
  void* first = backend->allocate(100);
  void* second = backend->allocate(200);
  backend->release(first);
  backend->synchronize();
  EXPECT_EQ(runtime.kept, std::vector<std::size_t>{100}) << "the next field needs as much";
  backend->trim();
  EXPECT_TRUE(runtime.kept.empty());
  backend->release(second);  // a field of a picture that was on screen longer
  EXPECT_TRUE(runtime.kept.empty());
  EXPECT_EQ(runtime.free_bytes(), runtime.memory) << "for other programs";
  backend->release(backend->allocate(300));
  EXPECT_EQ(runtime.kept, std::vector<std::size_t>{300}) << "it is used again";
}

TEST_F(CudaBackendOnAFake, ThePoolIsOfItsOwnGpuAndKeepsAQuarterOfItAtMost) {
  const auto backend = open(3);
  EXPECT_EQ(runtime.pool_device, 3);
  void* large = backend->allocate(std::size_t{257} << 20);
  backend->release(large);
  backend->synchronize();
  EXPECT_TRUE(runtime.kept.empty());
}

TEST_F(CudaBackendOnAFake, AllIsAskedForOnOneStreamItsOwnOrTheOneLent) {
  int lent = 0;
  CudaMemory lends;
  lends.lends_stream = true;
  lends.stream = &lent;
  for (const CudaMemory& memory : {CudaMemory{}, lends}) {
    runtime = {};
    auto backend = open(0, memory);
    void* device = backend->allocate(64);
    std::vector<char> host(64);
    backend->upload(device, host.data(), host.size());
    backend->copy(device, device, host.size());
    backend->download(host.data(), device, host.size());
    backend->launch(1, nullptr, 4);
    backend->release(device);
    backend->trim();
    backend.reset();
    EXPECT_EQ(runtime.streams.size(), 1U);
    EXPECT_FALSE(runtime.streams.contains(nullptr)) << "for all of the program";
    EXPECT_EQ(runtime.streams.contains(&lent), memory.lends_stream);
  }
}

TEST_F(CudaBackendOnAFake, WhatACopyReadsStaysUntilItIsDone) {
  auto backend = open();
  int number = 7;
  void* device = backend->allocate(sizeof number);
  backend->upload(device, &number, sizeof number);
  backend.reset();
  EXPECT_EQ(runtime.too_early, "") << "goes while a copy from it is due";
  EXPECT_EQ(*static_cast<int*>(device), 7);
  cudaFree(device);
}

TEST_F(CudaBackendOnAFake, WhatThePoolKeepsIsGivenBackBeforeMemoryIsCalledShort) {
  const auto backend = open();
  runtime.memory = 1000;
  backend->release(backend->allocate(600));
  void* larger = nullptr;
  EXPECT_NO_THROW(larger = backend->allocate(800));
  backend->release(larger);
  EXPECT_THROW((void)backend->allocate(1001), DeviceMemoryShort);
  EXPECT_EQ(runtime.last, cudaSuccess);
}

TEST_F(CudaBackendOnAFake, WhatOthersLeftBehindIsNotItsFailure) {
  const auto backend = open();
  runtime.last = cudaErrorInvalidValue;
  EXPECT_NO_THROW(backend->launch(1, nullptr, 4));
  EXPECT_EQ(runtime.launched, kTable[1]);
  EXPECT_EQ(runtime.last, cudaErrorInvalidValue) << "theirs, for them to find";
  runtime.fail_at = 1;
  runtime.fail_with = cudaErrorIllegalAddress;
  EXPECT_TRUE(contains(failure([&] { backend->synchronize(); }), "work that it was given before failed"));
}

TEST_F(CudaBackendOnAFake, WhatOthersLeftBehindStaysWhereNothingOfItsOwnFails) {
  for (const bool pools : {true, false}) {
    runtime = {};
    runtime.pools = pools;
    runtime.last = cudaErrorIllegalAddress;
    (void)query();
    auto backend = open();
    backend->release(backend->allocate(8));
    backend->trim();
    backend.reset();
    EXPECT_EQ(runtime.last, cudaErrorIllegalAddress);
  }
}

/// A lender of memory, as LibTorch is one.
struct Lender {
  std::size_t asked = 0;
  std::set<void*> streams{};  ///< that it was told of
  int released = 0;
  bool fails = false;
};

CudaMemory lent_by(Lender& lender) {
  CudaMemory memory;
  memory.context = &lender;
  memory.lends_stream = true;
  memory.stream = &lender;
  memory.allocate = [](void* context, std::size_t bytes, void* stream) -> void* {
    auto* from = static_cast<Lender*>(context);
    if (from->fails) {
      throw std::runtime_error("the lender's own trouble");
    }
    from->asked = bytes;
    from->streams.insert(stream);
    return bytes > 0 ? from : nullptr;  // of nothing null, as LibTorch's allocator
  };
  memory.release = [](void* context, void*, void* stream) {
    static_cast<Lender*>(context)->streams.insert(stream);
    ++static_cast<Lender*>(context)->released;
    throw std::runtime_error("nobody catches this");
  };
  return memory;
}

TEST_F(CudaBackendOnAFake, LentMemoryComesFromTheLenderAndGoesBackThere) {
  Lender lender;
  const auto backend = open(0, lent_by(lender));
  EXPECT_FALSE(runtime.called("cudaMemPoolCreate"));
  EXPECT_FALSE(runtime.called("cudaStreamCreate"));
  void* memory = backend->allocate(0);
  EXPECT_NE(memory, nullptr);
  EXPECT_EQ(lender.asked, 1U);
  backend->release(memory);
  EXPECT_EQ(lender.released, 1);
  EXPECT_EQ(lender.streams, std::set<void*>{&lender});
  lender.fails = true;
  EXPECT_TRUE(contains(failure([&] { (void)backend->allocate(8); }), "the lender's own trouble"));
}

}  // namespace
}  // namespace lossscope::cuda
