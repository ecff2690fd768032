// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/session/session.h"

namespace lossscope {

/// A session file, its paths taken from the file's folder. Throws Refusal: E_SESSION for what the text says, and those
/// of read_text.
[[nodiscard]] Session read_session(const std::string& path);

}  // namespace lossscope
