// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/classes/class_problem.h"

namespace lossscope {

/// A wavy ellipsoid as mask, and as prediction a soft one that is shifted and larger, so that all kinds of voxels are
/// there: probabilities in (0, 1), or their logits. The same bits every time.
[[nodiscard]] Problem benchmark_problem(const std::array<std::int64_t, 3>& size, PredictionKind kind);

/// Shells of that ellipsoid as classes, the outermost the background, and logits for a softmax that are unsure of where
/// one ends. `classes` is 2 or more.
[[nodiscard]] ClassProblem benchmark_classes(const std::array<std::int64_t, 3>& size, int classes);

}  // namespace lossscope
