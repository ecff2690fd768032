// SPDX-License-Identifier: Apache-2.0
#include "app/engine/configured_loss.h"

#include <cmath>
#include <sstream>

namespace lossscope {

std::string value_text(const ParameterInfo& parameter, double value) {
  if (value == -1 && !parameter.special.empty()) {
    return std::string(parameter.special);
  }
  if (!parameter.choices.empty()) {
    return std::string(parameter.choices[static_cast<std::size_t>(std::lround(value))]);
  }
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace lossscope
