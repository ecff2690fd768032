// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/distance.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "losses/drivers/cpu_kernels.h"
#include "losses/outputs.h"
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

/// The slices of one piece, from its first to its last.
class PieceSlices {
 public:
  PieceSlices(const Volume& labels, const std::array<double, 3>& spacing, const Pieces& pieces, std::int64_t piece,
              const EndSteps& ends, bool two_sided)
      : in_(labels.voxels<std::uint8_t>().data()),
        n_(labels.grid.size[0] * labels.grid.size[1]),
        begin_(pieces.begin(piece)),
        end_(pieces.end(piece)),
        depth_(spacing[2]),
        two_sided_(two_sided),
        ahead_(static_cast<std::size_t>(n_ * (end_ - begin_)), kBeyondSteps),
        behind_(ends.behind(piece), ends.behind(piece) + n_),
        beyond_(ends.ahead(piece)),
        sweeper_(labels.grid, spacing) {
    for (std::int64_t k = end_ - 2; k >= begin_; --k) {
      std::uint8_t* steps = ahead_.data() + (k - begin_) * n_;
      kernels_.count_bytes(in_ + k * n_, in_ + (k + 1) * n_, n_, steps + n_, steps);
    }
  }

  /// Computes slice k, the one after that of the call before.
  void next(std::int64_t k, float* slice) {
    if (k > begin_) {
      kernels_.count(in_ + k * n_, in_ + (k - 1) * n_, n_, behind_.data());
    }
    const DepthSteps steps{behind_.data(), ahead_.data() + (k - begin_) * n_, beyond_,
                           static_cast<std::int32_t>(end_ - 1 - k)};
    kernels_.depth(in_ + k * n_, steps, n_, depth_, two_sided_, slice);
    sweeper_.sweep(slice);
  }

 private:
  const DistanceKernels& kernels_ = cpu_kernels().distance;
  const std::uint8_t* in_;
  std::int64_t n_, begin_, end_;
  double depth_;
  bool two_sided_;
  std::vector<std::uint8_t> ahead_;
  std::vector<std::int32_t> behind_;
  const std::int32_t* beyond_;
  SliceSweeper sweeper_;
};

/// Computes the slices of one piece, in order; `slice_at(k, out)` does one.
template <class SliceAt>
void fill_piece(const Grid& grid, const Pieces& pieces, std::int64_t piece, const Wanted& wanted,
                const std::stop_token& stop, SliceAt slice_at) {
  const auto n = static_cast<std::size_t>(grid.size[0] * grid.size[1]);
  std::vector<float> own(wanted.volume == nullptr ? n : 0);
  for (std::int64_t k = pieces.begin(piece); k < pieces.end(piece); ++k) {
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    float* const slice = wanted.volume == nullptr ? own.data() : wanted.volume + k * static_cast<std::int64_t>(n);
    slice_at(k, slice);
    if (wanted.visit) {
      wanted.visit(k, {slice, n});
    }
  }
}

/// Two classes in one pass: each is what the other one is measured to.
void transform(const Volume& labels, const std::array<double, 3>& spacing, const Wanted& wanted, int threads,
               const std::stop_token& stop) {
  const Pieces pieces(labels.grid.size[2]);
  const std::int64_t n = labels.grid.size[0] * labels.grid.size[1];
  const EndSteps ends(labels.voxels<std::uint8_t>().data(), n, pieces, threads, stop);
  parallel_pieces(pieces.count(), 1, threads, stop, [&](std::int64_t piece, std::int64_t) {
    PieceSlices slices(labels, spacing, pieces, piece, ends, wanted.two_sided);
    fill_piece(labels.grid, pieces, piece, wanted, stop, [&](std::int64_t k, float* slice) {
      slices.next(k, slice);
      if (wanted.two_sided && std::isinf(slice[0])) {  // a class is missing: every voxel is infinitely far from it
        std::fill_n(slice, n, 0.0F);
      }
    });
  });
}

/// Signed distances where some voxels are of neither class: each class is measured to by itself.
void transform_counted(const Volume& mask, const Volume& counts, const std::array<double, 3>& spacing,
                       const Wanted& wanted, int threads, const std::stop_token& stop) {
  const Pieces pieces(mask.grid.size[2]);
  const std::int64_t n = mask.grid.size[0] * mask.grid.size[1];
  const Volume background = make_output(mask.grid, VoxelType::uint8);
  const std::uint8_t *in_mask = mask.voxels<std::uint8_t>().data(), *counted = counts.voxels<std::uint8_t>().data();
  std::uint8_t* in_background = background.voxels<std::uint8_t>().data();
  std::transform(in_mask, in_mask + mask.grid.voxels(), counted, in_background,
                 [](std::uint8_t g, std::uint8_t c) { return std::uint8_t{g == 0 && c != 0}; });
  const EndSteps to_mask(in_mask, n, pieces, threads, stop), to_background(in_background, n, pieces, threads, stop);
  parallel_pieces(pieces.count(), 1, threads, stop, [&](std::int64_t piece, std::int64_t) {
    PieceSlices outside(mask, spacing, pieces, piece, to_mask, false);
    PieceSlices inside(background, spacing, pieces, piece, to_background, false);
    std::vector<float> depth(static_cast<std::size_t>(n));
    fill_piece(mask.grid, pieces, piece, wanted, stop, [&](std::int64_t k, float* slice) {
      outside.next(k, slice);
      inside.next(k, depth.data());
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t at = k * n + i;
        const float distance = in_mask[at] != 0 ? -depth[static_cast<std::size_t>(i)] : slice[i];
        slice[i] = counted[at] == 0 || std::isinf(distance) ? 0.0F : distance;  // infinite: the class is missing
      }
    });
  });
}

void transform_signed(const Volume& mask, const Volume& counts, const std::array<double, 3>& spacing,
                      const Wanted& wanted, int threads, const std::stop_token& stop) {
  counts.empty() ? transform(mask, spacing, wanted, threads, stop)
                 : transform_counted(mask, counts, spacing, wanted, threads, stop);
}

}  // namespace

Volume distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads, std::stop_token stop) {
  Volume result = make_output(seeds.grid, VoxelType::float32);
  transform(seeds, spacing, {false, result.voxels<float>().data(), {}}, threads, stop);
  return result;
}

Volume signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads, std::stop_token stop,
                       const Volume& counts) {
  Volume result = make_output(mask.grid, VoxelType::float32);
  transform_signed(mask, counts, spacing, {true, result.voxels<float>().data(), {}}, threads, stop);
  return result;
}

void visit_distance_to(const Volume& seeds, const std::array<double, 3>& spacing, int threads,
                       const std::stop_token& stop, const DistanceSliceVisitor& visit) {
  transform(seeds, spacing, {false, nullptr, visit}, threads, stop);
}

void visit_signed_distance(const Volume& mask, const std::array<double, 3>& spacing, int threads,
                           const std::stop_token& stop, const DistanceSliceVisitor& visit, const Volume& counts) {
  transform_signed(mask, counts, spacing, {true, nullptr, visit}, threads, stop);
}

}  // namespace lossscope
