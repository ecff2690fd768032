// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"

namespace lossscope {

InputChoice& Session::input(Role role) { return role == Role::image ? image : role == Role::mask ? mask : prediction; }

void Session::remove_input(Role role) {
  input(role) = {};
  if (role == Role::prediction) {
    source = PredictionSource::none;
  }
}

void Session::exchange_inputs(Role one, Role other) {
  std::swap(input(one), input(other));
  if (one == Role::prediction || other == Role::prediction) {
    source = prediction.path.empty() ? PredictionSource::none : PredictionSource::file;
  }
}

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
