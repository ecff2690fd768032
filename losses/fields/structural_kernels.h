// SPDX-License-Identifier: Apache-2.0
// The inner loops of the structural fields, compiled once per instruction set (losses/drivers/cpu_kernels.h).
#pragma once

#include <cstdint>

namespace lossscope {

inline constexpr std::int64_t kRowLanes = 8;  ///< rows of float64 have room for a whole number of so many

/// A row of a volume in float64, and its local mean and mean square.
struct LocalRows {
  const double *x, *mean, *square;
};

/// C4 and the variance floor of losses.md N.
struct Stabilisers {
  double c4, floor;
};

/// What a change of the mean, the deviation and the value itself does to the loss, for a row.
struct SlopeRows {
  double *by_value, *by_deviation, *by_mean;
};

/// n is the number of voxels of a row. Rows of doubles have room for whole vectors; what stands behind n is of no use.
struct StructuralKernels {
  /// out[i] = sum of weights[t] rows[t][i] for t < taps, added in this order.
  void (*weigh)(const double* const* rows, const double* weights, int taps, std::int64_t n, double* out);
  void (*multiply)(const double* a, const double* b, std::int64_t n, double* out);
  /// e of a row, 0 where it is rounding, and in each of kRowLanes lanes the largest so far; NaN is never the largest.
  void (*error)(const LocalRows& mask, const LocalRows& prediction, const Stabilisers& constants, std::int64_t n,
                float* error, double* largest);
  /// 0 for all errors of at most `least`. How many are left.
  std::int64_t (*cut)(float* error, std::int64_t n, double least);
  /// h / v, k and k mu of losses.md N; h without its sign is given.
  void (*slope_parts)(const LocalRows& mask, const LocalRows& prediction, const Stabilisers& constants, const double* h,
                      std::int64_t n, const SlopeRows& parts);
  /// h / v - A[h / v] - p A[k] + A[k mu]: `adjoint` has A of each part.
  void (*slope)(const double* p, const double* by_value, const SlopeRows& adjoint, std::int64_t n, float* slope);
};

}  // namespace lossscope
