// SPDX-License-Identifier: Apache-2.0
// Foreign text (names, fields of headers, messages of libraries) on its way to a terminal or a label.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace lossscope {

/// One character of UTF-8 text: its code point and how many bytes it takes; 0 bytes where the text is no UTF-8.
struct Utf8Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;
};

/// The first character of a text that is not empty. Overlong forms, surrogates and numbers above U+10FFFF are no UTF-8.
[[nodiscard]] inline Utf8Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  const std::size_t bytes = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : (lead >> 3) == 30 ? 4 : 0;
  if (bytes == 0 || bytes > text.size()) {
    return {};
  }
  std::uint32_t code = bytes == 1 ? lead : lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (byte(i) >> 6 != 2) {
      return {};
    }
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < kSmallest[bytes] || surrogate || code > 0x10FFFF ? Utf8Character{} : Utf8Character{code, bytes};
}

/// Whether a character does something else than being seen where it stands: controls (C0, DEL, C1), marks of the
/// writing direction, separators of lines and paragraphs, and what takes no room.
[[nodiscard]] constexpr bool is_hidden(std::uint32_t code) {
  struct Range {
    std::uint32_t first, last;
  };
  constexpr std::array kHidden{Range{0x00, 0x1F},     Range{0x7F, 0x9F},     Range{0xAD, 0xAD},
                               Range{0x34F, 0x34F},   Range{0x61C, 0x61C},   Range{0x115F, 0x1160},
                               Range{0x17B4, 0x17B5}, Range{0x180B, 0x180F}, Range{0x200B, 0x200F},
                               Range{0x2028, 0x202E}, Range{0x2060, 0x206F}, Range{0x3164, 0x3164},
                               Range{0xFEFF, 0xFEFF}, Range{0xFFF9, 0xFFFB}, Range{0xE0000, 0xE0FFF}};
  for (const Range& range : kHidden) {
    if (code >= range.first && code <= range.last) {
      return true;
    }
  }
  return false;
}

/// A text whose every character is seen: hidden ones become \u{202e}, bytes that are controls or no UTF-8 \x1b. What is
/// displayable already stays as it is.
[[nodiscard]] inline std::string displayable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string shown;
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    const std::size_t bytes = character.bytes == 0 ? 1 : character.bytes;
    if (character.bytes == 0 || (bytes == 1 && is_hidden(character.code))) {
      const auto byte = static_cast<unsigned char>(text.front());
      shown.append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    } else if (is_hidden(character.code)) {
      std::string code;
      for (std::uint32_t rest = character.code; rest > 0; rest >>= 4) {
        code.insert(code.begin(), kDigits[rest & 15]);
      }
      shown.append("\\u{").append(code).append("}");
    } else {
      shown.append(text.substr(0, bytes));
    }
    text.remove_prefix(bytes);
  }
  return shown;
}

/// Text that is displayable, whatever it was made from. What is shown to a person has this type, so that no raw foreign
/// string can be in it.
class Displayable {
 public:
  Displayable() = default;
  Displayable(std::string_view text) : text_(displayable(text)) {}  // NOLINT: converts on purpose
  /// From whatever converts to a string: a std::string, a literal, a string in JSON.
  template <class Text>
  requires(!std::same_as<Text, Displayable> && std::convertible_to<const Text&, std::string>)
      Displayable(const Text& text)
      : text_(displayable(as_string(text))) {}  // NOLINT: converts on purpose

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::size_t find(std::string_view part) const { return text_.find(part); }
  [[nodiscard]] std::size_t find(char part) const { return text_.find(part); }
  [[nodiscard]] bool starts_with(std::string_view part) const { return text_.starts_with(part); }
  [[nodiscard]] bool ends_with(std::string_view part) const { return text_.ends_with(part); }
  [[nodiscard]] std::string substr(std::size_t from, std::size_t count = std::string::npos) const {
    return text_.substr(from, count);
  }
  operator const std::string&() const { return text_; }  // NOLINT: converts on purpose
  bool operator==(const Displayable&) const = default;

  Displayable& operator+=(const Displayable& more) {
    text_ += more.text_;
    return *this;
  }

  friend Displayable operator+(const Displayable& a, const Displayable& b) {
    Displayable both;
    both.text_ = a.text_ + b.text_;
    return both;
  }
  friend std::ostream& operator<<(std::ostream& out, const Displayable& d) { return out << d.text_; }

  template <class Json>
  friend void to_json(Json& json, const Displayable& d) {
    json = d.text_;
  }

 private:
  static std::string as_string(std::string text) { return text; }

  std::string text_;
};

}  // namespace lossscope
