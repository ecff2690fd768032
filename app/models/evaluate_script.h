// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "app/helper/channel.h"

namespace lossscope {

/// Evaluates a TorchScript loss on the channel's shared memory and writes its maps there. The request says "source",
/// "size" (i, j, k), "memory" (bytes), "seconds" and "patience" (seconds). Answers {"value", "is_map"} or {"refused":
/// {"code", "reason", "remedy"}}. Afterwards this process can open no file any more.
[[nodiscard]] nlohmann::json evaluate_script(const nlohmann::json& request, Channel& channel);

}  // namespace lossscope
