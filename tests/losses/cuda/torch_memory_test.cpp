// SPDX-License-Identifier: Apache-2.0
// The CUDA driver on LibTorch's memory and stream; built where LibTorch is a CUDA one.
#include <gtest/gtest.h>

#include "losses/drivers/cuda/torch_memory.h"
#include "tests/losses/cuda/device_testing.h"

namespace lossscope {
namespace {

struct Counted {
  CudaMemory memory;
  int allocations = 0;
};

TEST(Gpu, ComputesInLibTorchsMemoryOnItsStream) {
  const CudaStatus status = query_cuda();
  if (!status.reason.empty()) {
    GTEST_SKIP() << "not run on a GPU: " << status.reason;
  }
  c10::cuda::CUDACachingAllocator::init(static_cast<int>(status.devices.size()));
  Counted lent{torch_memory(0)};
  CudaMemory counting = lent.memory;
  counting.context = &lent;
  counting.allocate = [](void* context, std::size_t bytes, void* stream) {
    auto* counted = static_cast<Counted*>(context);
    ++counted->allocations;
    return counted->memory.allocate(nullptr, bytes, stream);
  };
  const auto driver = make_cuda_driver(0, counting);
  const auto cpu = make_cpu_driver();
  const Problem problem = testing::random_problem({64, 48, 40}, 3);
  for (const char* id : {"dice", "hausdorff", "cmssl"}) {
    const auto defaults = cpu->loss(id)->defaults();
    const auto found = testing::evaluate_on(*driver, *driver->loss(id), defaults, problem);
    const auto expected = testing::evaluate_on(*cpu, *cpu->loss(id), defaults, problem);
    EXPECT_NEAR(found.reduction.value, expected.reduction.value, 1e-6 * expected.reduction.value) << id;
    EXPECT_LT(testing::worst_difference(found.gradient_logit, expected.gradient_logit), 1e-6) << id;
  }
  EXPECT_GT(lent.allocations, 0) << "nothing was taken from LibTorch's allocator";
}

}  // namespace
}  // namespace lossscope
