// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/session/session.h"

namespace lossscope {

/// Whether this loss has the same value in both sessions: the same case, the same prediction looked at, the same
/// parameters (of a script: the same text).
[[nodiscard]] bool same_value(const Session& one, const Session& other, const std::string& loss);
/// The same of the chosen loss, which must be the same, too.
[[nodiscard]] bool same_value(const Session& one, const Session& other);

}  // namespace lossscope
