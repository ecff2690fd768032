// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "app/helper/channel.h"

namespace lossscope {

/// Looks into a TorchScript file, and runs it when asked to. The request says "path" and, to run it, "trusted" (the
/// SHA-256 that the person trusts), "size" (i, j, k of the image, which lies in the channel's shared memory, followed
/// by room for the output, float32 each), "channel" (of the output, or null), "memory" (bytes) and "seconds". Answers
/// {"model": {"sha256", "version", "class", "signature", "bytes", ...}}, when it ran with "channels" and "values" (min,
/// max, sum) of the output; or {"refused": {"code", "reason", "remedy"}}. The file is read first; then this process can
/// open no file any more, and only then are the bytes looked at.
[[nodiscard]] nlohmann::json answer_model(const nlohmann::json& request, Channel& channel);

}  // namespace lossscope
