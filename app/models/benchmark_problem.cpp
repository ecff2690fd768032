// SPDX-License-Identifier: Apache-2.0
#include "app/models/benchmark_problem.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace lossscope {
namespace {

/// How far (i, j, k) is from the centre, 1 on the surface of an ellipsoid that fills most of the volume.
double radius(const std::array<std::int64_t, 3>& size, double i, double j, double k) {
  const auto part = [](double at, std::int64_t n) {
    return (at - 0.5 * static_cast<double>(n)) / (0.4 * static_cast<double>(n));
  };
  return std::hypot(part(i, size[0]), part(j, size[1]), part(k, size[2]));
}

}  // namespace

Problem benchmark_problem(const std::array<std::int64_t, 3>& size, PredictionKind kind) {
  Grid grid;
  grid.size = size;
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), kind, {1, 1, 1}};
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  std::size_t at = 0;
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i, ++at) {
        const auto x = static_cast<double>(i), y = static_cast<double>(j), z = static_cast<double>(k);
        g[at] = radius(size, x, y, z) < 1 + 0.03 * std::sin(0.5 * x) * std::cos(0.4 * y) ? 1 : 0;
        const double logit =
            14 * (1.03 - radius(size, x - 2, y, z + 1)) + std::sin(12.9898 * x + 78.233 * y + 37.719 * z);
        prediction[at] = static_cast<float>(kind == PredictionKind::logit ? logit : 1 / (1 + std::exp(-logit)));
      }
    }
  }
  return problem;
}

ClassProblem benchmark_classes(const std::array<std::int64_t, 3>& size, int classes) {
  Grid grid;
  grid.size = size;
  ClassProblem made;
  made.activation = Activation::softmax;
  std::vector<std::span<std::uint8_t>> masks;
  std::vector<std::span<float>> logits;
  for (int c = 0; c < classes; ++c) {
    ClassChannel one{std::to_string(c), c == 0, true, {}};
    one.problem = {
        make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), PredictionKind::logit, {1, 1, 1}};
    masks.push_back(one.problem.mask.voxels<std::uint8_t>());
    logits.push_back(one.problem.prediction.voxels<float>());
    made.classes.push_back(std::move(one));
  }
  std::size_t at = 0;
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i, ++at) {
        const auto x = static_cast<double>(i), y = static_cast<double>(j), z = static_cast<double>(k);
        const double shell = std::floor((1 - radius(size, x, y, z)) * (classes - 1)) + 1;
        masks[static_cast<std::size_t>(std::clamp(shell, 0.0, classes - 1.0))][at] = 1;
        const double found = (1 - radius(size, x - 2, y, z + 1)) * (classes - 1) + 0.5;
        for (std::size_t c = 0; c < logits.size(); ++c) {
          const double away = found - static_cast<double>(c);
          logits[c][at] = static_cast<float>(-4 * away * away +
                                             std::sin(12.9898 * x + 78.233 * y + 37.719 * z + static_cast<double>(c)));
        }
      }
    }
  }
  return made;
}

}  // namespace lossscope
