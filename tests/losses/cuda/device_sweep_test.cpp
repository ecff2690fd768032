// SPDX-License-Identifier: Apache-2.0
// How often the distance transform of the CUDA driver reads memory: as often for far voxels as for near ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "losses/drivers/cuda/distance_kernels.h"

namespace lossscope::cuda {
namespace {

/// One place of an array that counts how often it is read.
template <class T>
struct Cell {
  T* place;
  std::int64_t* reads;
  operator std::remove_const_t<T>() const {  // NOLINT(google-explicit-constructor): it stands for a number
    ++*reads;
    return *place;
  }
  const Cell& operator=(const T& value) const {
    *place = value;
    return *this;
  }
};

/// Every stride-th number of an array of n.
template <class T>
struct Counted {
  T* first;
  std::int64_t stride, n;
  std::int64_t* reads;
  Cell<T> operator[](int at) const {
    EXPECT_TRUE(at >= 0 && at < n) << at << " of " << n;
    return {first + at * stride, reads};
  }
  Counted operator+(std::int64_t by) const { return {first + by, stride, n, reads}; }
};

template <class Kernel, int... Phase>
void run_blocks(std::int64_t blocks, const typename Kernel::Arguments& arguments,
                std::integer_sequence<int, Phase...>) {
  for (std::int64_t block = 0; block < blocks; ++block) {
    typename Kernel::Shared shared;
    Nothing none;
    const auto phase = [&]<int P>(std::integral_constant<int, P>) {
      for (int thread = 0; thread < kThreads; ++thread) {
        Kernel::template run<P>({block, thread}, arguments, shared, none);
      }
    };
    (phase(std::integral_constant<int, Phase>{}), ...);
  }
}

struct Reads {
  std::int64_t rows = 0, sweeps = 0, outwards = 0;
};

/// What a search outwards from each voxel of a column would read, which was the transform before.
std::int64_t outwards(const float* column, std::int64_t stride, int n) {
  std::int64_t reads = 0;
  for (int j = 0; j < n; ++j) {
    float best = size_of(column[j * stride]);
    for (int r = 1; (r <= j || r < n - j) && static_cast<float>(r * r) < best; ++r) {
      for (const int other : {j - r, j + r}) {
        if (other >= 0 && other < n) {
          const float value = column[other * stride];
          best = std::min(best, (is_inside(value) == is_inside(column[j * stride]) ? size_of(value) : 0) +
                                    static_cast<float>(r * r));
          ++reads;
        }
      }
    }
  }
  return reads;
}

/// Reads of the transform of an n x n x n mask, with a spacing of 1.
Reads reads_of(int n, const std::function<bool(int, int, int)>& mask) {
  const std::int64_t voxels = std::int64_t{n} * n * n;
  std::vector<std::uint8_t> labels;
  for (std::int64_t i = 0; i < voxels; ++i) {
    labels.push_back(mask(static_cast<int>(i % n), static_cast<int>(i / n % n), static_cast<int>(i / n / n)) ? 1 : 0);
  }
  Reads reads;
  std::vector<float> in(labels.size()), out(labels.size());
  using Rows = RowScan<Counted<const std::uint8_t>, Counted<float>>;
  run_blocks<Rows>(std::int64_t{n} * n, {{labels.data(), 1, n, &reads.rows}, {in.data(), 1, n, &reads.rows}, n, 1.0},
                   std::make_integer_sequence<int, Rows::kPhases>{});
  std::vector<Parabola<std::uint16_t>> stack(static_cast<std::size_t>(n));
  for (std::int64_t stride = n; stride <= std::int64_t{n} * n; stride *= n) {
    for (std::int64_t i = 0; i < std::int64_t{n} * n; ++i) {
      const std::int64_t first = i / stride * stride * n + i % stride;
      const auto counted = [&](float* values) { return Counted<float>{values + first, stride, n, &reads.sweeps}; };
      const Counted<Parabola<std::uint16_t>> own{stack.data(), 1, n, &reads.sweeps};
      Column<std::uint16_t, Counted<float>, Counted<float>, Counted<Parabola<std::uint16_t>>> column{
          counted(in.data()), counted(out.data()), own, n, {1.0F, 1.0}};
      column.sweep();
      reads.outwards += outwards(in.data() + first, stride, n);
    }
    in.swap(out);
  }
  return reads;
}

TEST(DeviceSweep, ReadsOfAVoxelDoNotGrowWithTheDistance) {
  const auto ball = [](int n) {
    return [n](int i, int j, int k) {
      return std::hypot(i + 0.5 - n / 2.0, j + 0.5 - n / 2.0, k + 0.5 - n / 2.0) < n / 4.0;
    };
  };
  const auto empty_half = [](int n) {  // structures of 4 voxels in the lower half, nothing above
    return [n](int i, int j, int k) { return k < n / 2 && i / 4 % 3 == 0 && j / 4 % 3 == 0 && k / 4 % 3 == 0; };
  };
  const auto checkers = [](int) { return [](int i, int j, int k) { return (i + j + k) % 2 == 0; }; };
  const std::vector<std::pair<std::string, std::function<std::function<bool(int, int, int)>(int)>>> shapes{
      {"a ball", ball}, {"an empty half", empty_half}, {"single voxels", checkers}};
  for (const auto& [name, shape] : shapes) {
    std::vector<double> ours, outward;
    for (const int n : {24, 48, 96}) {
      const Reads reads = reads_of(n, shape(n));
      const double voxels = 1.0 * n * n * n;
      ours.push_back(static_cast<double>(reads.rows + reads.sweeps) / voxels);
      outward.push_back(static_cast<double>(reads.outwards) / voxels);
      std::printf("%s in %d^3: %.2f reads a voxel along rows, %.2f along the two other axes (outwards: %.1f)\n",
                  name.c_str(), n, static_cast<double>(reads.rows) / voxels, static_cast<double>(reads.sweeps) / voxels,
                  outward.back());
      EXPECT_LE(static_cast<double>(reads.rows), 5 * voxels)
          << "the mask twice, with a neighbour each, and what came of it";
      EXPECT_LE(static_cast<double>(reads.sweeps), 2 * 6 * voxels) << "each voxel twice, and each parabola once";
    }
    EXPECT_LT(ours[2], 1.1 * ours[0]) << name;
    if (name != "single voxels") {  // there is no distance to grow with
      EXPECT_GT(outward[2], 2 * outward[0]) << "what is counted does not see a distance at all";
    }
  }
}

}  // namespace
}  // namespace lossscope::cuda
