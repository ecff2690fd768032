// SPDX-License-Identifier: Apache-2.0
// What the CUDA driver does when memory is short, when a device fails, and when volumes are walked through in pieces.
#include <gtest/gtest.h>

#include <dlfcn.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "basics/sanitized.h"
#include "losses/drivers/cuda.h"
#include "losses/drivers/cuda/context.h"
#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/forwarding_backend.h"
#include "losses/drivers/cuda/host_backend.h"
#include "losses/drivers/cuda/plugin.h"
#include "losses/outputs.h"
#include "tests/losses/cuda/device_testing.h"

namespace lossscope {
namespace {

constexpr std::array<std::int64_t, 3> kSize{40, 30, 20};
constexpr std::size_t kVoxels = 40 * 30 * 20;
constexpr std::size_t kCase = kVoxels * 5;  ///< bytes of a mask and a prediction

Evaluation evaluated(Driver& driver, const char* id, const Problem& problem) {
  const Loss& loss = *driver.loss(id);
  return evaluate(loss, loss.defaults(), problem,
                  [&](const FieldRequest& request, const Problem& of) { return driver.field(request, of); });
}

TEST(DeviceRoom, ForgetsWhatCanBeMadeAgainBeforeItGivesUp) {
  const auto backend = cuda::make_host_backend(cuda::ThreadOrder::forward, kCase + kCase / 2);
  const auto driver = cuda::make_device_driver(backend);
  const auto cpu = make_cpu_driver();
  const Problem first = testing::random_problem(kSize, 1), second = testing::random_problem(kSize, 2);
  for (const Problem* problem : {&first, &second, &first}) {  // both stay open, and only one has room
    const double expected = evaluated(*cpu, "dice", *problem).reduction.value;
    EXPECT_NEAR(evaluated(*driver, "dice", *problem).reduction.value, expected, 1e-6 * expected);
  }
  EXPECT_EQ(backend->trims(), 2);
  EXPECT_EQ(backend->uploaded_bytes(), 3 * kCase + 2 * kVoxels) << "a mask was there before the room ended, twice";
  EXPECT_THROW((void)evaluated(*driver, "cmssl", first), DeviceMemoryShort) << "this alone is too large";
}

TEST(DeviceRoom, GivesMemoryBackWhenItIsCleared) {
  const auto backend = cuda::make_host_backend();
  const auto driver = cuda::make_device_driver(backend);
  (void)evaluated(*driver, "hausdorff", testing::random_problem(kSize, 1));
  EXPECT_EQ(backend->trims(), 0) << "the next field needs as much";
  driver->clear();
  EXPECT_EQ(backend->trims(), 1);
}

TEST(DeviceRoom, GivesMemoryBackWhenADriverEndsBeforeItsFields) {
  const auto backend = cuda::make_host_backend();
  auto driver = cuda::make_device_driver(backend);
  const Problem problem = testing::random_problem(kSize, 1);
  const FieldPtr field = driver->field({FieldKind::mask_distance, {}}, problem);
  driver.reset();
  EXPECT_EQ(backend->trims(), 1);
  EXPECT_EQ(backend->live_bytes(), kVoxels * sizeof(float)) << "the field alone";
}

/// Fails at every launch.
class Failing final : public cuda::ForwardingBackend {
 public:
  Failing(std::shared_ptr<Backend> to, std::function<void()> fail)
      : ForwardingBackend(std::move(to)), fail_(std::move(fail)) {}
  void launch(int, const void*, std::int64_t) override { fail_(); }

 private:
  std::function<void()> fail_;
};

TEST(DeviceRoom, WhateverADeviceThrowsIsItsFailure) {
  const std::vector<std::pair<std::string, std::function<void()>>> faults{
      {"the bus is gone", [] { throw std::runtime_error("the bus is gone"); }},
      {"the computer's own memory", [] { throw std::bad_alloc(); }},
  };
  const Problem problem = testing::random_problem(kSize, 1);
  for (const auto& [text, fault] : faults) {
    const auto driver = cuda::make_device_driver(std::make_shared<Failing>(cuda::make_host_backend(), fault));
    try {
      (void)evaluated(*driver, "dice", problem);
      FAIL() << text;
    } catch (const DeviceFailure& failure) {
      EXPECT_NE(std::string(failure.what()).find(text), std::string::npos) << failure.what();
      EXPECT_TRUE(std::string(failure.what()).starts_with("host")) << "it begins with the device's name";
    }
  }
}

/// From the beginning, so that the limit below is one: nothing large that was freed is kept for what somebody asks for
/// next, and no thread has address space in reserve.
const bool kNothingIsKept = mallopt(M_MMAP_THRESHOLD, 1 << 20) == 1 && mallopt(M_ARENA_MAX, 1) == 1;

/// While it lives this process gets only a few megabytes more.
class LittleMemory {
 public:
  LittleMemory() {
    free_spare_outputs();
    (void)malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    rlim_t pages = 0;
    statm >> pages;
    (void)getrlimit(RLIMIT_AS, &before_);
    const rlimit little{pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (rlim_t{4} << 20), before_.rlim_max};
    (void)setrlimit(RLIMIT_AS, &little);
  }
  LittleMemory(const LittleMemory&) = delete;
  LittleMemory& operator=(const LittleMemory&) = delete;
  ~LittleMemory() { (void)setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};

TEST(DeviceRoom, ThatTheComputersOwnMemoryIsShortIsADeviceFailureToo) {
  if (kSanitized) {
    GTEST_SKIP() << "a sanitizer's build takes terabytes of address space";
  }
  ASSERT_TRUE(kNothingIsKept);
  const auto driver = cuda::make_device_driver(cuda::make_host_backend());
  const Problem problem = testing::random_problem({256, 128, 80}, 1);  // more than a stretch of a map
  const FieldPtr field = driver->field({FieldKind::mask_distance, {}}, problem);
  const Evaluation of = evaluated(*driver, "dice", problem);
  std::vector<float> piece(cuda::MapWindow::kWorthIt);
  const std::span<float> out(piece);
  const MapKind kind = MapKind::contribution;
  const std::vector<std::pair<const char*, std::function<void()>>> works{
      {"a field's map", [&] { (void)driver->field_map(*field); }}, {"a stretch of a map", [&] {
                                                                      of.map_range(0, {&kind, 1}, {&out, 1});
                                                                    }}};
  for (const auto& [name, work] : works) {
    std::string told = "nothing failed";
    {
      const LittleMemory little;
      try {
        work();
      } catch (const DeviceFailure& failure) {
        told = failure.what();
      } catch (const std::bad_alloc&) {
        told = "std::bad_alloc";
      }
    }
    EXPECT_NE(told.find("the computer's own memory"), std::string::npos) << name << ": " << told;
    EXPECT_NO_THROW(work()) << name << ", when there is memory again";
  }
}

TEST(DeviceRoom, AVolumeOfTooManyBlocksIsRefused) {
  const cuda::Context context(cuda::make_host_backend());
  EXPECT_THROW(context.each(std::int64_t{1} << 40, cuda::SignedRoot{nullptr}), DeviceFailure);
}

TEST(DeviceRoom, NormsStayOnTheDevice) {
  const auto backend = cuda::make_host_backend();
  const auto driver = cuda::make_device_driver(backend);
  const Problem problem = testing::random_problem(kSize, 3);
  for (const char* id : {"bce", "focal", "boundary", "dice+bce", "iou+focal+cmssl"}) {
    Evaluation of = evaluated(*driver, id, problem);
    double weight = 0.3;
    for (std::size_t i = 0; i < of.parameters.size(); ++i) {  // of a sum
      if (of.loss->parameters()[i].id.ends_with(".weight")) {
        of.parameters[i] = weight += 1.4;
      }
    }
    for (const auto kind :
         {MapKind::contribution, MapKind::gradient_probability, MapKind::gradient_logit, MapKind::counterfactual}) {
      std::vector<float> map(kVoxels);
      const std::span<float> out(map);
      of.map_volume({&kind, 1}, {&out, 1});
      const double squares = std::transform_reduce(map.begin(), map.end(), 0.0, std::plus<>(), [](float value) {
        return static_cast<double>(value) * static_cast<double>(value);
      });
      const std::size_t before = backend->downloaded_bytes();
      const auto norm = driver->map_norm(of, kind, {});
      ASSERT_TRUE(norm);
      EXPECT_NEAR(*norm, std::sqrt(squares), 1e-12 * std::sqrt(squares)) << id;
      EXPECT_LE(backend->downloaded_bytes() - before, 64U);
    }
  }
  const auto cpu = make_cpu_driver();
  for (const char* id : {"bce", "dice+bce"}) {
    EXPECT_FALSE(driver->map_norm(evaluated(*cpu, id, problem), MapKind::contribution, {}))
        << "it is not this device's";
  }
}

TEST(DeviceRoom, PiecesOfAMapComeFromOneDownload) {
  const auto backend = cuda::make_host_backend();
  const auto driver = cuda::make_device_driver(backend);
  Problem problem = testing::random_problem(kSize, 3);
  Evaluation of = evaluated(*driver, "focal", problem);
  const MapKind kinds[]{MapKind::contribution, MapKind::gradient_logit};
  const auto walk = [&] {
    std::vector<float> contribution(kVoxels), gradient(kVoxels);
    constexpr std::size_t kPiece = 6000;
    for (std::size_t begin = 0; begin < kVoxels; begin += kPiece) {
      const std::size_t n = std::min(kPiece, kVoxels - begin);
      const std::span<float> out[]{std::span(contribution).subspan(begin, n), std::span(gradient).subspan(begin, n)};
      of.map_range(static_cast<std::int64_t>(begin), kinds, out);
    }
    return std::pair(contribution, gradient);
  };
  const auto whole = [&] {
    std::vector<float> contribution(kVoxels), gradient(kVoxels);
    const std::span<float> out[]{contribution, gradient};
    of.map_volume(kinds, out);
    return std::pair(contribution, gradient);
  };
  const std::size_t before = backend->downloaded_bytes();
  EXPECT_EQ(walk(), whole());
  EXPECT_EQ(backend->downloaded_bytes() - before, 4 * kVoxels * sizeof(float)) << "once for each of the two";
  of.parameters[*of.loss->parameter("gamma")] = 3;  // what was kept is of other numbers, and then of another mask
  of.reduce();
  EXPECT_EQ(walk(), whole());
  of.problem.mask = testing::random_problem(kSize, 4).mask;
  EXPECT_EQ(walk(), whole());
}

/// Asks for the contribution of all voxels, 6000 at a time.
void walk_in_pieces(const Evaluation& of) {
  const MapKind kind = MapKind::contribution;
  std::vector<float> piece(6000);
  const std::span<float> out(piece);
  for (std::int64_t begin = 0; begin < static_cast<std::int64_t>(kVoxels); begin += 6000) {
    of.map_range(begin, {&kind, 1}, {&out, 1});
  }
}

TEST(DeviceRoom, PiecesOfAMapOfWhatIsNotANumberComeFromOneDownloadToo) {
  const auto backend = cuda::make_host_backend();
  const auto driver = cuda::make_device_driver(backend);
  Problem problem = testing::random_problem(kSize, 3);
  problem.prediction.voxels<float>()[7] = std::numeric_limits<float>::quiet_NaN();
  for (const char* id : {"bce", "dice"}) {
    const Evaluation of = evaluated(*driver, id, problem);
    ASSERT_TRUE(std::isnan(of.reduction.value)) << "the voxel counts";
    const std::size_t before = backend->downloaded_bytes();
    walk_in_pieces(of);
    EXPECT_EQ(backend->downloaded_bytes() - before, kVoxels * sizeof(float)) << id;
  }
}

TEST(DeviceRoom, PiecesOfASumComeFromOneDownloadOfEachPart) {
  const auto backend = cuda::make_host_backend();
  const auto driver = cuda::make_device_driver(backend);
  const Evaluation of = evaluated(*driver, "dice+bce", testing::random_problem(kSize, 3));
  const std::size_t before = backend->downloaded_bytes();
  walk_in_pieces(of);
  EXPECT_EQ(backend->downloaded_bytes() - before, 2 * kVoxels * sizeof(float));
}

TEST(CudaPlugin, ItsSignatureKnowsWhatBothSidesMustAgreeOn) {
  using cuda::Fold, cuda::KernelList, cuda::RowDistances, cuda::signature;
  const auto base = signature(KernelList<Fold, RowDistances>{}, "Fold, RowDistances", LossList<Bce, Dice>{}, "1.0");
  EXPECT_EQ(base, signature(KernelList<Fold, RowDistances>{}, "Fold, RowDistances", LossList<Bce, Dice>{}, "1.0"));
  EXPECT_NE(base, signature(KernelList<Fold, RowDistances>{}, "Fold, RowDistances", LossList<Bce, Dice>{}, "1.1"));
  EXPECT_NE(base, signature(KernelList<RowDistances, Fold>{}, "Fold, RowDistances", LossList<Bce, Dice>{}, "1.0"));
  EXPECT_NE(base, signature(KernelList<Fold>{}, "Fold, RowDistances", LossList<Bce, Dice>{}, "1.0"));
  EXPECT_NE(base, signature(KernelList<Fold, RowDistances>{}, "Fold, RowDistances", LossList<Dice, Bce>{}, "1.0"));
}

#define PLAIN cuda::Pointwise<cuda::Square>, cuda::Pointwise<cuda::ToFloat>
#define SWAPPED cuda::Pointwise<cuda::ToFloat>, cuda::Pointwise<cuda::Square>

/// Both take two addresses and a size.
TEST(CudaPlugin, ItsSignatureTellsKernelsOfOneShapeApart) {
  static_assert(sizeof(cuda::Square) == sizeof(cuda::ToFloat));
  const auto plain = cuda::signature(cuda::KernelList<PLAIN>{}, LOSSSCOPE_NAMES_OF(PLAIN), LossList<Bce>{}, "1.0");
  EXPECT_NE(plain, cuda::signature(cuda::KernelList<SWAPPED>{}, LOSSSCOPE_NAMES_OF(SWAPPED), LossList<Bce>{}, "1.0"));
  EXPECT_NE(cuda::kFieldKernelNames.find("Pointwise<ToFloat>"), std::string_view::npos);
  EXPECT_EQ(std::ranges::count(cuda::kFieldKernelNames, ',') + 1, cuda::FieldKernels::kSize) << "one name for each";
}

TEST(CudaPlugin, OneOfOtherSourcesDoesNotBelongHere) {
  cuda::Plugin plugin{cuda::kSignature, cuda::kKernelSources, nullptr, nullptr};
  EXPECT_TRUE(cuda::belongs_here(plugin));
  ++plugin.sources;  // a formula was edited
  EXPECT_FALSE(cuda::belongs_here(plugin));
  --plugin.sources;
  ++plugin.signature;
  EXPECT_FALSE(cuda::belongs_here(plugin));
}

/// Runs the plug-in's own code, as far as it goes without a GPU.
TEST(CudaPlugin, ThatOfThisBuildIsTakenAndItsFailuresAreDeviceFailures) {
  const auto file = std::filesystem::read_symlink("/proc/self/exe").parent_path() / cuda::kPluginFile;
  if (!std::filesystem::exists(file)) {
    GTEST_SKIP() << "the plug-in is not built here";
  }
  const CudaStatus status = query_cuda();
  EXPECT_FALSE(status.runtime.empty()) << "only the plug-in knows this: " << status.reason;
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  const auto entry = reinterpret_cast<cuda::PluginEntry>(dlsym(library, cuda::kPluginEntry));
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(cuda::belongs_here(*entry()));
  const int missing = static_cast<int>(status.devices.size());
  EXPECT_THROW((void)entry()->open(missing, {}, [](void*, const void*, std::size_t) {}), DeviceFailure);
}

}  // namespace
}  // namespace lossscope
