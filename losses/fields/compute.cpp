// SPDX-License-Identifier: Apache-2.0
#include "losses/fields/compute.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <mutex>
#include <stdexcept>

#include "losses/counts.h"
#include "losses/fields/contours.h"
#include "losses/fields/distance.h"
#include "losses/fields/field_info.h"
#include "losses/fields/structural.h"
#include "losses/outputs.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kPiece = 1 << 16;

/// The largest size of a value in the background and in the mask.
std::array<float, 2> largest_by_class(std::span<const float> values, std::span<const std::uint8_t> labels,
                                      const std::stop_token& stop) {
  std::array<float, 2> largest{0, 0};
  std::mutex guard;
  parallel_pieces(static_cast<std::int64_t>(values.size()), kPiece, 0, stop, [&](std::int64_t begin, std::int64_t end) {
    std::array<float, 2> here{0, 0};
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      float& most = here[labels[i] != 0 ? 1 : 0];
      most = std::max(most, std::abs(values[i]));
    }
    const std::lock_guard lock(guard);
    largest = {std::max(largest[0], here[0]), std::max(largest[1], here[1])};
  });
  return largest;
}

/// Of the problem's mask, or of another one of its grid.
Volume signed_distance_in(const Problem& problem, const Volume& mask, const std::stop_token& stop) {
  return signed_distance(mask, problem.spacing, 0, stop, problem.counts);
}

Field mask_distance(const FieldRequest&, const Problem& problem, const std::stop_token& stop) {
  Field field{signed_distance_in(problem, problem.mask, stop), {}};
  const auto largest = largest_by_class(field.map.voxels<float>(), problem.mask.voxels<std::uint8_t>(), stop);
  field.scalars[0] = static_cast<double>(std::max(largest[0], largest[1]));
  return field;
}

/// phi of losses.md L: within mask and background, the largest distance there minus the distance to the other class.
Field boundary_penalty(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  Field field{signed_distance_in(problem, problem.mask, stop), {}};
  const auto values = field.map.voxels<float>();
  const auto labels = problem.mask.voxels<std::uint8_t>();
  const std::uint8_t* counts = problem.counted();
  const auto farthest = largest_by_class(values, labels, stop);
  if (farthest[0] == 0 && farthest[1] == 0) {
    return field;  // empty or full mask: no boundary
  }
  const auto for_voxels = [&](auto work) {
    parallel_pieces(problem.mask.grid.voxels(), kPiece, 0, stop, [&](std::int64_t begin, std::int64_t end) {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        values[i] = counts_at(counts, static_cast<std::int64_t>(i)) ? work(values[i], labels[i] != 0 ? 1U : 0U) : 0.0F;
      }
    });
  };
  for_voxels([&](float value, unsigned label) { return farthest[label] - std::abs(value); });
  if (request.arguments[0] > 0.5) {
    const auto largest = largest_by_class(values, labels, stop);
    for_voxels([&](float value, unsigned label) { return largest[label] > 0 ? value / largest[label] : 0.0F; });
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
  Field field{signed_distance_in(problem, problem.mask, stop), {}};
  const auto weight = field.map.voxels<float>();
  const bool one_sided = arguments[1] > 0.5;
  const Volume other = one_sided ? field.map : signed_distance_in(problem, thresholded(problem, arguments[2]), stop);
  const auto second = other.voxels<float>();
  parallel_pieces(problem.mask.grid.voxels(), kPiece, 0, stop, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      weight[i] = static_cast<float>(power(weight[i]) + (one_sided ? 0.0 : power(second[i])));
    }
  });
  return field;
}

/// Where the thresholded prediction differs from the mask (or everywhere), and E of losses.md I.
Field boundary_mismatch(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  const Volume predicted = thresholded(problem, request.arguments[0]);
  const bool everywhere = request.arguments[1] > 0.5;
  Field field{make_output(problem.mask.grid, VoxelType::float32), {}};
  const auto p = predicted.voxels<std::uint8_t>(), g = problem.mask.voxels<std::uint8_t>();
  const auto differs = field.map.voxels<float>();
  const std::uint8_t* counts = problem.counted();
  for (std::size_t i = 0; i < differs.size(); ++i) {
    differs[i] = (everywhere || p[i] != g[i]) && counts_at(counts, static_cast<std::int64_t>(i)) ? 1.0F : 0.0F;
  }
  field.scalars[0] = mean_contour_distance(predicted, problem.mask, problem.spacing, stop, problem.counts);
  return field;
}

Field error_field(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  return structural_error(request, problem, stop);
}

Field slope_field(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  return structural_slope(request, problem, stop);
}

Field prediction_distance(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
  return {signed_distance_in(problem, thresholded(problem, request.arguments[0]), stop), {}};
}

constexpr FieldInfo kFields[] = {
    {FieldKind::mask_distance, "mask_distance", "distance to the mask", false, mask_distance},
    {FieldKind::prediction_distance, "prediction_distance", "distance to the prediction", true, prediction_distance},
    {FieldKind::boundary_penalty, "boundary_penalty", "boundary penalty phi", false, boundary_penalty},
    {FieldKind::boundary_mismatch, "boundary_mismatch", "boundary mismatch", true, boundary_mismatch},
    {FieldKind::hausdorff_weight, "hausdorff_weight", "distance weight", true, hausdorff_weight},
    {FieldKind::structural_error, "structural_error", "structural error f e", true, error_field},
    {FieldKind::structural_slope, "structural_slope", "slope through the weights", true, slope_field},
};

}  // namespace

std::span<const FieldInfo> field_infos() { return kFields; }

const FieldInfo& info(FieldKind kind) {
  const auto* found = std::ranges::find(kFields, kind, &FieldInfo::kind);
  if (found == std::end(kFields)) {
    throw std::invalid_argument("there is no such kind of field");
  }
  return *found;
}

float level_of(const Problem& problem, double threshold) {
  const bool logits = problem.kind == PredictionKind::logit;
  return static_cast<float>(logits ? std::log(threshold / (1 - threshold)) : threshold);
}

Volume thresholded(const Problem& problem, double threshold) {
  Volume result = make_output(problem.prediction.grid, VoxelType::uint8);
  const auto in = problem.prediction.voxels<float>();
  const auto out = result.voxels<std::uint8_t>();
  const float level = level_of(problem, threshold);
  std::transform(in.begin(), in.end(), out.begin(), [level](float x) { return std::uint8_t{x > level}; });
  if (!problem.counts.empty()) {
    std::ranges::transform(out, problem.counts.voxels<std::uint8_t>(), out.begin(), std::bit_and<std::uint8_t>());
  }
  return result;
}

Field compute_field(const FieldRequest& request, const Problem& problem, std::stop_token stop) {
  return info(request.kind).compute(request, problem, stop);
}

}  // namespace lossscope
