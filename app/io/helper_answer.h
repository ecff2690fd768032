// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "app/io/child_process.h"
#include "app/io/reader_client.h"

namespace lossscope {

class SharedMemory;

/// What a helper is asked, and what goes with it.
struct HelperRequest {
  nlohmann::json json;
  const SharedMemory* memory = nullptr;  ///< to read from and to fill; the helper says how large it must be
  ChildLimits limits{};
  std::stop_token stop{};
  Progress progress{};                             ///< takes the lines that are only on the way
  std::vector<std::string> environment{};          ///< of a helper of its own ("NAME=VALUE"), over this process's
  std::size_t most_memory = std::size_t{1} << 36;  ///< bytes; whoever asks for more has gone mad
};

/// What a helper said last, and how it ended.
struct HelperAnswer {
  nlohmann::json json;  ///< the last JSON object it said; null when there was none
  ChildEnd end;
};

/// Asks a helper, which then ends. Throws Cancelled when `stop` asks for it, std::bad_alloc when the memory that the
/// helper needs is not there, Nonsense when it says what no helper does.
[[nodiscard]] HelperAnswer ask_helper(ChildProcess& helper, const HelperRequest& request);
/// The same with a helper of its own. Throws std::runtime_error, too, when it cannot be started.
[[nodiscard]] HelperAnswer ask_helper(const std::string& name, const HelperRequest& request);

}  // namespace lossscope
