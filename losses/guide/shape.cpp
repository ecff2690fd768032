// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/shape.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "losses/parallel.h"

namespace lossscope {
namespace {

using Step = std::array<std::int64_t, 3>;

/// The steps to half of a voxel's neighbours: 13, or 4 within a slice.
std::vector<Step> directions(bool flat) {
  std::vector<Step> steps;
  for (std::int64_t k = 0; k <= (flat ? 0 : 1); ++k) {
    for (std::int64_t j = -1; j <= 1; ++j) {
      for (std::int64_t i = -1; i <= 1; ++i) {
        if (k > 0 || j > 0 || (j == 0 && i > 0)) {
          steps.push_back({i, j, k});
        }
      }
    }
  }
  return steps;
}

std::array<double, 3> in_mm(const Step& step, const Grid& grid) {
  return {static_cast<double>(step[0]) * grid.spacing[0], static_cast<double>(step[1]) * grid.spacing[1],
          static_cast<double>(step[2]) * grid.spacing[2]};
}

double length_of(const std::array<double, 3>& v) { return std::hypot(v[0], v[1], v[2]); }

/// The part of all directions that is nearest to each step, by looking along many evenly spread ones (a spiral).
std::vector<double> weights_of(const std::vector<Step>& steps, const Grid& grid, bool flat) {
  constexpr int kLooks = 20'000;
  const double golden = std::numbers::pi * (3 - std::sqrt(5.0));
  std::vector<double> weights(steps.size());
  for (int look = 0; look < kLooks; ++look) {
    const double z = flat ? 0 : 1 - (2.0 * look + 1) / kLooks;
    const double angle = flat ? std::numbers::pi * (look + 0.5) / kLooks : golden * look;
    const double around = std::sqrt(1 - z * z);
    const std::array<double, 3> line{around * std::cos(angle), around * std::sin(angle), z};
    std::size_t nearest = 0;
    double best = -1;
    for (std::size_t at = 0; at < steps.size(); ++at) {
      const auto v = in_mm(steps[at], grid);
      const double along = std::abs(v[0] * line[0] + v[1] * line[1] + v[2] * line[2]) / length_of(v);
      if (along > best) {
        best = along;
        nearest = at;
      }
    }
    weights[nearest] += 1.0 / kLooks;
  }
  return weights;
}

/// How often a step from a voxel of the slice `k` to another one that counts leaves or enters the mask.
std::int64_t crossings(std::span<const std::uint8_t> g, const std::uint8_t* counts, const Grid& grid, const Step& step,
                       std::int64_t k) {
  const auto [width, height, depth] = grid.size;
  if (k + step[2] >= depth) {
    return 0;
  }
  const std::int64_t ahead = step[0] + width * (step[1] + height * step[2]);
  const std::int64_t first = std::max<std::int64_t>(0, -step[0]), last = width - std::max<std::int64_t>(0, step[0]);
  std::int64_t count = 0;
  for (std::int64_t j = std::max<std::int64_t>(0, -step[1]); j < height - std::max<std::int64_t>(0, step[1]); ++j) {
    const std::uint8_t* row = g.data() + grid.offset(0, j, k);
    std::int32_t here = 0;
    if (counts != nullptr) {
      const std::uint8_t* counted = counts + grid.offset(0, j, k);
      for (std::int64_t i = first; i < last; ++i) {
        const bool both = counted[i] != 0 && counted[i + ahead] != 0;
        here += both && (row[i] != 0) != (row[i + ahead] != 0) ? 1 : 0;
      }
      count += here;
      continue;
    }
    for (std::int64_t i = first; i < last; ++i) {
      here += (row[i] != 0) != (row[i + ahead] != 0) ? 1 : 0;
    }
    count += here;
  }
  return count;
}

/// The larger two eigenvalues of a symmetric 3 x 3 matrix (xx, yy, zz, xy, xz, yz), by the trigonometric solution of
/// its cubic.
std::array<double, 2> larger_eigenvalues(const std::array<double, 6>& m) {
  const double mean = (m[0] + m[1] + m[2]) / 3;
  const double x = m[0] - mean, y = m[1] - mean, z = m[2] - mean;
  const double p = std::sqrt((x * x + y * y + z * z + 2 * (m[3] * m[3] + m[4] * m[4] + m[5] * m[5])) / 6);
  if (p <= 0) {
    return {mean, mean};
  }
  const double determinant =
      x * (y * z - m[5] * m[5]) - m[3] * (m[3] * z - m[5] * m[4]) + m[4] * (m[3] * m[5] - y * m[4]);
  const double angle = std::acos(std::clamp(determinant / (2 * p * p * p), -1.0, 1.0)) / 3;
  const double largest = mean + 2 * p * std::cos(angle);
  const double smallest = mean + 2 * p * std::cos(angle + 2 * std::numbers::pi / 3);
  return {largest, 3 * mean - largest - smallest};
}

/// The linearity of the mask around one of its voxels.
double linearity_at(const Volume& mask, const Step& centre, double radius) {
  constexpr double kSteps = 8;  // to each side: a coarser look at a wider surrounding
  const Grid& grid = mask.grid;
  const auto g = mask.voxels<std::uint8_t>();
  Step low{}, high{}, stride{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double reach = std::floor(radius / grid.spacing[axis]);
    stride[axis] = static_cast<std::int64_t>(std::max(1.0, std::ceil(reach / kSteps)));
    const auto steps = static_cast<std::int64_t>(reach) / stride[axis];
    low[axis] = centre[axis] - std::min(steps, centre[axis] / stride[axis]) * stride[axis];
    high[axis] = std::min(centre[axis] + steps * stride[axis], grid.size[axis] - 1);
  }
  double count = 0;
  std::array<double, 3> sum{};
  std::array<double, 6> products{};
  for (std::int64_t k = low[2]; k <= high[2]; k += stride[2]) {
    for (std::int64_t j = low[1]; j <= high[1]; j += stride[1]) {
      for (std::int64_t i = low[0]; i <= high[0]; i += stride[0]) {
        const auto v = in_mm({i - centre[0], j - centre[1], k - centre[2]}, grid);
        if (g[static_cast<std::size_t>(grid.offset(i, j, k))] == 0 || length_of(v) > radius) {
          continue;
        }
        count += 1;
        for (std::size_t axis = 0; axis < 3; ++axis) {
          sum[axis] += v[axis];
          products[axis] += v[axis] * v[axis];
        }
        products[3] += v[0] * v[1];
        products[4] += v[0] * v[2];
        products[5] += v[1] * v[2];
      }
    }
  }
  std::array<double, 6> variance{};
  constexpr std::array<std::array<std::size_t, 2>, 6> kPairs{{{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
  for (std::size_t at = 0; at < 6; ++at) {
    variance[at] = products[at] / count - sum[kPairs[at][0]] * sum[kPairs[at][1]] / (count * count);
  }
  const auto [a, b] = larger_eigenvalues(variance);
  return a > 0 ? (a - b) / a : 0;
}

}  // namespace

Grid flat_last(const Grid& grid) {
  Grid moved = grid;
  const auto flat = std::ranges::find(grid.size, 1);
  if (grid.size[2] == 1 || flat == grid.size.end()) {
    return moved;
  }
  const auto first = static_cast<std::size_t>(flat - grid.size.begin());
  for (std::size_t axis = first; axis < 2; ++axis) {
    std::swap(moved.size[axis], moved.size[axis + 1]);
    std::swap(moved.spacing[axis], moved.spacing[axis + 1]);
    for (std::size_t row = 0; row < 9; row += 3) {
      std::swap(moved.direction[row + axis], moved.direction[row + axis + 1]);
    }
  }
  return moved;
}

double surface_of(const Volume& mask, int threads, const std::stop_token& stop, const Volume& counts) {
  const Grid grid = flat_last(mask.grid);
  const bool flat = grid.size[2] == 1;
  const auto g = mask.voxels<std::uint8_t>();
  const std::uint8_t* counted = counts.empty() ? nullptr : counts.voxels<std::uint8_t>().data();
  const std::vector<Step> steps = directions(flat);
  const std::vector<double> weights = weights_of(steps, grid, flat);
  std::vector<std::atomic<std::int64_t>> found(steps.size());
  parallel_pieces(grid.size[2], 1, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; ++k) {
      for (std::size_t at = 0; at < steps.size(); ++at) {
        found[at] += crossings(g, counted, grid, steps[at], k);
      }
    }
  });
  // Lines that are d apart (in a plane), or one to an area of voxel / step (in space), see the surface's shadow twice.
  const double voxel = grid.spacing[0] * grid.spacing[1] * (flat ? 1 : grid.spacing[2]);
  double area = 0;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    area += weights[at] * static_cast<double>(found[at]) * voxel / length_of(in_mm(steps[at], grid));
  }
  return (flat ? std::numbers::pi / 2 : 2.0) * area;
}

double sphericity_of(double volume, double surface, bool flat) {
  if (surface <= 0) {
    return 0;
  }
  return flat ? 2 * std::sqrt(std::numbers::pi * volume) / surface
              : std::cbrt(36 * std::numbers::pi * volume * volume) / surface;
}

double linearity_of(const Volume& mask, const Components& components, double radius) {
  constexpr std::int64_t kSamples = 300;
  std::int64_t all = 0;
  for (const Run& run : components.runs) {
    all += run.length;
  }
  const std::int64_t every = std::max<std::int64_t>(1, all / kSamples);
  const auto& size = mask.grid.size;
  std::vector<double> found;
  std::int64_t next = every / 2, passed = 0;
  for (const Run& run : components.runs) {
    for (; next < passed + run.length; next += every) {
      const std::int64_t at = run.begin + next - passed;
      found.push_back(linearity_at(mask, {at % size[0], at / size[0] % size[1], at / size[0] / size[1]}, radius));
    }
    passed += run.length;
  }
  if (found.empty()) {
    return 0;
  }
  const auto middle = found.begin() + static_cast<std::ptrdiff_t>(found.size() / 2);
  std::nth_element(found.begin(), middle, found.end());
  return *middle;
}

}  // namespace lossscope
