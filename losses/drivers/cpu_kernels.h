// SPDX-License-Identifier: Apache-2.0
// The block kernels of every loss, erased to function pointers, once per instruction set.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "losses/classes/softmax_kernels.h"
#include "losses/evaluate.h"
#include "losses/fields/distance_kernels.h"
#include "losses/fields/structural_kernels.h"
#include "losses/loss.h"

namespace lossscope {

/// Contiguous voxels. Fields that a loss does not ask for are not read.
struct BlockInput {
  const std::uint8_t* mask = nullptr;
  const float* prediction = nullptr;
  const float* fields[kMaxFields] = {};
  PredictionKind kind = PredictionKind::probability;
  const std::uint8_t* counts = nullptr;  ///< 0 for voxels that do not count; null where all do
};

/// Where the maps of a block go, in the order of MapKind; nullptr for what nobody asked for.
struct BlockOutput {
  std::array<float*, 3> maps{};
  bool stream = false;  ///< writes past the caches: faster for maps larger than they are
};

/// In all of them a voxel that does not count adds nothing, and its maps are 0.
struct Kernels {
  /// Adds what `n` voxels contribute to the sums; the order of additions depends on n alone.
  void (*terms)(const double* parameters, const BlockInput& input, std::int64_t n, double* sums);
  /// Contribution, dL/dp and dL/dz of n voxels.
  void (*effect)(const double* parameters, const double* coefficients, const BlockInput& input, std::int64_t n,
                 const BlockOutput& output);
  /// `terms` and `effect` in one pass, with the same bits: contribution if asked for, and the gradient by p or z,
  /// whichever the input is. Nullptr where the coefficients are known only after the sums.
  void (*both)(const double* parameters, const double* coefficients, const BlockInput& input, std::int64_t n,
               double* sums, const BlockOutput& output);
  /// By how much the value would drop if one voxel were predicted perfectly, for each of n voxels; fields held
  /// constant.
  void (*counterfactual)(const double* parameters, const double* sums, const Totals& totals, const BlockInput& input,
                         std::int64_t n, float* drop);
  Known coefficients_known;
};

/// Of the voxels that count: those of the mask, those on the wrong side of one half, and all.
struct VoxelCounts {
  std::int64_t positives = 0, errors = 0, voxels = 0;
};

/// Everything that is compiled once per instruction set.
struct KernelSet {
  std::span<const Kernels> losses;  ///< in the order of the registry
  /// How many of n voxels belong to the mask, if all count.
  std::int64_t (*positives)(const std::uint8_t* mask, std::int64_t n);
  VoxelCounts (*counts)(const BlockInput& input, std::int64_t n);
  DistanceKernels distance;
  StructuralKernels structural;
  SoftmaxKernels softmax;
};

/// The kernels for the widest instruction set of this processor.
[[nodiscard]] const KernelSet& cpu_kernels();
/// "x86-64-v4", "x86-64-v3" or "baseline".
[[nodiscard]] std::string_view cpu_instruction_set();

const KernelSet& cpu_kernels_baseline();
#if defined(LOSSSCOPE_X86_VARIANTS)
const KernelSet& cpu_kernels_v3();
const KernelSet& cpu_kernels_v4();
#endif

}  // namespace lossscope
