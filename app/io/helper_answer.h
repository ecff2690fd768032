// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json.hpp>

#include "app/io/child_process.h"

namespace lossscope {

/// What a helper program of ours said last, and how it ended.
struct HelperAnswer {
  nlohmann::json json;  ///< the last JSON object it printed; null when there was none
  ChildEnd end;
};

/// Asks a helper program, which answers by lines of JSON. `progress` takes the lines that are only on the way. The rest
/// is as in run_child, but that a stop throws Cancelled.
[[nodiscard]] HelperAnswer ask_helper(const std::string& name, const std::vector<std::string>& arguments,
                                      const nlohmann::json& request, int descriptor, int silence_seconds,
                                      const std::stop_token& stop,
                                      const std::function<void(const nlohmann::json&)>& progress = {});

}  // namespace lossscope
