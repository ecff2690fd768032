// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/reader/gates/finding.h"

namespace lossscope::reader {

/// The flags of choices as words: "--slices order, or --slices placed" with ", or " between them.
[[nodiscard]] inline std::string flags_of(std::span<const Choice> choices, std::string_view between) {
  std::string flags;
  for (const Choice& choice : choices) {
    flags.append(flags.empty() ? "" : between).append(choice.flag());
  }
  return flags;
}

}  // namespace lossscope::reader
