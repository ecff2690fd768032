// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope::commands {

/// A loss with the values of its parameters in declaration order.
struct ConfiguredLoss {
  const Loss* loss = nullptr;
  std::vector<double> parameters;
};

/// The losses named by --loss (or all), with --preset and --set applied; `NAME=VALUE` goes to every chosen loss that
/// has the parameter, `ID.NAME=VALUE` to one. Values may be numbers, names of choices or special names ("auto"). Throws
/// UsageError that names what is valid.
[[nodiscard]] std::vector<ConfiguredLoss> configure_losses(const std::vector<std::string>& ids, bool all,
                                                           const std::vector<std::string>& settings,
                                                           const std::string& preset);

/// A parameter's value as people write it: a choice's name, a special name or a number.
[[nodiscard]] std::string value_text(const ParameterInfo& parameter, double value);

}  // namespace lossscope::commands
