// SPDX-License-Identifier: Apache-2.0
// The block kernels of every loss, erased to function pointers, once per instruction set.
#pragma once

#include <cstdint>
#include <span>

#include "losses/evaluate.h"
#include "losses/loss.h"

namespace lossscope {

/// Contiguous voxels. Fields that a loss does not ask for are not read.
struct BlockInput {
  const std::uint8_t* mask = nullptr;
  const float* prediction = nullptr;
  const float* fields[kMaxFields] = {};
  PredictionKind kind = PredictionKind::probability;
};

struct Kernels {
  /// Adds what `n` voxels contribute to the sums; the order of additions depends on n alone.
  void (*terms)(const double* parameters, const BlockInput& input, std::int64_t n, double* sums);
  /// Contribution, dL/dp and dL/dz of n voxels.
  void (*effect)(const double* parameters, const double* coefficients, const BlockInput& input, std::int64_t n,
                 float* contribution, float* gradient_probability, float* gradient_logit);
  /// By how much the value would drop if one voxel were predicted perfectly, for each of n voxels; fields held
  /// constant.
  void (*counterfactual)(const double* parameters, const double* sums, const Totals& totals, const BlockInput& input,
                         std::int64_t n, float* drop);
};

/// The kernels of all losses in the order of the registry, for the widest instruction set of this processor.
[[nodiscard]] std::span<const Kernels> cpu_kernels();
/// "x86-64-v4", "x86-64-v3" or "baseline".
[[nodiscard]] std::string_view cpu_instruction_set();

std::span<const Kernels> cpu_kernels_baseline();
#if defined(LOSSSCOPE_X86_VARIANTS)
std::span<const Kernels> cpu_kernels_v3();
std::span<const Kernels> cpu_kernels_v4();
#endif

}  // namespace lossscope
