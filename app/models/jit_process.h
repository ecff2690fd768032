// SPDX-License-Identifier: Apache-2.0
// What scripts and models share: getting LibTorch ready, locking up, and telling what went wrong.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "app/helper/channel.h"
#include "app/helper/heartbeat.h"
#include "app/helper/sandbox.h"

namespace lossscope {

/// Starts LibTorch's threads and has its just-in-time compiler run once, which takes 0.3 s and files that are forbidden
/// once locked up. The second call does nothing.
void warm_up();

/// From here on this process opens no file at all. `limits`: "memory" in bytes, "seconds" of all cores together.
SandboxSupport lock_up(const nlohmann::json& limits);

/// {"refused": {"code", "reason", "remedy"}}
[[nodiscard]] nlohmann::json refusal(const std::string& code, const std::string& reason, const std::string& remedy);

/// Answers work(), and turns the five types of exception that LibTorch throws into a refusal: `code`, or
/// `code`_MEMORY.
[[nodiscard]] nlohmann::json guarded(const std::string& code, const std::string& remedy,
                                     const std::function<nlohmann::json()>& work);

}  // namespace lossscope
