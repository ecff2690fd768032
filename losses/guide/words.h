// SPDX-License-Identifier: Apache-2.0
// Numbers as the guide's sentences have them. Only for losses/guide/*.cpp.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace lossscope {

/// A number as a person writes it: three significant digits.
inline std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g", value);
  return text;
}

/// A number just below 1 with two digits that are not 9: 0.99984, where three digits would say 1.
inline std::string close_to_one(double value) {
  char text[32];
  int digits = 3;
  for (double rest = 1 - value; digits < 12 && rest > 0 && rest < 0.1; rest *= 10) {
    ++digits;
  }
  std::snprintf(text, sizeof(text), "%.*g", digits, value);
  return text;
}

inline std::string percent(double share) { return number(100 * share) + " %"; }

/// "1 voxel", "2 voxels".
inline std::string counted(std::int64_t count, std::string_view one) {
  return std::to_string(count) + " " + std::string(one) + (count == 1 ? "" : "s");
}

}  // namespace lossscope
