// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <stop_token>
#include <vector>

#include "losses/grid.h"

namespace lossscope {

/// The width of a window in voxels: even numbers count as the next odd one.
[[nodiscard]] constexpr int odd_width(double width) { return 2 * (static_cast<int>(width) / 2) + 1; }

/// A separable Gaussian window, cut at `radius` voxels; axes of one voxel are left alone. At the border the weights
/// that fall outside are either made up for (renormalised) or count as zeros.
class LocalWindow {
 public:
  LocalWindow(const Grid& grid, int width, double sigma, bool renormalise, std::stop_token stop);

  /// Weighted local mean of every voxel. Throws Cancelled.
  [[nodiscard]] std::vector<double> mean(std::vector<double> values) const;
  /// The adjoint of `mean`: what a change of each mean does to each voxel.
  [[nodiscard]] std::vector<double> adjoint(std::vector<double> values) const;

  [[nodiscard]] const std::vector<double>& weights() const { return weights_; }
  [[nodiscard]] const std::vector<double>& kept(int axis) const { return kept_[axis]; }
  [[nodiscard]] bool renormalises() const { return renormalise_; }

 private:
  void smooth(std::vector<double>& values) const;
  void smooth_along(std::vector<double>& values, int axis) const;
  void normalise(std::vector<double>& values) const;

  Grid grid_;
  std::vector<double> weights_;  ///< sums to 1
  int radius_;
  bool renormalise_;
  std::array<std::vector<double>, 3> kept_;  ///< share of the weights inside the image, along each axis
  std::stop_token stop_;
};

}  // namespace lossscope
