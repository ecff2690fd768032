// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/distance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr float kFar = std::numeric_limits<float>::infinity();
constexpr std::int64_t kTile = 16;  // neighbouring lines that are copied together: one cache line of floats

/// Squared distance along one row to the nearest seed, by a sweep in each direction.
template <class IsSeed>
void row_distances(const std::uint8_t* row, float* squared, std::int64_t n, double h, IsSeed is_seed) {
  std::int64_t last = -1;
  for (std::int64_t i = 0; i < n; ++i) {
    last = is_seed(row[i]) ? i : last;
    const double d = h * static_cast<double>(i - last);
    squared[i] = last < 0 ? kFar : static_cast<float>(d * d);
  }
  last = -1;
  for (std::int64_t i = n - 1; i >= 0; --i) {
    last = is_seed(row[i]) ? i : last;
    const double d = h * static_cast<double>(last - i);
    squared[i] = last < 0 ? squared[i] : std::min(squared[i], static_cast<float>(d * d));
  }
}

/// The lower envelope of the parabolas f(j) + h^2 (i - j)^2 along one line (Felzenszwalb & Huttenlocher 2012).
class Envelope {
 public:
  explicit Envelope(std::int64_t n) : vertex_(n), height_(n), from_(n) {}

  /// Replaces `line` by its envelope; lines without a seed stay as they are.
  void apply(float* line, std::int64_t n, double h) {
    const double h2 = h * h;
    std::int64_t count = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      if (line[j] == kFar) {
        continue;
      }
      const double f = static_cast<double>(line[j]) + h2 * static_cast<double>(j) * static_cast<double>(j);
      double crossing = -std::numeric_limits<double>::infinity();
      while (count > 0) {
        crossing = (f - height_[count - 1]) / (2 * h2 * static_cast<double>(j - vertex_[count - 1]));
        if (crossing > from_[count - 1]) {
          break;
        }
        --count;
      }
      from_[count] = count > 0 ? crossing : -std::numeric_limits<double>::infinity();
      vertex_[count] = j;
      height_[count] = f;
      ++count;
    }
    if (count > 0) {
      evaluate(line, n, h2, count);
    }
  }

 private:
  void evaluate(float* line, std::int64_t n, double h2, std::int64_t count) const {
    std::int64_t k = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      while (k + 1 < count && from_[k + 1] < static_cast<double>(i)) {
        ++k;
      }
      const auto x = static_cast<double>(i);
      const auto v = static_cast<double>(vertex_[k]);
      const double at_vertex = height_[k] - h2 * v * v;
      line[i] = static_cast<float>(at_vertex + h2 * (x - v) * (x - v));
    }
  }

  std::vector<std::int64_t> vertex_;
  std::vector<double> height_, from_;
};

/// One pass along an axis with stride > 1: tiles of neighbouring lines are copied out, swept and copied back.
void sweep(float* data, const Grid& grid, int axis, double h, int threads, const std::stop_token& stop) {
  const std::int64_t n = grid.size[axis];
  if (n == 1) {
    return;
  }
  const std::int64_t width = grid.size[0];
  const std::int64_t stride = axis == 1 ? width : width * grid.size[1];
  const std::int64_t outer = axis == 1 ? grid.size[2] : grid.size[1];
  const std::int64_t outer_stride = axis == 1 ? width * grid.size[1] : width;
  parallel_pieces(outer, 1, threads, stop, [&](std::int64_t begin, std::int64_t) {
    Envelope envelope(n);
    std::vector<float> lines(static_cast<std::size_t>(n * kTile));
    for (std::int64_t i = 0; i < width; i += kTile) {
      const std::int64_t tile = std::min(kTile, width - i);
      float* corner = data + begin * outer_stride + i;
      for (std::int64_t j = 0; j < n; ++j) {
        for (std::int64_t t = 0; t < tile; ++t) {
          lines[t * n + j] = corner[j * stride + t];
        }
      }
      for (std::int64_t t = 0; t < tile; ++t) {
        envelope.apply(lines.data() + t * n, n, h);
      }
      for (std::int64_t j = 0; j < n; ++j) {
        for (std::int64_t t = 0; t < tile; ++t) {
          corner[j * stride + t] = lines[t * n + j];
        }
      }
    }
  });
}

template <class IsSeed>
Volume squared_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads,
                        const std::stop_token& stop, IsSeed is_seed) {
  Volume result = make_volume(mask.grid, VoxelType::float32);
  const auto seeds = mask.voxels<std::uint8_t>();
  const auto squared = result.voxels<float>();
  const std::int64_t width = mask.grid.size[0];
  const std::int64_t rows = mask.grid.voxels() / width;
  parallel_pieces(rows, 256, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      row_distances(seeds.data() + row * width, squared.data() + row * width, width, spacing[0], is_seed);
    }
  });
  sweep(squared.data(), mask.grid, 1, spacing[1], threads, stop);
  sweep(squared.data(), mask.grid, 2, spacing[2], threads, stop);
  return result;
}

}  // namespace

Volume distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads, std::stop_token stop) {
  Volume result = squared_distance(seeds, spacing, threads, stop, [](std::uint8_t v) { return v != 0; });
  for (float& value : result.voxels<float>()) {
    value = std::sqrt(value);
  }
  return result;
}

Volume signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads, std::stop_token stop) {
  Volume outside = squared_distance(mask, spacing, threads, stop, [](std::uint8_t v) { return v != 0; });
  const Volume inside = squared_distance(mask, spacing, threads, stop, [](std::uint8_t v) { return v == 0; });
  const auto labels = mask.voxels<std::uint8_t>();
  const auto in = inside.voxels<float>();
  const auto out = outside.voxels<float>();
  // With one class missing one of the two is infinite everywhere and the other 0: there is no boundary.
  const bool boundary = out[0] != kFar && in[0] != kFar;
  parallel_pieces(mask.grid.voxels(), 1 << 16, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const float d = labels[i] != 0 ? -std::sqrt(in[i]) : std::sqrt(out[i]);
      out[i] = boundary ? d : 0.0F;
    }
  });
  return outside;
}

}  // namespace lossscope
