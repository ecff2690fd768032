// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/local_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "losses/parallel.h"

namespace lossscope {

LocalWindow::LocalWindow(const Grid& grid, int width, double sigma, bool renormalise, std::stop_token stop)
    : grid_(grid), radius_(width / 2), renormalise_(renormalise), stop_(std::move(stop)) {
  for (int offset = -radius_; offset <= radius_; ++offset) {
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
      for (int offset = -radius_; offset <= radius_; ++offset) {
        kept_[axis][i] += i + offset >= 0 && i + offset < n ? weights_[offset + radius_] : 0.0;
      }
    }
  }
}

std::vector<double> LocalWindow::mean(std::vector<double> values) const {
  smooth(values);
  normalise(values);
  return values;
}

std::vector<double> LocalWindow::adjoint(std::vector<double> values) const {
  normalise(values);
  smooth(values);
  return values;
}

void LocalWindow::smooth(std::vector<double>& values) const {
  for (int axis = 0; axis < 3; ++axis) {
    if (grid_.size[axis] > 1) {
      smooth_along(values, axis);
    }
  }
}

void LocalWindow::smooth_along(std::vector<double>& values, int axis) const {
  const std::vector<double> source = values;
  const std::int64_t width = grid_.size[0];
  const std::int64_t stride = axis == 0 ? 1 : (axis == 1 ? width : width * grid_.size[1]);
  const std::int64_t n = grid_.size[axis];
  parallel_pieces(grid_.voxels() / width, 64, 0, stop_, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const std::int64_t along =
          axis == 1 ? row % grid_.size[1] : row / grid_.size[1];  // of the row; unused for axis 0
      double* out = values.data() + row * width;
      std::fill_n(out, width, 0.0);
      for (int offset = -radius_; offset <= radius_; ++offset) {
        const double* in = source.data() + row * width + offset * stride;
        const bool inside = axis == 0 || (along + offset >= 0 && along + offset < n);
        const std::int64_t first = axis == 0 ? std::max<std::int64_t>(0, -offset) : 0;
        const std::int64_t last = axis == 0 ? std::min(width, width - offset) : width;
        for (std::int64_t i = first; inside && i < last; ++i) {
          out[i] += weights_[offset + radius_] * in[i];
        }
      }
    }
  });
}

void LocalWindow::normalise(std::vector<double>& values) const {
  if (!renormalise_) {
    return;
  }
  auto value = values.begin();
  for (std::int64_t k = 0; k < grid_.size[2]; ++k) {
    for (std::int64_t j = 0; j < grid_.size[1]; ++j) {
      const double row = kept_[1][j] * kept_[2][k];
      for (std::int64_t i = 0; i < grid_.size[0]; ++i) {
        *value++ /= row * kept_[0][i];
      }
    }
  }
}

}  // namespace lossscope
