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
  const Preset* preset = nullptr;  ///< that was asked for by its name, while the parameters are still its own
};

/// Throws std::invalid_argument for the first value, in declaration order, that is out of its parameter's range: a
/// session file may say any number.
void check_values(const Loss& loss, const std::vector<double>& values);

/// Which preset has these values: its place in the declaration + 1, 0 for the defaults, -1 for none. Of several with
/// the same values the `preferred` one, else the first.
[[nodiscard]] int preset_of(const Loss& loss, const std::vector<double>& values, int preferred);

/// A parameter's value as people write it: a choice's name, a special name or a number.
[[nodiscard]] std::string value_text(const ParameterInfo& parameter, double value);

}  // namespace lossscope
