// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "losses/evaluate.h"

namespace lossscope {

/// f e of the correlation-maximised structural similarity loss (Zhao et al. 2019), with {M, e_max} beside it.
[[nodiscard]] Field structural_error(const FieldRequest& request, const Problem& problem, const std::stop_token& stop);
/// What differentiating e adds to dL/dp.
[[nodiscard]] Field structural_slope(const FieldRequest& request, const Problem& problem, const std::stop_token& stop);

}  // namespace lossscope
