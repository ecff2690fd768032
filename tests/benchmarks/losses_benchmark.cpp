// SPDX-License-Identifier: Apache-2.0
// Each loss on a volume of the sample head's size, beside a copy of the bytes that must move at least.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "losses/fields/distance.h"
#include "losses/predictions/degrade.h"

namespace lossscope {
namespace {

Problem make_problem() {
  const Grid grid{{181, 217, 181}, {1, 1, 1}};
  Problem problem;
  problem.mask = make_volume(grid, VoxelType::uint8);
  std::size_t at = 0;
  for (int k = 0; k < 181; ++k) {
    for (int j = 0; j < 217; ++j) {
      for (int i = 0; i < 181; ++i) {
        const double r = std::hypot((i - 90) / 68.0, (j - 108) / 85.0, (k - 80) / 62.0);
        problem.mask.voxels<std::uint8_t>()[at++] = r < 1 + 0.03 * std::sin(i * 0.5) * std::cos(j * 0.4) ? 1 : 0;
      }
    }
  }
  Degradation degradation;
  degradation.shift = {3, 0, 0};
  degradation.dilate = 2;
  degradation.soften = 1;
  problem.prediction = Degrader(problem.mask).volume(degradation);
  return problem;
}

const Problem& problem() {
  static const Problem made = make_problem();
  return made;
}

std::vector<FieldPtr> fields_of(const Loss& loss, const std::vector<double>& parameters) {
  static FieldCache cache;
  std::vector<FieldPtr> fields;
  for (const FieldRequest& request : loss.fields(parameters)) {
    fields.push_back(cache.get(request, problem()));
  }
  return fields;
}

void evaluate(benchmark::State& state, const Loss& loss) {
  const auto parameters = loss.defaults();
  const auto fields = fields_of(loss, parameters);
  const auto n = static_cast<std::size_t>(problem().mask.grid.voxels());
  std::vector<float> contribution(n), gradient(n);
  const std::array kinds{MapKind::contribution, MapKind::gradient_probability};
  const std::array<std::span<float>, 2> out{contribution, gradient};
  for (auto _ : state) {
    benchmark::DoNotOptimize(loss.evaluate(parameters, problem(), fields, kinds, out));
    benchmark::ClobberMemory();
  }
}

void three_planes(benchmark::State& state, const Loss& loss) {
  const auto parameters = loss.defaults();
  const auto fields = fields_of(loss, parameters);
  const Reduction reduction = loss.reduce(parameters, problem(), fields);
  const auto& size = problem().mask.grid.size;
  std::vector<float> map(static_cast<std::size_t>(size[1] * std::max(size[0], size[2])));
  const std::array kinds{MapKind::contribution};
  for (auto _ : state) {
    const Reduction again = loss.finish(parameters, problem(), fields, reduction);
    for (int axis = 0; axis < 3; ++axis) {
      const auto pixels = static_cast<std::size_t>(problem().mask.grid.voxels() / size[axis]);
      const std::array<std::span<float>, 1> out{std::span(map).first(pixels)};
      loss.map_plane(parameters, problem(), fields, again, {axis, size[axis] / 2}, kinds, out);
    }
    benchmark::ClobberMemory();
  }
}

void copy_of_the_bytes(benchmark::State& state) {  // mask and prediction read, two maps written: 13 bytes in all
  const auto n = static_cast<std::size_t>(problem().mask.grid.voxels());
  std::vector<char> from(13 * n / 2), to(13 * n / 2);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), to.size());
    benchmark::ClobberMemory();
  }
}

void two_sided_distance(benchmark::State& state) {
  for (auto _ : state) {
    FieldCache cache;
    benchmark::DoNotOptimize(cache.get({FieldKind::mask_distance, {}}, problem()));
  }
}

const bool registered = [] {
  for (const Loss* loss : all_losses()) {
    const std::string id(loss->declaration().id);
    benchmark::RegisterBenchmark(("value_and_both_maps/" + id).c_str(), evaluate, std::ref(*loss))
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
    benchmark::RegisterBenchmark(("three_planes/" + id).c_str(), three_planes, std::ref(*loss))
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
  benchmark::RegisterBenchmark("copy_of_the_bytes", copy_of_the_bytes)->Unit(benchmark::kMillisecond)->UseRealTime();
  benchmark::RegisterBenchmark("two_sided_distance", two_sided_distance)->Unit(benchmark::kMillisecond)->UseRealTime();
  return true;
}();

}  // namespace
}  // namespace lossscope
