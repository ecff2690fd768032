// SPDX-License-Identifier: Apache-2.0
#include "app/commands/eval_options.h"

namespace lossscope::commands {

std::string output_path(const std::string& pattern, std::string_view id, bool several) {
  const auto at = pattern.find("{loss}");
  if (at == std::string::npos) {
    if (several) {
      throw UsageError("with several losses, output names need {loss}: " + pattern);
    }
    return pattern;
  }
  return std::string(pattern).replace(at, 6, id);
}

}  // namespace lossscope::commands
