// SPDX-License-Identifier: Apache-2.0
// Numbers as sentences and commands have them.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace lossscope {

/// The shortest decimal text that reads back as the same number, without an exponent from 0.0001 to 10 millions.
template <class Number>
[[nodiscard]] std::string shortest_text(Number value) {
  std::array<char, 64> text{};
  const auto size = std::abs(static_cast<double>(value));
  const auto format = size == 0 || (size >= 1e-4 && size < 1e7) ? std::chars_format::fixed : std::chars_format::general;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value, format);
  return {text.data(), result.ptr};
}

/// The same for a voxel's value: where a float holds it, it was one, and 0.1F is "0.1", not "0.10000000149011612".
[[nodiscard]] inline std::string voxel_text(double value) {
  const auto single = static_cast<float>(value);
  return static_cast<double>(single) == value ? shortest_text(single) : shortest_text(value);
}

}  // namespace lossscope
