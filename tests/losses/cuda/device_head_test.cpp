// SPDX-License-Identifier: Apache-2.0
// The CUDA driver's kernels, on the host, on real anatomy: the distances of the sample head, and losses that use them.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "app/io/case.h"
#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/host_backend.h"
#include "losses/predictions/degrade.h"
#include "tests/losses/cuda/device_testing.h"

namespace lossscope {
namespace {

Problem head() {
  const auto sample = mni_head();
  if (!sample) {
    throw std::runtime_error("mricron-data is part of the set-up");
  }
  Problem problem{
      read_volume({.path = sample->mask, .role = Role::mask, .answers = {}, .information_only = false}).volume, {}};
  problem.spacing = problem.mask.grid.spacing;
  for (std::uint8_t& label : problem.mask.voxels<std::uint8_t>()) {
    label = label != 0 ? 1 : 0;
  }
  Degradation degradation;
  degradation.shift = {2, 1, 0};
  degradation.soften = 1.5;
  problem.prediction = Degrader(problem.mask).volume(degradation);
  return problem;
}

TEST(DeviceOnTheHead, FindsTheSameDistancesAndLosses) {
  const Problem problem = head();
  const auto driver = cuda::make_device_driver(cuda::make_host_backend(cuda::ThreadOrder::interleaved));
  const auto cpu = make_cpu_driver();
  const FieldRequest request{FieldKind::mask_distance, {}};
  const Volume found = driver->field_map(*driver->field(request, problem));
  EXPECT_TRUE(std::ranges::equal(found.voxels<float>(), cpu->field(request, problem)->map.voxels<float>()))
      << "with a spacing of 1 mm squares of distances are whole numbers";
  for (const char* id : {"exp_log", "hausdorff", "dice+bce"}) {
    const auto defaults = cpu->loss(id)->defaults();
    const testing::Maps here = testing::evaluate_on(*driver, *driver->loss(id), defaults, problem);
    const testing::Maps expected = testing::evaluate_on(*cpu, *cpu->loss(id), defaults, problem);
    EXPECT_NEAR(here.reduction.value, expected.reduction.value, 1e-7 * expected.reduction.value) << id;
    EXPECT_LT(testing::worst_difference(here.contribution, expected.contribution), 1e-6) << id;
    EXPECT_LT(testing::worst_difference(here.gradient_logit, expected.gradient_logit), 1e-6) << id;
  }
}

}  // namespace
}  // namespace lossscope
