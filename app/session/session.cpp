// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"

namespace lossscope {

std::vector<double> Session::parameter_values(const Loss& of) const {
  std::vector<double> values = of.defaults();
  const auto chosen = parameters.find(std::string(of.declaration().id));
  if (chosen == parameters.end()) {
    return values;
  }
  for (const auto& [id, value] : chosen->second) {
    if (const auto at = of.parameter(id)) {
      values[*at] = value;
    }
  }
  return values;
}

}  // namespace lossscope
