// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lossscope {

/// Labels for a sentence, "1, 2, 3"; `none` for no label. (label_text is what --label reads.)
[[nodiscard]] std::string label_words(const std::vector<std::int64_t>& labels, std::string_view none);

}  // namespace lossscope
