// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "app/reader/gates/question.h"

namespace lossscope {

/// To take the pictures of a file, which it calls times or channels, for the slices of one volume.
[[nodiscard]] inline Choice choice_of_slices(std::int64_t pictures, bool safe) {
  return {Question::component, "slices", "Slices of one volume",
          "Takes its " + std::to_string(pictures) + " pictures as the slices of one volume.", safe};
}

}  // namespace lossscope
