// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope::benchmarks {

/// LibTorch in the build: its version and whether it sees a GPU; or that it is not there.
[[nodiscard]] std::string eager_description();

/// Median seconds of value and gradient by LibTorch's eager autograd on GPU `index`, float32, all tensors there before;
/// empty where the build has no LibTorch or it sees no GPU. Throws what LibTorch throws, e.g. when memory is short.
[[nodiscard]] std::optional<double> eager_seconds(int index, const std::string& id,
                                                  const std::vector<double>& parameters, const Problem& problem,
                                                  const std::vector<FieldPtr>& fields, int rounds);

}  // namespace lossscope::benchmarks
