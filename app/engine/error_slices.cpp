// SPDX-License-Identifier: Apache-2.0
#include "app/engine/error_slices.h"

namespace lossscope {

std::vector<float> error_slice(std::span<const float> mask, std::span<const float> found, float level,
                               std::span<const float> counts) {
  std::vector<float> errors(mask.size(), kNoError);
  for (std::size_t at = 0; at < errors.size(); ++at) {
    const bool is = mask[at] != 0, seen = found[at] > level;
    if (is != seen && (counts.empty() || counts[at] != 0)) {
      errors[at] = is ? kMissed : kFalseAlarm;
    }
  }
  return errors;
}

std::vector<float> taken_for_slice(std::vector<float> errors, std::span<const float> found_class, std::size_t classes) {
  for (std::size_t at = 0; at < errors.size(); ++at) {
    if (errors[at] != kNoError) {
      errors[at] = found_class[at] < 0 ? static_cast<float>(classes) : found_class[at];
    }
  }
  return errors;
}

}  // namespace lossscope
