// SPDX-License-Identifier: Apache-2.0
// Thresholds, contours and what losses.md L, M and I make of distances.
#pragma once

#include "losses/counts.h"
#include "losses/drivers/cuda/distance_kernels.h"
#include "losses/evaluate.h"

namespace lossscope::cuda {

/// The i-th voxel of a plane in plane order.
LOSSSCOPE_FUNCTION std::int64_t voxel_of(const PlaneLayout& layout, std::int64_t i) {
  return layout.begin + i % layout.width * layout.along + i / layout.width * layout.across;
}

struct GatherPlane {
  const float* in;
  float* out;
  PlaneLayout layout;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { out[i] = in[voxel_of(layout, i)]; }
};

/// Adds a map to another in its place, each times a weight.
struct AddWeighted {
  float* sum;
  const float* other;
  float weight, other_weight;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { sum[i] = weight * sum[i] + other_weight * other[i]; }
};

/// The sum of squares of a map.
struct SumOfSquares {
  static constexpr int kWidth = 1;
  static constexpr Rule kRule = Rule::sum;
  const float* values;
  LOSSSCOPE_FUNCTION void absorb(Numbers<double, kWidth>& mine, std::int64_t begin, int count) const {
    const Quad<float> quad = load_quad(values + begin, count);  // 0 past the end
    LOSSSCOPE_UNROLL
    for (int i = 0; i < kQuad; ++i) {
      mine[0] += static_cast<double>(quad.v[i]) * static_cast<double>(quad.v[i]);
    }
  }
};

struct Threshold {
  const float* in;
  std::uint8_t* out;
  float level;
  const std::uint8_t* counts;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { out[i] = in[i] > level && counts_at(counts, i) ? 1 : 0; }
};

/// 1 for the voxels of a mask with a face on background that counts or the outside; axes of one voxel have no outside.
struct BoundaryVoxels {
  const std::uint8_t *mask, *counts;
  std::uint8_t* out;
  std::int64_t size[3];

  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    std::int64_t stride = 1;
    bool edge = false;
    for (int axis = 0; axis < 3 && mask[i] != 0; ++axis) {
      const std::int64_t n = size[axis], j = i / stride % n;
      edge = edge || (n > 1 && (j == 0 || j == n - 1 || is_background(i - stride) || is_background(i + stride)));
      stride *= n;
    }
    out[i] = edge ? 1 : 0;
  }
  LOSSSCOPE_FUNCTION bool is_background(std::int64_t i) const { return mask[i] == 0 && counts_at(counts, i); }
};

/// phi of losses.md L, in place of a signed distance. Index 0: background, 1: mask.
struct BoundaryPenalty {
  float* values;
  const std::uint8_t *mask, *counts;
  float largest[2], divisor[2];  ///< distance; penalty, or 1
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const int c = mask[i] != 0 ? 1 : 0;
    const float penalty = largest[c] - size_of(values[i]);
    values[i] = divisor[c] > 0.0F && counts_at(counts, i) ? penalty / divisor[c] : 0.0F;
  }
};

/// d_g^alpha + d_p^alpha of losses.md M, in place of d_g; `other` null for the one-sided form.
struct HausdorffWeight {
  float* values;
  const float* other;
  double alpha;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    values[i] = static_cast<float>(power(values[i]) + (other != nullptr ? power(other[i]) : 0.0));
  }
  LOSSSCOPE_FUNCTION double power(float distance) const {
    const auto d = static_cast<double>(size_of(distance));
    return alpha == 2 ? d * d : pow_of(d, alpha);
  }
};

/// 1 where two masks differ (or everywhere).
struct Mismatch {
  const std::uint8_t *predicted, *mask, *counts;
  float* out;
  bool everywhere;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    out[i] = (everywhere || predicted[i] != mask[i]) && counts_at(counts, i) ? 1.0F : 0.0F;
  }
};

/// {sum of the source's distances to the target, voxels of the source, voxels of the target}.
struct ContourDistance {
  static constexpr int kWidth = 3;
  static constexpr Rule kRule = Rule::sum;
  const std::uint8_t *source, *target;
  const float* squared;  ///< signed, of the target

  LOSSSCOPE_FUNCTION void absorb(Numbers<double, kWidth>& sums, std::int64_t begin, int count) const {
    for (int i = 0; i < count; ++i) {
      const std::int64_t at = begin + i;
      const float d = target[at] != 0 ? 0.0F : std::sqrt(squared[at]);
      sums[0] += source[at] != 0 ? static_cast<double>(d) : 0.0;
      sums[1] += static_cast<double>(source[at]);
      sums[2] += static_cast<double>(target[at]);
    }
  }
};

}  // namespace lossscope::cuda
