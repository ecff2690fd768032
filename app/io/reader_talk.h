// SPDX-License-Identifier: Apache-2.0
// The talk with lossscope-reader that all its requests share.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/io/reader_client.h"
#include "app/io/said.h"

namespace lossscope {

class SharedMemory;

/// Which file a request is about, and as what; refusals name it.
struct Subject {
  std::string path;
  std::optional<Role> role;
  bool written = false;  ///< it is our own file that is written: what goes wrong is no fault of a stranger's
};

struct Listening {
  Progress progress{};
  std::stop_token stop{};
};

/// Sends a request with its shared memory, and hands the answer to `take`, which checks what it uses of it. Throws
/// Refusal (of the reader, or E_READER_CRASH and E_READER_TIMEOUT about it) and Cancelled.
void ask_reader(nlohmann::json request, const Subject& subject, const SharedMemory& memory, const Listening& listening,
                const std::function<void(const Said& answer)>& take);

/// Bytes that a volume may take a share of: what the system has free, or less where LOSSSCOPE_MEMORY (in MB) says so.
[[nodiscard]] std::uint64_t available_memory();

/// An absolute path as numbers: names are bytes, and need not be the UTF-8 that JSON wants.
[[nodiscard]] std::vector<unsigned char> path_bytes(const std::string& path);

}  // namespace lossscope
