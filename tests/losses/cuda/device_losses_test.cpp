// SPDX-License-Identifier: Apache-2.0
// Every loss by the kernels of the CUDA driver against the CPU driver. The kernels run on the host, thread by thread,
// and on the GPU where there is one: otherwise those tests are skipped and say why.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <memory>
#include <set>

#include "losses/drivers/cuda.h"
#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/forwarding_backend.h"
#include "losses/drivers/cuda/host_backend.h"
#include "losses/registry.h"
#include "tests/losses/cuda/device_testing.h"

namespace lossscope {
namespace {

using testing::device_problems;
using testing::evaluate_on;
using testing::largest_of;
using testing::Maps;
using testing::parameter_sets;
using testing::worst_difference;

constexpr std::array kSums{"dice+bce", "boundary+dice", "iou+focal+cmssl"};
constexpr double kRounding = 1e-6;  // of sums and maps in float32, for any loss

/// What computes, and how near to the CPU driver it must come.
struct Held {
  const char* where;
  double tolerance = kRounding;
  bool contracts = false;  ///< products and sums are fused, as on a GPU: terms and effects round elsewhere
};

/// How near the kernels come on a host that contracts. A term or an effect rounds at a handful of other places, each by
/// 2^-24 = 6e-8 of itself.
double contracted(std::string_view id) {
  struct Row {
    std::string_view id;
    double tolerance;
  };
  constexpr Row kRows[]{
      {"focal", 8e-7},  // gamma, up to 5 here, multiplies the rounding of the logarithm in q^gamma
      // Differences of sums that are nearly alike, where the two smoothings differ: roundings of sums grow by that.
      {"dice", 6e-7},
      {"tversky", 6e-7},
      {"focal_tversky", 6e-7},
      {"log_cosh_dice", 6e-7},
  };
  const auto* row = std::ranges::find(kRows, id, &Row::id);
  return row != std::end(kRows) ? row->tolerance : 4e-7;
}

/// Holds every problem and parameter set on `driver` against the CPU. Where it contracts, a what-if is held against the
/// contributions that it is a difference of: where they cancel, one rounding is all that is left of it.
void expect_like_cpu(Driver& driver, std::string_view id, const Held& held) {
  const auto cpu = make_cpu_driver();
  const Loss& expected_loss = *cpu->loss(id);
  double off_value = 0;
  std::array<double, 4> off{};
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
      const std::array<double, 4> maps{
          worst_difference(found.contribution, expected.contribution),
          worst_difference(found.gradient_probability, expected.gradient_probability),
          worst_difference(found.gradient_logit, expected.gradient_logit),
          worst_difference(found.drop, expected.drop, held.contracts ? largest_of(expected.contribution) : 0)};
      EXPECT_LT(value, held.tolerance) << found.reduction.value << " against " << expected.reduction.value;
      for (std::size_t map = 0; map < maps.size(); ++map) {
        EXPECT_LT(maps[map], held.tolerance) << "contribution, dL/dp, dL/dz, what-if: " << map;
        off[map] = std::max(off[map], maps[map]);
      }
      off_value = std::max(off_value, value);
      ++combinations;
    }
  }
  std::printf(
      "%-15s %4d combinations on the %s against the CPU driver, largest difference: value %.1e  contribution %.1e  "
      "dL/dp %.1e  dL/dz %.1e  what-if %.1e\n",
      std::string(id).c_str(), combinations, held.where, off_value, off[0], off[1], off[2], off[3]);
}

class DeviceLoss : public ::testing::TestWithParam<const Loss*> {
 protected:
  std::string_view id() const { return GetParam()->declaration().id; }
};

TEST_P(DeviceLoss, KernelsOnTheHostAgreeWithTheCpu) {
  const auto backend = cuda::make_host_backend(cuda::ThreadOrder::interleaved);
  {
    const auto driver = cuda::make_device_driver(backend);
    expect_like_cpu(*driver, id(),
                    backend->contracts() ? Held{"contracting host", contracted(id()), true} : Held{"host"});
  }
  EXPECT_EQ(backend->overruns(), 0);
  EXPECT_EQ(backend->live_bytes(), 0U) << "memory of the device was not released";
}

/// Whether the terms of a loss are all of one sign, for voxels of all sorts.
template <template <class> class L>
void expect_one_sign() {
  const auto defaults = find_loss(L<double>::declaration.id)->defaults();
  const auto loss = with_parameters<L<float>>(defaults.data());
  for (const float g : {0.0F, 1.0F}) {
    for (float z = -12; z <= 12; z += 0.37F) {
      Voxel<float> voxel = voxel_from_logit(g, z);
      std::ranges::fill(voxel.f, 2.5F);
      const auto terms = loss.terms(voxel);
      for (int k = 0; k < L<float>::kTerms; ++k) {
        EXPECT_TRUE(sums_cancel<L<double>>() || terms[k] >= 0)
            << L<double>::declaration.id << ", term " << k << ": kSumsCancel is missing";
      }
    }
  }
}

template <template <class> class... L>
void expect_one_sign_of_all(LossList<L...>) {
  (expect_one_sign<L>(), ...);
}

TEST(DeviceSums, OnlyWhatCannotCancelIsAddedInFloat) {
  expect_one_sign_of_all(Registry{});
  Problem problem = testing::random_problem({43, 31, 17}, 5);
  const auto mask = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  for (std::size_t i = 0; i < prediction.size(); ++i) {  // nearly right everywhere
    prediction[i] = mask[i] != 0 ? 1 - 1e-4F * prediction[i] : 1e-4F * prediction[i];
  }
  const auto backend = cuda::make_host_backend();
  const auto driver = cuda::make_device_driver(backend);
  const Loss& poly = *driver->loss("poly1");
  auto parameters = poly.defaults();
  parameters[*poly.parameter("epsilon")] = -1;
  const double expected = find_loss("poly1")->reduce(parameters, problem, {}).value;
  if (!backend->contracts()) {  // there the terms themselves round elsewhere
    EXPECT_NEAR(poly.reduce(parameters, problem, {}).value, expected, 1e-9 * std::abs(expected));
  }
}

/// Sums of a device's losses: what is added is on the device's side, so that its roundings are those of the parts.
TEST(DeviceSums, AgreeWithTheCpu) {
  const auto backend = cuda::make_host_backend(cuda::ThreadOrder::backward);
  const auto driver = cuda::make_device_driver(backend);
  for (const char* id : kSums) {
    expect_like_cpu(*driver, id, {"host", kRounding, backend->contracts()});
  }
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
    expect_like_cpu(*driver, loss->declaration().id, {driver->name().c_str(), kRounding, true});
  }
  for (const char* id : kSums) {
    expect_like_cpu(*driver, id, {driver->name().c_str(), kRounding, true});
  }
}

/// Random, with tails; a fifth of the voxels do not count where `ignored`, and NaN is predicted there.
Problem small_problem(PredictionKind kind, bool ignored) {
  Problem problem = testing::random_problem({43, 31, 17}, 5, {1, 1, 2});
  problem.kind = kind;
  if (!ignored) {
    return problem;
  }
  problem = testing::counting_only(problem, testing::random_counts(problem.mask.grid, 0.2, 7));
  const auto counts = problem.counts.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    prediction[i] = counts[i] != 0 ? prediction[i] : NAN;
  }
  return problem;
}

/// Sums, maps, norms and strided planes of a loss; holds the maps against the CPU.
void run_all_of(Driver& driver, std::string_view id, const Problem& problem) {
  const auto cpu = make_cpu_driver();
  const auto field = [&](const FieldRequest& request, const Problem& of) { return driver.field(request, of); };
  const Loss& loss = *driver.loss(id);
  const Maps found = evaluate_on(driver, loss, loss.defaults(), problem);
  const Maps expected = evaluate_on(*cpu, *cpu->loss(id), loss.defaults(), problem);
  EXPECT_LT(worst_difference(found.gradient_logit, expected.gradient_logit), kRounding) << id;
  EXPECT_LT(worst_difference(found.drop, expected.drop, largest_of(expected.contribution)), kRounding) << id;
  const Evaluation of = evaluate(loss, loss.defaults(), problem, field);
  EXPECT_TRUE(driver.map_norm(of, MapKind::contribution, {}).has_value()) << id;
  const PlaneLayout layout = plane_layout(problem.mask.grid, {0, 7});
  std::vector<float> contribution(static_cast<std::size_t>(layout.width * layout.height)), drop(contribution.size());
  const MapKind kinds[]{MapKind::contribution, MapKind::counterfactual};
  const std::span<float> out[]{contribution, drop};
  loss.map_plane(of.parameters, of.problem, of.fields, of.reduction, {0, 7}, kinds, out);
  EXPECT_EQ(contribution.front(), found.contribution[static_cast<std::size_t>(layout.begin)]) << id;
}

void run_fields(Driver& driver, const Problem& problem, const std::vector<FieldRequest>& requests) {
  const auto cpu = make_cpu_driver();
  for (const FieldRequest& request : requests) {
    const FieldPtr found = driver.field(request, problem);
    const auto map = driver.field_map(*found);
    const auto voxels = map.voxels<float>();
    const auto expected = cpu->field(request, problem)->map.voxels<float>();
    EXPECT_LT(worst_difference({voxels.begin(), voxels.end()}, {expected.begin(), expected.end()}), kRounding)
        << static_cast<int>(request.kind);
    const PlaneLayout layout = plane_layout(problem.mask.grid, {1, 0});
    std::vector<float> plane(static_cast<std::size_t>(layout.width * layout.height));
    driver.field_plane(*found, {1, 0}, plane);
    EXPECT_EQ(plane.front(), voxels[0]) << static_cast<int>(request.kind);
  }
}

/// Every kernel there is, on problems that are small enough for compute-sanitizer, under which everything takes long.
void run_every_kernel(Driver& driver) {
  for (const auto kind : {PredictionKind::probability, PredictionKind::logit}) {
    for (const bool ignored : {false, true}) {
      SCOPED_TRACE(ignored ? "some voxels do not count" : "all voxels count");
      const Problem problem = small_problem(kind, ignored);
      for (const Loss* loss : all_losses()) {
        run_all_of(driver, loss->declaration().id, problem);
      }
      for (const char* id : kSums) {
        run_all_of(driver, id, problem);
      }
      run_fields(driver, problem, testing::all_field_requests());
    }
  }
  run_fields(driver, testing::random_problem({1, 66000, 1}, 3), {{FieldKind::mask_distance, {}}});
}

/// Notes which kernels are started.
class Noting final : public cuda::ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;
  void launch(int kernel, const void* arguments, std::int64_t blocks) override {
    launched.insert(kernel);
    ForwardingBackend::launch(kernel, arguments, blocks);
  }
  std::set<int> launched;
};

TEST(EveryKernel, IsRunByWhatTheSanitizersWatch) {
  const auto host = cuda::make_host_backend();
  const auto noting = std::make_shared<Noting>(host);
  run_every_kernel(*cuda::make_device_driver(noting));
  for (int kernel = 0; kernel < cuda::Kernels::kSize; ++kernel) {
    EXPECT_TRUE(noting->launched.contains(kernel)) << "kernel " << kernel << " of kernels.h was not started";
  }
  EXPECT_EQ(host->overruns(), 0);
}

/// For compute-sanitizer (resources/cuda/on_gpu.sh).
TEST(Gpu, EveryKernelOnceOnSmallProblems) {
  const CudaStatus status = query_cuda();
  if (!status.reason.empty()) {
    GTEST_SKIP() << "not run on a GPU: " << status.reason;
  }
  run_every_kernel(*make_cuda_driver(0));
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
