// SPDX-License-Identifier: Apache-2.0
// Our two-sided distance transform beside ITK's SignedMaurer, in turn, on two threads each: the counter `itk_ratio` is
// how many times longer ITK takes.
#include <benchmark/benchmark.h>
#include <itkImage.h>
#include <itkMultiThreaderBase.h>
#include <itkSignedMaurerDistanceMapImageFilter.h>

#include <algorithm>
#include <chrono>

#include "app/models/benchmark_problem.h"
#include "losses/fields/distance.h"

namespace lossscope {
namespace {

constexpr int kThreads = 2;
using Image = itk::Image<unsigned char, 3>;
using Filter = itk::SignedMaurerDistanceMapImageFilter<Image, itk::Image<float, 3>>;

Image::Pointer image_of(const Volume& mask) {
  const auto& size = mask.grid.size;
  auto image = Image::New();
  image->SetRegions(Image::SizeType{static_cast<unsigned long>(size[0]), static_cast<unsigned long>(size[1]),
                                    static_cast<unsigned long>(size[2])});
  image->Allocate();
  std::ranges::copy(mask.voxels<std::uint8_t>(), image->GetBufferPointer());
  return image;
}

template <class Work>
double seconds_of(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void two_sided_distance(benchmark::State& state) {
  const Volume mask =
      benchmark_problem({state.range(0), state.range(1), state.range(2)}, PredictionKind::probability).mask;
  const auto image = image_of(mask);
  itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(kThreads);
  double ours = 0, itk = 0;
  for (auto _ : state) {
    const double s = seconds_of([&] { benchmark::DoNotOptimize(signed_distance(mask, {1, 1, 1}, kThreads)); });
    itk += seconds_of([&] {
      auto filter = Filter::New();
      filter->SetInput(image);
      filter->SquaredDistanceOff();
      filter->Update();
    });
    ours += s;
    state.SetIterationTime(s);
  }
  state.counters["itk_ratio"] = itk / ours;
}
BENCHMARK(two_sided_distance)
    ->Args({181, 217, 181})
    ->Args({256, 256, 256})
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(9);

}  // namespace
}  // namespace lossscope
