// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "losses/evaluate.h"

namespace lossscope {

/// Rows and slices of a volume that a thread computes together: few enough that what it keeps of them, in float64,
/// stays in its cache, and many enough that little is computed twice at their borders.
struct StructuralPiece {
  std::int64_t slices = 64, rows = 16;
};

/// f e of the correlation-maximised structural similarity loss (Zhao et al. 2019), with {M, e_max} beside it; the same
/// bits for any pieces and any number of threads. `threads` 0 means all. Throws Cancelled.
[[nodiscard]] Field structural_error(const FieldRequest& request, const Problem& problem, const std::stop_token& stop,
                                     StructuralPiece piece = {}, int threads = 0);
/// What differentiating e adds to dL/dp.
[[nodiscard]] Field structural_slope(const FieldRequest& request, const Problem& problem, const std::stop_token& stop,
                                     StructuralPiece piece = {}, int threads = 0);

}  // namespace lossscope
