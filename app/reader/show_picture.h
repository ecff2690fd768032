// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "app/helper/channel.h"

namespace lossscope::reader {

/// Answers a request for a picture that is only looked at (a demo's): its size, and its colours as bytes RGBA in the
/// shared memory. A file of at most 16 MiB and 16 million pixels. Throws Refused.
[[nodiscard]] nlohmann::json answer_picture(const nlohmann::json& request, double patience, Channel& channel);

}  // namespace lossscope::reader
