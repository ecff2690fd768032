// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/session/session.h"
#include "losses/configured_loss.h"

namespace lossscope::commands {

/// The losses named by --loss (or all) with the parameters of the session `start`, to which --preset and --set are
/// applied; `NAME=VALUE` goes to every chosen loss that has the parameter, `ID.NAME=VALUE` to one. Values may be
/// numbers, names of choices or special names ("auto"). Throws UsageError that names what is valid.
[[nodiscard]] std::vector<ConfiguredLoss> configure_losses(const std::vector<std::string>& ids, bool all,
                                                           const std::vector<std::string>& settings,
                                                           const std::string& preset, const Session& start = {});

}  // namespace lossscope::commands
