// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/local_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "losses/drivers/cpu_kernels.h"

namespace lossscope {
namespace {

constexpr std::int64_t whole_lanes(std::int64_t n) { return (n + kRowLanes - 1) / kRowLanes * kRowLanes; }

}  // namespace

LocalWindow::LocalWindow(const Grid& grid, int width, double sigma, bool renormalise)
    : grid_(grid), renormalise_(renormalise) {
  const int radius = width / 2;
  for (int offset = -radius; offset <= radius; ++offset) {
    weights_.push_back(std::exp(-0.5 * offset * offset / (sigma * sigma)));
  }
  const double total = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  for (double& weight : weights_) {
    weight /= total;
  }
  for (int axis = 0; axis < 3; ++axis) {
    const std::int64_t n = grid.size[axis];
    kept_[axis].assign(static_cast<std::size_t>(n), n == 1 ? 1.0 : 0.0);
    for (std::int64_t i = 0; n > 1 && i < n; ++i) {
      for (int offset = -radius; offset <= radius; ++offset) {
        kept_[axis][i] += i + offset >= 0 && i + offset < n ? weights_[offset + radius] : 0.0;
      }
    }
  }
}

double LocalWindow::weight(WindowSum sum, int axis, std::int64_t at, int offset) const {
  if (grid_.size[axis] == 1) {
    return 1;
  }
  const double weight = weights_[weights_.size() / 2 + offset];
  return renormalise_ ? weight / kept_[axis][sum == WindowSum::mean ? at : at + offset] : weight;
}

Range widened(const Range& range, std::int64_t by, std::int64_t n) {
  return {std::max<std::int64_t>(range.first - by, 0), std::min(range.last + by, n)};
}

RowBlock::RowBlock(const Range& rows, const LocalWindow& window)
    : first_(rows.first),
      margin_(whole_lanes(window.reach(0))),
      pitch_(2 * margin_ + whole_lanes(window.grid().size[0])),
      values_(static_cast<std::size_t>(rows.count() * pitch_)) {}

WindowedRows::WindowedRows(const LocalWindow& window, WindowSum sum, const Range& rows)
    : window_(window),
      sum_(sum),
      rows_(rows),
      needed_(widened(rows, window.reach(1), window.grid().size[1])),
      along_(needed_, window),
      slices_(static_cast<std::size_t>(2 * window.reach(2) + 1), RowBlock(rows, window)),
      scaled_({0, 1}, window) {
  if (window.renormalises()) {
    shares_.assign(static_cast<std::size_t>(whole_lanes(window.grid().size[0])), 0.0);
    std::ranges::transform(window.kept(0), shares_.begin(), [](double kept) { return 1 / kept; });
  }
}

void WindowedRows::give(std::int64_t j, const double* row) {
  // Along a row the weights are the same everywhere, and the share that is kept is multiplied with: before the sum for
  // the adjoint, after it for the mean.
  const std::int64_t n = window_.grid().size[0];
  if (!shares_.empty() && sum_ == WindowSum::adjoint) {
    cpu_kernels().structural.multiply(row, shares_.data(), n, scaled_.row(0));
    row = scaled_.row(0);
  }
  const int reach = window_.reach(0);
  taps_.clear();
  for (int offset = -reach; offset <= reach; ++offset) {
    taps_.push_back(row + offset);
  }
  constexpr double kAlone = 1;
  cpu_kernels().structural.weigh(taps_.data(), reach > 0 ? window_.weights().data() : &kAlone, 2 * reach + 1, n,
                                 along_.row(j));
  if (!shares_.empty() && sum_ == WindowSum::mean) {
    cpu_kernels().structural.multiply(along_.row(j), shares_.data(), n, along_.row(j));
  }
}

template <class Row>
void WindowedRows::weigh(int axis, std::int64_t at, Row row, double* out) {
  const Range near = widened({at, at + 1}, window_.reach(axis), window_.grid().size[axis]);
  taps_.clear();
  weights_.clear();
  for (std::int64_t other = near.first; other < near.last; ++other) {
    taps_.push_back(row(other));
    weights_.push_back(window_.weight(sum_, axis, at, static_cast<int>(other - at)));
  }
  cpu_kernels().structural.weigh(taps_.data(), weights_.data(), static_cast<int>(taps_.size()), window_.grid().size[0],
                                 out);
}

void WindowedRows::end_slice(std::int64_t k) {
  RowBlock& slice = slices_[static_cast<std::size_t>(k) % slices_.size()];
  for (std::int64_t j = rows_.first; j < rows_.last; ++j) {
    weigh(
        1, j, [&](std::int64_t other) { return along_.row(other); }, slice.row(j));
  }
}

void WindowedRows::sums(std::int64_t j, std::int64_t k, double* out) {
  weigh(
      2, k, [&](std::int64_t other) { return slices_[static_cast<std::size_t>(other) % slices_.size()].row(j); }, out);
}

}  // namespace lossscope
