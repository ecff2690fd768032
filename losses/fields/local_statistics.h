// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "losses/grid.h"

namespace lossscope {

/// The width of a window in voxels: even numbers count as the next odd one.
[[nodiscard]] constexpr int odd_width(double width) { return 2 * (static_cast<int>(width) / 2) + 1; }

/// What is done with a window: the weighted local mean, or its adjoint (what a change of each mean does to a voxel).
enum class WindowSum : std::uint8_t { mean, adjoint };

/// A separable Gaussian window, cut at half its width; axes of one voxel are left alone. At the border the weights that
/// fall outside are either made up for (renormalised) or count as zeros.
class LocalWindow {
 public:
  LocalWindow(const Grid& grid, int width, double sigma, bool renormalise);

  [[nodiscard]] const std::vector<double>& weights() const { return weights_; }
  /// The share of the weights that lies inside the volume, for each place along an axis.
  [[nodiscard]] const std::vector<double>& kept(int axis) const { return kept_[axis]; }
  [[nodiscard]] bool renormalises() const { return renormalise_; }
  [[nodiscard]] const Grid& grid() const { return grid_; }
  /// Voxels on either side that enter, along an axis.
  [[nodiscard]] int reach(int axis) const { return grid_.size[axis] > 1 ? static_cast<int>(weights_.size() / 2) : 0; }
  /// What the voxel `offset` further along an axis has for the sum at `at`; both lie inside.
  [[nodiscard]] double weight(WindowSum sum, int axis, std::int64_t at, int offset) const;

 private:
  Grid grid_;
  std::vector<double> weights_;  ///< sums to 1
  bool renormalise_;
  std::array<std::vector<double>, 3> kept_;
};

/// From `first` to before `last`.
struct Range {
  std::int64_t first, last;
  [[nodiscard]] std::int64_t count() const { return last - first; }
};
/// So much more on both sides, as far as there are `n`.
[[nodiscard]] Range widened(const Range& range, std::int64_t by, std::int64_t n);

/// Some rows of a slice in float64, between zeros: a window may reach beyond either end of a row.
class RowBlock {
 public:
  RowBlock(const Range& rows, const LocalWindow& window);
  [[nodiscard]] double* row(std::int64_t j) { return values_.data() + (j - first_) * pitch_ + margin_; }
  [[nodiscard]] const double* row(std::int64_t j) const { return values_.data() + (j - first_) * pitch_ + margin_; }

 private:
  std::int64_t first_, margin_, pitch_;
  std::vector<double> values_;
};

/// Windowed sums of some rows of all slices, one slice after the other: no more is kept of a volume than the slices
/// that the window reaches. Each sum is added in the same order, whatever rows it is computed with.
class WindowedRows {
 public:
  WindowedRows(const LocalWindow& window, WindowSum sum, const Range& rows);

  /// The rows that each slice is given with.
  [[nodiscard]] const Range& needed() const { return needed_; }
  /// Row j of the next slice, in a RowBlock.
  void give(std::int64_t j, const double* row);
  /// All rows of slice k were given; slices come one after the other.
  void end_slice(std::int64_t k);
  /// The sums for row j of slice k, once all slices were given that the window reaches from there. `out` has room for
  /// whole vectors, and something behind the row: it cannot be given to a window.
  void sums(std::int64_t j, std::int64_t k, double* out);

 private:
  /// Sums along an axis at a place: `row(at)` is where the window's voxels are.
  template <class Row>
  void weigh(int axis, std::int64_t at, Row row, double* out);

  const LocalWindow& window_;
  WindowSum sum_;
  Range rows_, needed_;
  RowBlock along_;                ///< the slice that is being given, summed along its rows
  std::vector<RowBlock> slices_;  ///< the last ones, summed within the slice
  RowBlock scaled_;
  std::vector<double> shares_;  ///< 1 / kept along a row; empty where nothing is renormalised
  std::vector<const double*> taps_;
  std::vector<double> weights_;
};

}  // namespace lossscope
