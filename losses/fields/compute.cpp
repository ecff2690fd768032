// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/compute.h"

#include <algorithm>
#include <cmath>

#include "losses/fields/contours.h"
#include "losses/fields/distance.h"
#include "losses/fields/structural.h"

namespace lossscope {
namespace {

Field mask_distance(const Problem& problem, const std::stop_token& stop) {
  Field field{signed_distance(problem.mask, problem.spacing, 0, stop), {}};
  const auto values = field.map.voxels<float>();
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  field.scalars[0] = static_cast<double>(std::max(std::abs(*lowest), std::abs(*highest)));
  return field;
}

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
  std::array<float, 2> largest{0, 0};  // of background and mask
  const auto labels = problem.mask.voxels<std::uint8_t>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = (labels[i] != 0 ? inside : outside) - std::abs(values[i]);
    largest[labels[i]] = std::max(largest[labels[i]], values[i]);
  }
  for (std::size_t i = 0; normalise && i < values.size(); ++i) {
    values[i] = largest[labels[i]] > 0 ? values[i] / largest[labels[i]] : 0.0F;
  }
  return field;
}

/// d_g^alpha + d_p^alpha of losses.md M; a mask without a boundary has distance 0.
Field hausdorff_weight(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  const auto& arguments = request.arguments;
  const auto power = [alpha = arguments[0]](float distance) {
    const double d = std::abs(static_cast<double>(distance));
    return alpha == 2 ? d * d : std::pow(d, alpha);
  };
  Field field{signed_distance(problem.mask, problem.spacing, 0, stop), {}};
  const auto weight = field.map.voxels<float>();
  const bool one_sided = arguments[1] > 0.5;
  const Volume other =
      one_sided ? field.map : signed_distance(thresholded(problem, arguments[2]), problem.spacing, 0, stop);
  const auto second = other.voxels<float>();
  for (std::size_t i = 0; i < weight.size(); ++i) {
    weight[i] = static_cast<float>(power(weight[i]) + (one_sided ? 0.0 : power(second[i])));
  }
  return field;
}

/// Where the thresholded prediction differs from the mask (or everywhere), and E of losses.md I.
Field boundary_mismatch(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  const Volume predicted = thresholded(problem, request.arguments[0]);
  const bool everywhere = request.arguments[1] > 0.5;
  Field field{make_volume(problem.mask.grid, VoxelType::float32), {}};
  std::ranges::transform(predicted.voxels<std::uint8_t>(), problem.mask.voxels<std::uint8_t>(),
                         field.map.voxels<float>().begin(),
                         [=](std::uint8_t p, std::uint8_t g) { return everywhere || p != g ? 1.0F : 0.0F; });
  field.scalars[0] = mean_contour_distance(predicted, problem.mask, problem.spacing, stop);
  return field;
}

}  // namespace

bool depends_on_prediction(FieldKind kind) {
  return kind != FieldKind::mask_distance && kind != FieldKind::boundary_penalty;
}

float level_of(const Problem& problem, double threshold) {
  const bool logits = problem.kind == PredictionKind::logit;
  return static_cast<float>(logits ? std::log(threshold / (1 - threshold)) : threshold);
}

Volume thresholded(const Problem& problem, double threshold) {
  Volume result = make_volume(problem.prediction.grid, VoxelType::uint8);
  const auto in = problem.prediction.voxels<float>();
  const auto out = result.voxels<std::uint8_t>();
  const float level = level_of(problem, threshold);
  std::transform(in.begin(), in.end(), out.begin(), [level](float x) { return std::uint8_t{x > level}; });
  return result;
}

Field compute_field(const FieldRequest& request, const Problem& problem, std::stop_token stop) {
  switch (request.kind) {
    case FieldKind::mask_distance:
      return mask_distance(problem, stop);
    case FieldKind::prediction_distance:
      return {signed_distance(thresholded(problem, request.arguments[0]), problem.spacing, 0, stop), {}};
    case FieldKind::boundary_penalty:
      return boundary_penalty(problem, request.arguments[0] > 0.5, stop);
    case FieldKind::boundary_mismatch:
      return boundary_mismatch(request, problem, stop);
    case FieldKind::hausdorff_weight:
      return hausdorff_weight(request, problem, stop);
    case FieldKind::structural_error:
      return structural_error(request, problem, stop);
    case FieldKind::structural_slope:
      return structural_slope(request, problem, stop);
  }
  throw std::invalid_argument("compute_field: unknown kind of field");
}

}  // namespace lossscope
