// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/compute.h"

#include <algorithm>
#include <cmath>

#include "losses/fields/distance.h"

namespace lossscope {
namespace {

/// phi of losses.md L: within mask and background, the largest distance there minus the distance to the other class.
Field boundary_penalty(const Problem& problem, bool normalise, const std::stop_token& stop) {
  Field field{signed_distance(problem.mask, problem.spacing, 0, stop), {}};
  const auto values = field.map.voxels<float>();
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  const float inside = -std::min(*lowest, 0.0F);
  const float outside = std::max(*highest, 0.0F);
  if (inside == 0 && outside == 0) {
    return field;  // empty or full mask: no boundary
  }
  const auto scale = [&](const Volume& mask) {
    const auto labels = mask.voxels<std::uint8_t>();
    float largest_inside = 0;
    float largest_outside = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool in = labels[i] != 0;
      values[i] = (in ? inside : outside) - std::abs(values[i]);
      float& largest = in ? largest_inside : largest_outside;
      largest = std::max(largest, values[i]);
    }
    for (std::size_t i = 0; normalise && i < values.size(); ++i) {
      const float largest = labels[i] != 0 ? largest_inside : largest_outside;
      values[i] = largest > 0 ? values[i] / largest : 0.0F;
    }
  };
  scale(problem.mask);
  return field;
}

}  // namespace

bool depends_on_prediction(FieldKind kind) {
  return kind != FieldKind::mask_distance && kind != FieldKind::boundary_penalty;
}

Volume thresholded(const Problem& problem, double threshold) {
  Volume result = make_volume(problem.prediction.grid, VoxelType::uint8);
  const auto in = problem.prediction.voxels<float>();
  const auto out = result.voxels<std::uint8_t>();
  const bool logits = problem.kind == PredictionKind::logit;
  const auto level = static_cast<float>(logits ? std::log(threshold / (1 - threshold)) : threshold);
  std::transform(in.begin(), in.end(), out.begin(), [level](float x) { return std::uint8_t{x > level}; });
  return result;
}

Field compute_field(const FieldRequest& request, const Problem& problem, std::stop_token stop) {
  switch (request.kind) {
    case FieldKind::mask_distance:
      return {signed_distance(problem.mask, problem.spacing, 0, stop), {}};
    case FieldKind::prediction_distance:
      return {signed_distance(thresholded(problem, request.arguments[0]), problem.spacing, 0, stop), {}};
    case FieldKind::boundary_penalty:
      return boundary_penalty(problem, request.arguments[0] > 0.5, stop);
    default:
      throw std::invalid_argument("compute_field: this field is not computed yet");
  }
}

}  // namespace lossscope
