// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/distance.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kColumns = 4096;  // done together: their steps fit the first-level cache

/// How the slices are cut into pieces: short enough for a byte to count the steps inside one, and few, because each end
/// of a piece needs a slice of 32-bit steps.
struct Pieces {
  std::int64_t depth, length;
  explicit Pieces(std::int64_t slices) : depth(slices), length(std::clamp<std::int64_t>(slices / 32, 4, 254)) {}
  [[nodiscard]] std::int64_t count() const { return (depth + length - 1) / length; }
  [[nodiscard]] std::int64_t begin(std::int64_t piece) const { return piece * length; }
  [[nodiscard]] std::int64_t end(std::int64_t piece) const { return std::min(depth, begin(piece + 1)); }
};

/// How far along k the other class is from the two ends of each piece, so that pieces need not wait for each other.
class EndSteps {
 public:
  EndSteps(const std::uint8_t* labels, std::int64_t slice, const Pieces& pieces, int threads,
           const std::stop_token& stop)
      : slice_(slice), behind_(numbers(slice * pieces.count())), ahead_(numbers(slice * pieces.count())) {
    parallel_pieces(slice, kColumns, threads, stop, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t n = end - begin;
      const auto& kernels = cpu_kernels().distance;
      std::vector<std::int32_t> steps(static_cast<std::size_t>(n), kNoStep);
      for (std::int64_t k = 0, piece = 0; piece < pieces.count(); ++k) {
        if (k > 0) {
          kernels.count(labels + k * slice + begin, labels + (k - 1) * slice + begin, n, steps.data());
        }
        if (k == pieces.begin(piece)) {
          std::ranges::copy(steps, &behind_[piece++ * slice + begin]);
        }
      }
      std::ranges::fill(steps, kNoStep);
      for (std::int64_t k = pieces.depth - 1, piece = pieces.count() - 1; piece >= 0; --k) {
        if (k < pieces.depth - 1) {
          kernels.count(labels + k * slice + begin, labels + (k + 1) * slice + begin, n, steps.data());
        }
        if (k == pieces.end(piece) - 1) {
          std::ranges::copy(steps, &ahead_[piece-- * slice + begin]);
        }
      }
    });
  }

  /// Steps to the other class from the first slice of a piece backwards, and from its last slice forwards.
  [[nodiscard]] const std::int32_t* behind(std::int64_t piece) const { return &behind_[piece * slice_]; }
  [[nodiscard]] const std::int32_t* ahead(std::int64_t piece) const { return &ahead_[piece * slice_]; }

 private:
  static std::unique_ptr<std::int32_t[]> numbers(std::int64_t count) {
    return std::make_unique_for_overwrite<std::int32_t[]>(static_cast<std::size_t>(count));
  }
  std::int64_t slice_;
  std::unique_ptr<std::int32_t[]> behind_, ahead_;
};

/// Sweeps lines along an axis, kDistanceLanes neighbours at a time.
class Sweeper {
 public:
  explicit Sweeper(const DistanceAxis& axis)
      : axis_(axis), scratch_(static_cast<std::size_t>(2 * axis.n)), squares_(static_cast<std::size_t>(axis.n)) {}

  void sweep(float* corner, int lanes, bool last) {
    cpu_kernels().distance.sweep(corner, axis_, lanes, last, scratch_.data(), squares_.data());
  }

 private:
  DistanceAxis axis_;
  std::vector<DistanceLanes> scratch_;
  std::vector<float> squares_;
};

/// From squared distances along k to distances, within one slice.
class SliceSweeper {
 public:
  SliceSweeper(const Grid& grid, const std::array<double, 3>& spacing)
      : width_(grid.size[0]),
        height_(grid.size[1]),
        columns_({height_, width_, spacing[1]}),
        rows_({width_, kDistanceLanes, spacing[0]}),
        turned_(static_cast<std::size_t>(width_)) {}

  void sweep(float* slice) {
    for (std::int64_t i = 0; i < width_; i += kDistanceLanes) {
      columns_.sweep(slice + i, lanes(width_ - i), false);
    }
    const auto& kernels = cpu_kernels().distance;
    for (std::int64_t j = 0; j < height_; j += kDistanceLanes) {
      float* const rows = slice + j * width_;
      kernels.turn(rows, width_, lanes(height_ - j), width_, turned_.data());
      rows_.sweep(turned_.front().lane, lanes(height_ - j), true);
      kernels.turn_back(turned_.data(), width_, lanes(height_ - j), width_, rows);
    }
  }

 private:
  static int lanes(std::int64_t left) { return static_cast<int>(std::min<std::int64_t>(kDistanceLanes, left)); }
  std::int64_t width_, height_;
  Sweeper columns_, rows_;
  std::vector<DistanceLanes> turned_;
};

/// What a transform is asked for.
struct Wanted {
  bool two_sided = true;         ///< off: 0 where the label is not 0
  float* volume = nullptr;       ///< where the slices go; without it each is gone once it was visited
  DistanceSliceVisitor visit{};  ///< may be empty
};

/// Computes the slices of one piece, in order.
void transform_piece(const Volume& labels, const std::array<double, 3>& spacing, const Pieces& pieces,
                     std::int64_t piece, const EndSteps& ends, const Wanted& wanted, const std::stop_token& stop) {
  const auto& kernels = cpu_kernels().distance;
  const std::int64_t begin = pieces.begin(piece), end = pieces.end(piece);
  const std::int64_t n = labels.grid.size[0] * labels.grid.size[1];
  const std::uint8_t* in = labels.voxels<std::uint8_t>().data();
  const auto size = static_cast<std::size_t>(n);
  std::vector<std::uint8_t> ahead(size * static_cast<std::size_t>(end - begin), kBeyondSteps);
  for (std::int64_t k = end - 2; k >= begin; --k) {
    std::uint8_t* steps = ahead.data() + (k - begin) * n;
    kernels.count_bytes(in + k * n, in + (k + 1) * n, n, steps + n, steps);
  }
  std::vector<std::int32_t> behind(ends.behind(piece), ends.behind(piece) + n);
  std::vector<float> own(wanted.volume == nullptr ? size : 0);
  SliceSweeper sweeper(labels.grid, spacing);
  for (std::int64_t k = begin; k < end; ++k) {
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    if (k > begin) {
      kernels.count(in + k * n, in + (k - 1) * n, n, behind.data());
    }
    float* const slice = wanted.volume == nullptr ? own.data() : wanted.volume + k * n;
    const DepthSteps steps{behind.data(), ahead.data() + (k - begin) * n, ends.ahead(piece),
                           static_cast<std::int32_t>(end - 1 - k)};
    kernels.depth(in + k * n, steps, n, spacing[2], wanted.two_sided, slice);
    sweeper.sweep(slice);
    if (wanted.two_sided && std::isinf(slice[0])) {  // a class is missing: every voxel is infinitely far from it
      std::fill_n(slice, n, 0.0F);
    }
    if (wanted.visit) {
      wanted.visit(k, {slice, size});
    }
  }
}

void transform(const Volume& labels, const std::array<double, 3>& spacing, const Wanted& wanted, int threads,
               const std::stop_token& stop) {
  const Pieces pieces(labels.grid.size[2]);
  const EndSteps ends(labels.voxels<std::uint8_t>().data(), labels.grid.size[0] * labels.grid.size[1], pieces, threads,
                      stop);
  parallel_pieces(pieces.count(), 1, threads, stop, [&](std::int64_t piece, std::int64_t) {
    transform_piece(labels, spacing, pieces, piece, ends, wanted, stop);
  });
}

Volume whole(const Volume& labels, const std::array<double, 3>& spacing, bool two_sided, int threads,
             const std::stop_token& stop) {
  Volume result = make_volume(labels.grid, VoxelType::float32);
  transform(labels, spacing, {two_sided, result.voxels<float>().data(), {}}, threads, stop);
  return result;
}

}  // namespace

Volume distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads, std::stop_token stop) {
  return whole(seeds, spacing, false, threads, stop);
}

Volume signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads, std::stop_token stop) {
  return whole(mask, spacing, true, threads, stop);
}

void visit_distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads,
                       const std::stop_token& stop, const DistanceSliceVisitor& visit) {
  transform(seeds, spacing, {false, nullptr, visit}, threads, stop);
}

void visit_signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads,
                           const std::stop_token& stop, const DistanceSliceVisitor& visit) {
  transform(mask, spacing, {true, nullptr, visit}, threads, stop);
}

}  // namespace lossscope
