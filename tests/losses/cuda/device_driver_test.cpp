// SPDX-License-Identifier: Apache-2.0
// What crosses the bus, what stays, what happens when memory is short, and what is said where there is no GPU.
#include <gtest/gtest.h>

#include <dlfcn.h>

#include <cstdio>
#include <vector>

#include "losses/drivers/cuda.h"
#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/host_backend.h"
#include "tests/losses/cuda/device_testing.h"

namespace lossscope {
namespace {

constexpr std::array<std::int64_t, 3> kSize{40, 30, 20};
constexpr std::size_t kVoxels = 40 * 30 * 20;
constexpr std::size_t kCase = kVoxels * 5;  ///< bytes of a mask and a prediction

TEST(DeviceDriver, AChangeOfParametersMovesNoVolume) {
  const auto backend = cuda::make_host_backend();
  const auto driver = cuda::make_device_driver(backend);
  Problem problem = testing::random_problem(kSize, 1);
  const Loss& loss = *driver->loss("hausdorff");
  auto parameters = loss.defaults();
  const auto evaluate = [&] {
    const FieldPtr field = driver->field(loss.fields(parameters)[0], problem);
    const Reduction reduction = loss.reduce(parameters, problem, {&field, 1});
    std::vector<float> plane(40 * 30);
    const MapKind kind = MapKind::contribution;
    const std::span<float> out(plane);
    loss.map_plane(parameters, problem, {&field, 1}, reduction, {2, 10}, {&kind, 1}, {&out, 1});
  };
  evaluate();
  EXPECT_EQ(backend->uploaded_bytes(), kCase);
  parameters[0] = 3;  // another power of the distance
  evaluate();
  EXPECT_EQ(backend->uploaded_bytes(), kCase) << "mask and prediction were there already";
  EXPECT_LT(backend->downloaded_bytes(), 3 * 40 * 30 * sizeof(float)) << "only slices and sums come back";
  problem.prediction = testing::random_problem(kSize, 2).prediction;
  evaluate();
  EXPECT_EQ(backend->uploaded_bytes(), kCase + kVoxels * 4) << "only the prediction is another one";
}

TEST(DeviceDriver, ForgetsVolumesThatAreGone) {
  const auto backend = cuda::make_host_backend();
  const auto driver = cuda::make_device_driver(backend);
  const Loss& loss = *driver->loss("dice");
  std::size_t after_first = 0;
  for (unsigned seed = 0; seed < 5; ++seed) {
    const Problem problem = testing::random_problem(kSize, seed);
    (void)loss.reduce(loss.defaults(), problem, {});
    after_first = after_first == 0 ? backend->live_bytes() : after_first;
  }
  EXPECT_EQ(backend->live_bytes(), after_first);
  driver->clear();
  EXPECT_EQ(backend->live_bytes(), 0U);
}

TEST(DeviceDriver, ShortMemoryIsAFailureOfItsOwnAndLeavesNothingBehind) {
  const auto backend = cuda::make_host_backend(cuda::ThreadOrder::forward, kCase + kVoxels * 4);
  const auto driver = cuda::make_device_driver(backend);
  const Problem problem = testing::random_problem(kSize, 1);
  const Loss& cmssl = *driver->loss("cmssl");
  EXPECT_THROW((void)driver->field(cmssl.fields(cmssl.defaults())[0], problem), DeviceMemoryShort);
  EXPECT_EQ(backend->live_bytes(), kCase) << "mask and prediction stay, what was begun does not";
  const Loss& dice = *driver->loss("dice");
  EXPECT_GT(dice.reduce(dice.defaults(), problem, {}).value, 0) << "the driver still works";
}

TEST(DeviceDriver, RefusesWhatTheCpuRefuses) {
  const auto driver = cuda::make_device_driver(cuda::make_host_backend());
  const Loss& loss = *driver->loss("dice");
  Problem problem = testing::random_problem(kSize, 1);
  EXPECT_THROW((void)loss.reduce({}, problem, {}), std::invalid_argument);
  problem.prediction = testing::random_problem({3, 3, 3}, 1).prediction;
  EXPECT_THROW((void)loss.reduce(loss.defaults(), problem, {}), std::invalid_argument);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_THROW((void)loss.reduce(loss.defaults(), testing::random_problem(kSize, 1), {}, 0, stopped.get_token()),
               Cancelled);
  EXPECT_EQ(driver->loss("no such loss"), nullptr);
}

TEST(DeviceDriver, FieldsMadeOnTheCpuAreTakenToo) {
  const auto driver = cuda::make_device_driver(cuda::make_host_backend());
  const auto cpu = make_cpu_driver();
  const Problem problem = testing::random_problem(kSize, 1);
  const Loss& loss = *driver->loss("dist_map");
  const FieldPtr field = cpu->field(loss.fields(loss.defaults())[0], problem);
  const double expected = cpu->loss("dist_map")->reduce(loss.defaults(), problem, {&field, 1}).value;
  EXPECT_NEAR(loss.reduce(loss.defaults(), problem, {&field, 1}).value, expected, 1e-6 * expected);
}

TEST(Cuda, SaysWhyThereIsNone) {
  const CudaStatus status = query_cuda();
  EXPECT_EQ(status.devices.empty(), !status.reason.empty());
  if (status.devices.empty()) {
    std::printf("CUDA: %s\n", status.reason.c_str());
    try {
      (void)make_driver("cuda:1");
      FAIL() << "there is no GPU";
    } catch (const DeviceFailure& failure) {
      EXPECT_NE(std::string(failure.what()).find(status.reason), std::string::npos);
    }
  } else {
    EXPECT_THROW((void)make_cuda_driver(static_cast<int>(status.devices.size())), DeviceFailure);
  }
}

/// The driver's own word for what a test over a runtime of its own shows elsewhere.
TEST(Cuda, AThreadHasItsOwnGpuAgainAndNoOtherIsWoken) {
  const CudaStatus status = query_cuda();
  if (!status.reason.empty()) {
    GTEST_SKIP() << "not run on a GPU: " << status.reason;
  }
  void* library = dlopen("libcuda.so.1", RTLD_LAZY);
  ASSERT_NE(library, nullptr);
  const auto current = reinterpret_cast<int (*)(void**)>(dlsym(library, "cuCtxGetCurrent"));
  const auto state = reinterpret_cast<int (*)(int, unsigned*, int*)>(dlsym(library, "cuDevicePrimaryCtxGetState"));
  ASSERT_TRUE(current != nullptr && state != nullptr);
  const int last = static_cast<int>(status.devices.size()) - 1;
  const auto awake = [&] {
    std::vector<int> all(static_cast<std::size_t>(last));
    for (int index = 0; index < last; ++index) {
      unsigned flags = 0;
      EXPECT_EQ(state(index, &flags, &all[static_cast<std::size_t>(index)]), 0);
    }
    return all;
  };
  const auto context = [&] {
    void* now = nullptr;
    EXPECT_EQ(current(&now), 0);
    return now;
  };
  void* const context_before = context();
  const std::vector<int> awake_before = awake();
  {
    const auto driver = make_cuda_driver(last);
    const Loss& dice = *driver->loss("dice");
    EXPECT_GT(dice.reduce(dice.defaults(), testing::random_problem(kSize, 1), {}).value, 0);
    EXPECT_EQ(context(), context_before);
  }
  EXPECT_EQ(context(), context_before);
  EXPECT_EQ(awake(), awake_before);
}

TEST(Cuda, DevicesAreCpuAndCudaWithANumber) {
  EXPECT_EQ(device_index("cpu"), -1);
  EXPECT_EQ(device_index("cuda"), 0);
  EXPECT_EQ(device_index("cuda:3"), 3);
  for (const char* wrong : {"", "gpu", "cuda:", "cuda:x", "cuda:1x", "cuda:-1", "cuda1", "CUDA"}) {
    EXPECT_THROW((void)device_index(wrong), std::invalid_argument) << wrong;
  }
  EXPECT_EQ(make_driver("cpu")->id(), "cpu");
}

}  // namespace
}  // namespace lossscope
