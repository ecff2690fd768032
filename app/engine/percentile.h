// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace lossscope {

/// The value below which `share` (0..1) of the values lie (nearest rank); reorders them. They must not be empty.
[[nodiscard]] float percentile(std::vector<float>& values, double share);

}  // namespace lossscope
