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

/// A parameter's value as people write it: a choice's name, a special name or a number.
[[nodiscard]] std::string value_text(const ParameterInfo& parameter, double value);

}  // namespace lossscope
