// SPDX-License-Identifier: Apache-2.0
#include "app/engine/configured_loss.h"

#include <cmath>
#include <stdexcept>

#include "basics/number_text.h"

namespace lossscope {

std::string value_text(const ParameterInfo& parameter, double value) {
  if (value == -1 && !parameter.special.empty()) {
    return std::string(parameter.special);
  }
  if (!parameter.choices.empty()) {
    return std::string(parameter.choices[static_cast<std::size_t>(std::lround(value))]);
  }
  return shortest_text(value);
}

int preset_of(const Loss& loss, const std::vector<double>& values, int preferred) {
  const auto presets = loss.declaration().presets;
  const int count = static_cast<int>(presets.size());
  const auto holds = [&](int row) {
    auto named = loss.defaults();
    if (row > 0) {
      for (const auto& [id, value] : presets[static_cast<std::size_t>(row - 1)].values) {
        named[loss.parameter(id).value()] = value;
      }
    }
    return named == values;
  };
  if (preferred >= 0 && preferred <= count && holds(preferred)) {
    return preferred;
  }
  for (int row = 0; row <= count; ++row) {
    if (holds(row)) {
      return row;
    }
  }
  return -1;
}

void check_values(const Loss& loss, const std::vector<double>& values) {
  for (std::size_t at = 0; at < values.size(); ++at) {
    const ParameterInfo& info = loss.parameters()[at];
    const bool special = !info.special.empty() && values[at] == -1;
    if (!special && !(values[at] >= info.minimum && values[at] <= info.maximum)) {
      throw std::invalid_argument(std::string(loss.declaration().id) + "." + std::string(info.id) + " = " +
                                  shortest_text(values[at]) + " is outside " + shortest_text(info.minimum) + " to " +
                                  shortest_text(info.maximum));
    }
  }
}

}  // namespace lossscope
