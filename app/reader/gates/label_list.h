// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace lossscope {

/// Labels with commas between them ("1,2,-1"), each once, in their order. None when `text` is anything else, or a label
/// does not fit into 32 bits, as those of a mask do.
[[nodiscard]] inline std::optional<std::vector<std::int64_t>> label_list(std::string_view text) {
  std::vector<std::int64_t> labels;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::int32_t label = 0;
    const auto [next, error] = std::from_chars(at, end, label);
    if (error != std::errc() || (next != end && *next != ',')) {
      return std::nullopt;
    }
    if (std::ranges::find(labels, label) == labels.end()) {
      labels.push_back(label);
    }
    if (next == end) {
      return labels;
    }
    at = next + 1;
  }
}

}  // namespace lossscope
