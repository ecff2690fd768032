// SPDX-License-Identifier: Apache-2.0
// Every auxiliary field by the CUDA driver's kernels against the CPU's, on the host and on the GPU where there is one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "losses/drivers/cuda.h"
#include "losses/drivers/cuda/device_fields.h"
#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/host_backend.h"
#include "tests/losses/cuda/device_testing.h"

namespace lossscope {
namespace {

using testing::all_field_requests;
using testing::worst_difference;

std::vector<float> numbers(const Volume& volume) {
  const auto voxels = volume.voxels<float>();
  return {voxels.begin(), voxels.end()};
}

void expect_like_cpu(Driver& driver) {
  const auto cpu = make_cpu_driver();
  for (const auto& [name, problem] : testing::device_problems()) {
    for (const FieldRequest& request : all_field_requests()) {
      SCOPED_TRACE(name + ", kind " + std::to_string(static_cast<int>(request.kind)));
      const FieldPtr found = driver.field(request, problem);
      const FieldPtr expected = cpu->field(request, problem);
      EXPECT_LT(worst_difference(numbers(driver.field_map(*found)), numbers(expected->map)), 1e-6);
      for (std::size_t s = 0; s < expected->scalars.size(); ++s) {
        EXPECT_NEAR(found->scalars[s], expected->scalars[s], 1e-6 * std::abs(expected->scalars[s]));
      }
    }
  }
}

TEST(DeviceFields, KernelsOnTheHostAgreeWithTheCpu) {
  const auto backend = cuda::make_host_backend(cuda::ThreadOrder::backward);
  {
    const auto driver = cuda::make_device_driver(backend);
    expect_like_cpu(*driver);
  }
  EXPECT_EQ(backend->overruns(), 0);
  EXPECT_EQ(backend->live_bytes(), 0U);
}

/// A kernel that reads what another thread writes in the same phase depends on the order of the threads.
TEST(DeviceFields, TheOrderOfThreadsDoesNotChangeABit) {
  const Problem problem = testing::random_problem({300, 11, 7}, 4, {0.7, 1, 2}, 0.02);
  for (const FieldRequest& request : all_field_requests()) {
    std::vector<std::vector<float>> found;
    for (const auto order : {cuda::ThreadOrder::forward, cuda::ThreadOrder::backward, cuda::ThreadOrder::interleaved}) {
      const auto driver = cuda::make_device_driver(cuda::make_host_backend(order));
      found.push_back(numbers(driver->field_map(*driver->field(request, problem))));
    }
    EXPECT_EQ(found[0], found[1]) << static_cast<int>(request.kind);
    EXPECT_EQ(found[0], found[2]) << static_cast<int>(request.kind);
  }
}

TEST(DeviceFields, GpuAgreesWithTheCpu) {
  const CudaStatus status = query_cuda();
  if (!status.reason.empty()) {
    GTEST_SKIP() << "not run on a GPU: " << status.reason;
  }
  expect_like_cpu(*make_cuda_driver(0));
}

TEST(DeviceFields, AnAxisBeyondNumbersOf32BitsIsRefused) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    Grid grid;
    grid.size = {1, 1, 1};
    grid.size[axis] = (std::int64_t{1} << 30) + 1;
    try {
      const cuda::Context context(cuda::make_host_backend(cuda::ThreadOrder::forward, 1024));
      (void)cuda::squared_distances(context, nullptr, grid, {1, 1, 1}, {});
      FAIL() << "places of " << grid.size[axis] << " voxels, added, overflow";
    } catch (const DeviceFailure& failure) {
      EXPECT_NE(std::string(failure.what()).find("more than 1073741824 voxels"), std::string::npos) << failure.what();
    }
  }
}

/// With unit spacing squared distances are whole numbers: exact, whatever the order.
TEST(DeviceFields, DistancesEqualTryingAllVoxelsExactly) {
  const auto driver = cuda::make_device_driver(cuda::make_host_backend(cuda::ThreadOrder::interleaved));
  unsigned seed = 1;
  for (const auto size : {std::array<std::int64_t, 3>{17, 13, 9}, {300, 5, 1}, {1, 1, 19}, {1, 14, 6}, {4, 33, 2}}) {
    for (const double share : {0.003, 0.1, 0.7}) {
      const Problem problem = testing::random_problem(size, seed++, {1, 1, 1}, share);
      const Grid& grid = problem.mask.grid;
      const auto mask = problem.mask.voxels<std::uint8_t>();
      const auto found = numbers(driver->field_map(*driver->field({FieldKind::mask_distance, {}}, problem)));
      for (std::int64_t a = 0; a < grid.voxels(); ++a) {
        std::int64_t nearest = std::numeric_limits<std::int64_t>::max();
        for (std::int64_t b = 0; b < grid.voxels(); ++b) {
          const std::int64_t x = a % size[0] - b % size[0], y = a / size[0] % size[1] - b / size[0] % size[1],
                             z = a / size[0] / size[1] - b / size[0] / size[1];
          nearest = mask[a] != mask[b] ? std::min(nearest, x * x + y * y + z * z) : nearest;
        }
        const bool none = nearest == std::numeric_limits<std::int64_t>::max();
        const float size_of = none ? 0.0F : std::sqrt(static_cast<float>(nearest));
        ASSERT_EQ(found[static_cast<std::size_t>(a)], mask[a] != 0 ? -size_of : size_of);
      }
    }
  }
}

/// Places beyond 65535 do not fit the short numbers that the sweep keeps otherwise.
TEST(DeviceFields, AnAxisMayBeLongerThanAShortNumber) {
  const auto driver = cuda::make_device_driver(cuda::make_host_backend());
  constexpr std::int64_t kLength = 70001;
  for (const std::int64_t seed : {std::int64_t{3}, kLength - 2}) {
    const Problem problem = testing::random_problem({1, kLength, 1}, 1, {1, 1, 1}, 0);
    problem.mask.voxels<std::uint8_t>()[static_cast<std::size_t>(seed)] = 1;
    const auto found = numbers(driver->field_map(*driver->field({FieldKind::mask_distance, {}}, problem)));
    for (std::int64_t at = 0; at < kLength; ++at) {
      const auto expected = static_cast<float>(at == seed ? -1 : std::abs(at - seed));
      ASSERT_NEAR(found[static_cast<std::size_t>(at)], expected, 1e-6F * std::abs(expected)) << at;
    }
  }
}

}  // namespace
}  // namespace lossscope
