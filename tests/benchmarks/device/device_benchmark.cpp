// SPDX-License-Identifier: Apache-2.0
// Times the CUDA driver in one run: per loss the sums, and apart from them two maps (contribution, dL/dz), left on the
// GPU, each as a share of a copy within the GPU, and both against the CPU driver; and what an eager autograd gives,
// value and dL/dp, against LibTorch's on the same GPU. Timings are shown, never judged.
//   device_benchmark [--size I,J,K] [--rounds N] [--device cuda[:N]]
#include <cmath>
#include <cstdio>
#include <cstring>

#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/forwarding_backend.h"
#include "losses/parallel.h"
#include "tests/benchmarks/device/eager.h"
#include "tests/benchmarks/device/timing.h"

namespace lossscope::benchmarks {
namespace {

/// A GPU from which maps do not come back while `keep_maps` is set: what is timed are kernels, sums and launches. Its
/// memory stays with the pool, for a program that makes field after field does not give it back in between.
class KeepingBackend final : public cuda::ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;
  void download(void* host, const void* device, std::size_t bytes) override {
    constexpr std::size_t kSums = 1024;
    if (!keep_maps || bytes <= kSums) {
      ForwardingBackend::download(host, device, bytes);
    }
  }

  void trim() override {}

  bool keep_maps = false;
};

/// A ball, and a prediction of random numbers: no value is special to a kernel.
Problem random_ball(const Grid& grid) {
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), {}, {1, 1, 1}};
  const auto mask = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  const auto& size = grid.size;
  parallel_pieces(size[2], 1, 0, {}, [&](std::int64_t k, std::int64_t) {
    auto state = static_cast<std::uint32_t>(k + 1) * 2654435761U;
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i) {
        const auto away = [&](std::int64_t at, int axis) {
          return (static_cast<double>(at) + 0.5) / static_cast<double>(size[axis]) - 0.5;
        };
        const auto at = static_cast<std::size_t>(grid.offset(i, j, k));
        mask[at] = std::hypot(away(i, 0), away(j, 1), away(k, 2)) < 0.25 ? 1 : 0;
        state = state * 1664525U + 1013904223U;
        prediction[at] = (static_cast<float>(state >> 8) + 0.5F) / 16777216.0F;
      }
    }
  });
  return problem;
}

struct Options {
  Grid grid;
  int rounds = 5, device = 0;
};

Options parse(int argc, char** argv) {
  Options options;
  options.grid.size = {256, 256, 256};
  for (int i = 1; i + 1 < argc; i += 2) {
    auto& size = options.grid.size;
    long long x = 0, y = 0, z = 0;
    if (std::strcmp(argv[i], "--size") == 0 && std::sscanf(argv[i + 1], "%lld,%lld,%lld", &x, &y, &z) == 3) {
      size = {x, y, z};
    } else if (std::strcmp(argv[i], "--rounds") == 0) {
      options.rounds = std::max(1, std::atoi(argv[i + 1]));
    } else if (std::strcmp(argv[i], "--device") == 0) {
      options.device = device_index(argv[i + 1]);
    } else {
      throw std::invalid_argument("usage: device_benchmark [--size I,J,K] [--rounds N] [--device cuda[:N]]");
    }
  }
  return options;
}

/// Bytes per second, read and written, of a copy within the GPU as large as what a loss moves.
double copy_rate(cuda::Backend& gpu, std::int64_t voxels, int rounds) {
  const auto bytes = static_cast<std::size_t>(voxels) * 8;
  void* from = gpu.allocate(bytes);
  void* to = gpu.allocate(bytes);
  const double seconds = median_seconds(rounds, [&] {
    gpu.copy(to, from, bytes);
    gpu.synchronize();
  });
  gpu.release(from);
  gpu.release(to);
  return 2 * static_cast<double>(bytes) / seconds;
}

/// Median seconds of a loss on one device.
struct Seconds {
  double sums, maps, slope;  ///< slope: the map of dL/dp alone, on the GPU
  double value;              ///< of the loss
  [[nodiscard]] double both() const { return sums + maps; }
};

struct Bench {
  Options options;
  Problem problem;
  std::shared_ptr<KeepingBackend> gpu;
  std::unique_ptr<Driver> driver, cpu = make_cpu_driver();
  double rate = 0;

  Seconds evaluate(const Loss& loss, const std::vector<FieldPtr>& fields, std::vector<float>& c,
                   std::vector<float>& z) const {
    const auto parameters = loss.defaults();
    Reduction reduction;
    Seconds seconds{};
    seconds.sums = median_seconds(options.rounds, [&] { reduction = loss.reduce(parameters, problem, fields); });
    seconds.value = reduction.value;
    const auto map = [&](std::span<const MapKind> kinds, std::span<const std::span<float>> out) {
      return median_seconds(options.rounds, [&] {
        loss.map_volume(parameters, problem, fields, reduction, kinds, out);
        gpu->synchronize();
      });
    };
    const MapKind kinds[]{MapKind::contribution, MapKind::gradient_logit}, slope = MapKind::gradient_probability;
    const std::span<float> out[]{c, z};
    seconds.maps = map(kinds, out);
    seconds.slope = gpu->keep_maps ? map({&slope, 1}, {out, 1}) : 0;
    return seconds;
  }

  /// Seconds of a field whose volumes are on the GPU already.
  double field_seconds(const FieldRequest& request) const {
    std::vector<double> seconds;
    const Loss& any = *driver->loss("bce");
    for (int round = 0; round < 3; ++round) {
      driver->clear();
      (void)any.reduce(any.defaults(), problem, {});  // brings the volumes there
      const auto begin = std::chrono::steady_clock::now();
      (void)driver->field(request, problem);
      gpu->synchronize();
      seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return *std::ranges::min_element(seconds);
  }

  void row(const Loss& loss) {
    const std::string id(loss.declaration().id);
    double fields_seconds = 0;
    std::vector<FieldPtr> there, here;
    for (const FieldRequest& request : loss.fields(loss.defaults())) {
      fields_seconds += there.empty() || !(request == loss.fields(loss.defaults())[0]) ? field_seconds(request) : 0.0;
      gpu->keep_maps = false;
      there.push_back(driver->field(request, problem));
      here.push_back(std::make_shared<Field>(Field{driver->field_map(*there.back()), there.back()->scalars, {}}));
    }
    std::vector<float> c(static_cast<std::size_t>(problem.mask.grid.voxels())), z(c.size());
    const Seconds cpu_ = evaluate(loss, here, c, z);
    gpu->keep_maps = true;
    const Seconds gpu_ = evaluate(*driver->loss(id), there, c, z);
    gpu->keep_maps = false;
    // Read by both: mask, prediction, fields. Written: two maps.
    const double read = static_cast<double>(c.size()) * (5 + 4 * static_cast<double>(there.size()));
    const double moved = read + 8 * static_cast<double>(c.size());
    std::printf("%-15s %9.3f %8.3f %6.0f %% %8.3f %6.0f %% %9.2f %7.1fx %11.3f", id.c_str(), 1e3 * fields_seconds,
                1e3 * gpu_.sums, 100 * read / gpu_.sums / rate, 1e3 * gpu_.maps, 100 * moved / gpu_.maps / rate,
                1e3 * cpu_.both(), cpu_.both() / gpu_.both(), 1e3 * (gpu_.sums + gpu_.slope));
    print_eager(id, loss, here, gpu_.sums + gpu_.slope);
    std::printf(" %8.1e\n", std::abs(gpu_.value - cpu_.value) / std::max(std::abs(cpu_.value), 1e-12));
    std::fflush(stdout);
  }

  void print_eager(const std::string& id, const Loss& loss, const std::vector<FieldPtr>& fields, double ours) const {
    try {
      const auto eager = eager_seconds(options.device, id, loss.defaults(), problem, fields, options.rounds);
      eager ? std::printf(" %9.2f %7.1fx", 1e3 * *eager, *eager / ours) : std::printf(" %9s %8s", "-", "-");
    } catch (const std::exception&) {
      std::printf(" %9s %8s", "failed", "-");
    }
  }

  void run() {
    rate = copy_rate(*gpu, problem.mask.grid.voxels(), options.rounds);
    const auto& size = options.grid.size;
    std::printf("%s, %lld x %lld x %lld voxels, %d threads on the CPU, eager: %s\ncopy within the GPU: %.0f GB/s\n",
                driver->name().c_str(), static_cast<long long>(size[0]), static_cast<long long>(size[1]),
                static_cast<long long>(size[2]), resolve_threads(0), eager_description().c_str(), 1e-9 * rate);
    const FieldRequest distance{FieldKind::mask_distance, {}};
    const double here = median_seconds(1, [&] {
      const auto fresh = make_cpu_driver();
      (void)fresh->field(distance, problem);
    });
    std::printf("signed distance transform: GPU %.2f ms, CPU %.0f ms\n\n", 1e3 * field_seconds(distance), 1e3 * here);
    std::printf("%-15s %9s %8s %8s %8s %8s %9s %8s %11s %9s %8s %8s\n", "loss", "fields ms", "sums ms", "of copy",
                "maps ms", "of copy", "CPU ms", "CPU/GPU", "L, dL/dp ms", "eager ms", "eager/x", "differs");
    for (const Loss* loss : all_losses()) {
      row(*loss);
    }
  }
};

}  // namespace
}  // namespace lossscope::benchmarks

int main(int argc, char** argv) {
  using namespace lossscope;
  try {
    const auto options = benchmarks::parse(argc, argv);
    const auto gpu = std::make_shared<benchmarks::KeepingBackend>(cuda::open_backend(options.device));
    benchmarks::Bench{options, benchmarks::random_ball(options.grid), gpu, cuda::make_device_driver(gpu)}.run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "device_benchmark: %s\n", error.what());
    return 1;
  }
}
