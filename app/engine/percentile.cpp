// SPDX-License-Identifier: Apache-2.0
#include "app/engine/percentile.h"

#include <algorithm>
#include <cmath>

namespace lossscope {

float percentile(std::vector<float>& values, double share) {
  const auto rank = std::llround(share * static_cast<double>(values.size() - 1));
  const auto nth = values.begin() + rank;
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

}  // namespace lossscope
