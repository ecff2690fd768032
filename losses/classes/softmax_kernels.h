// SPDX-License-Identifier: Apache-2.0
// The inner loops of a softmax over classes, compiled once per instruction set (losses/drivers/cpu_kernels.h).
#pragma once

#include <cstdint>
#include <span>

namespace lossscope {

/// The channels of a network at n voxels next to each other, one array for each class.
struct SoftmaxInput {
  std::span<const float* const> channels;
  bool logits = true;  ///< or the probabilities that a softmax made, 0 to 1
};

/// What concerns all classes but one is summed without it, and relative to the largest of them: exact also where one
/// probability is 1 and all others are too small for a float.
struct SoftmaxKernels {
  /// odds[c][i] = z_c - ln(sum of exp z_k over the other classes), held within +-`most`; `most` where there is no
  /// other.
  void (*odds)(const SoftmaxInput& logits, std::int64_t n, float most, float* const* odds);
  /// slopes[k][i] = own_k - sum over the other classes c of own_c p_k / (1 - p_c), where p_k / (1 - p_c) is 1 / (K - 1)
  /// for each of the K - 1 others where all of them have p = 0. own[c] may be null: a class without any.
  void (*slopes)(const SoftmaxInput& input, const double* const* own, std::int64_t n, double* const* slopes);
  /// sums[i] += weight * values[i]
  void (*add)(const float* values, double weight, std::int64_t n, double* sums);
};

}  // namespace lossscope
