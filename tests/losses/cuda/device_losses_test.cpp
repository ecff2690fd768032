// SPDX-License-Identifier: Apache-2.0
// Every loss by the kernels of the CUDA driver against the CPU driver. The kernels run on the host, thread by thread,
// and on the GPU where there is one: otherwise those tests are skipped and say why.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "losses/drivers/cuda.h"
#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/host_backend.h"
#include "tests/losses/cuda/device_testing.h"

namespace lossscope {
namespace {

using testing::device_problems;
using testing::evaluate_on;
using testing::Maps;
using testing::parameter_sets;
using testing::worst_difference;

constexpr double kRounding = 1e-6;  // of float32 maps; a GPU contracts products and sums

/// Holds every problem and parameter set on `driver` against the CPU.
void expect_like_cpu(Driver& driver, std::string_view id, const char* where) {
  const auto cpu = make_cpu_driver();
  const Loss& expected_loss = *cpu->loss(id);
  double off_value = 0, off_map = 0;
  int combinations = 0;
  for (const auto& [name, problem] : device_problems()) {
    for (const auto& parameters : parameter_sets(expected_loss)) {
      SCOPED_TRACE(name);
      const Maps found = evaluate_on(driver, *driver.loss(id), parameters, problem);
      const Maps expected = evaluate_on(*cpu, expected_loss, parameters, problem);
      EXPECT_EQ(found.reduction.positives, expected.reduction.positives);
      EXPECT_EQ(found.reduction.blind, expected.reduction.blind);
      const double value = std::abs(found.reduction.value - expected.reduction.value) /
                           std::max(std::abs(expected.reduction.value), 1e-12);
      const double map = std::max({worst_difference(found.contribution, expected.contribution),
                                   worst_difference(found.gradient_probability, expected.gradient_probability),
                                   worst_difference(found.gradient_logit, expected.gradient_logit),
                                   worst_difference(found.drop, expected.drop)});
      EXPECT_LT(value, kRounding) << found.reduction.value << " against " << expected.reduction.value;
      EXPECT_LT(map, kRounding);
      off_value = std::max(off_value, value);
      off_map = std::max(off_map, map);
      ++combinations;
    }
  }
  std::printf("%-14s %4d combinations on the %s against the CPU driver, largest difference: value %.1e  maps %.1e\n",
              std::string(id).c_str(), combinations, where, off_value, off_map);
}

class DeviceLoss : public ::testing::TestWithParam<const Loss*> {
 protected:
  std::string_view id() const { return GetParam()->declaration().id; }
};

TEST_P(DeviceLoss, KernelsOnTheHostAgreeWithTheCpu) {
  const auto backend = cuda::make_host_backend(cuda::ThreadOrder::interleaved);
  {
    const auto driver = cuda::make_device_driver(backend);
    expect_like_cpu(*driver, id(), "host");
  }
  EXPECT_EQ(backend->overruns(), 0);
  EXPECT_EQ(backend->live_bytes(), 0U) << "memory of the device was not released";
}

/// A kernel that reads what another thread writes in the same phase depends on the order of the threads.
TEST_P(DeviceLoss, TheOrderOfThreadsDoesNotChangeABit) {
  const Problem problem = testing::random_problem({43, 31, 17}, 5, {1, 1, 2});
  const auto parameters = GetParam()->defaults();
  const auto run = [&](cuda::ThreadOrder order) {
    const auto driver = cuda::make_device_driver(cuda::make_host_backend(order));
    return evaluate_on(*driver, *driver->loss(id()), parameters, problem);
  };
  const Maps forward = run(cuda::ThreadOrder::forward);
  for (const auto order : {cuda::ThreadOrder::backward, cuda::ThreadOrder::interleaved}) {
    const Maps other = run(order);
    EXPECT_EQ(forward.reduction.sums, other.reduction.sums);
    EXPECT_EQ(forward.contribution, other.contribution);
    EXPECT_EQ(forward.gradient_logit, other.gradient_logit);
    EXPECT_EQ(forward.drop, other.drop);
  }
}

/// Planes are gathered with strides, ranges begin anywhere: the same bits as the volume's.
TEST_P(DeviceLoss, PlanesAndRangesEqualTheVolume) {
  const auto driver = cuda::make_device_driver(cuda::make_host_backend());
  const Loss& loss = *driver->loss(id());
  const auto parameters = loss.defaults();
  for (const auto size : {std::array<std::int64_t, 3>{14, 12, 9}, {5, 1, 3}}) {
    const Problem problem = testing::random_problem(size, 3);
    const Maps whole = evaluate_on(*driver, loss, parameters, problem);
    std::vector<FieldPtr> fields;
    for (const FieldRequest& request : loss.fields(parameters)) {
      fields.push_back(driver->field(request, problem));
    }
    const MapKind kinds[]{MapKind::gradient_logit, MapKind::counterfactual};
    for (int axis = 0; axis < 3; ++axis) {
      const PlaneLayout layout = plane_layout(problem.mask.grid, {axis, size[axis] / 2});
      std::vector<float> gradient(static_cast<std::size_t>(layout.width * layout.height)), drop(gradient.size());
      const std::span<float> out[]{gradient, drop};
      loss.map_plane(parameters, problem, fields, whole.reduction, {axis, size[axis] / 2}, kinds, out);
      for (std::int64_t i = 0; i < layout.width * layout.height; ++i) {
        const auto at = layout.begin + i % layout.width * layout.along + i / layout.width * layout.across;
        ASSERT_EQ(gradient[i], whole.gradient_logit[at]);
        ASSERT_EQ(drop[i], whole.drop[at]);
      }
    }
    for (const std::int64_t begin : {0, 1, 4, 6}) {
      std::vector<float> gradient(7), drop(7);
      const std::span<float> out[]{gradient, drop};
      loss.map_range(parameters, problem, fields, whole.reduction, begin, kinds, out);
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        ASSERT_EQ(gradient[i], whole.gradient_logit[begin + i]);
        ASSERT_EQ(drop[i], whole.drop[begin + i]);
      }
    }
  }
}

TEST(Gpu, EveryLossAgreesWithTheCpu) {
  const CudaStatus status = query_cuda();
  if (!status.reason.empty()) {
    GTEST_SKIP() << "not run on a GPU: " << status.reason;
  }
  const auto driver = make_cuda_driver(0);
  for (const Loss* loss : all_losses()) {
    expect_like_cpu(*driver, loss->declaration().id, driver->name().c_str());
  }
}

/// For compute-sanitizer, under which everything takes long: every kernel of every loss, with tails.
TEST(Gpu, EveryLossOnceOnASmallProblem) {
  const CudaStatus status = query_cuda();
  if (!status.reason.empty()) {
    GTEST_SKIP() << "not run on a GPU: " << status.reason;
  }
  const auto driver = make_cuda_driver(0);
  const auto cpu = make_cpu_driver();
  Problem problem = testing::random_problem({43, 31, 17}, 5, {1, 1, 2});
  for (const auto kind : {PredictionKind::probability, PredictionKind::logit}) {
    problem.kind = kind;
    for (const Loss* loss : all_losses()) {
      const auto id = loss->declaration().id;
      const Maps found = evaluate_on(*driver, *driver->loss(id), loss->defaults(), problem);
      const Maps expected = evaluate_on(*cpu, *loss, loss->defaults(), problem);
      EXPECT_LT(worst_difference(found.gradient_logit, expected.gradient_logit), kRounding) << id;
      EXPECT_LT(worst_difference(found.drop, expected.drop), kRounding) << id;
    }
  }
}

TEST(Gpu, GivesTheSameBitsAgain) {
  const CudaStatus status = query_cuda();
  if (!status.reason.empty()) {
    GTEST_SKIP() << "not run on a GPU: " << status.reason;
  }
  const Problem problem = testing::random_problem({143, 131, 57}, 5, {1, 1, 2});
  for (const Loss* loss : all_losses()) {
    const auto run = [&] {
      const auto driver = make_cuda_driver(0);
      return evaluate_on(*driver, *driver->loss(loss->declaration().id), loss->defaults(), problem);
    };
    const Maps first = run();
    for (int repeat = 0; repeat < 3; ++repeat) {
      const Maps again = run();
      EXPECT_EQ(first.reduction.sums, again.reduction.sums) << loss->declaration().id;
      EXPECT_EQ(first.gradient_logit, again.gradient_logit) << loss->declaration().id;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, DeviceLoss, ::testing::ValuesIn(all_losses().begin(), all_losses().end()),
                         [](const auto& row) { return std::string(row.param->declaration().id); });

}  // namespace
}  // namespace lossscope
