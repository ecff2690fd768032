// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

/// A loss with the values of its parameters in declaration order.
struct ConfiguredLoss {
  const Loss* loss = nullptr;
  std::vector<double> parameters;
};

/// Throws std::invalid_argument for the first value, in declaration order, that is out of its parameter's range: a
/// session file may say any number.
void check_values(const Loss& loss, const std::vector<double>& values);

/// A parameter's value as people write it: a choice's name, a special name or a number.
[[nodiscard]] std::string value_text(const ParameterInfo& parameter, double value);

}  // namespace lossscope
