// SPDX-License-Identifier: Apache-2.0
// What the text headers of NRRD and MetaImage have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/reader/gates/source.h"

namespace lossscope::reader {

inline constexpr std::size_t kLongestTextHeader = std::size_t{1} << 20;

/// The lines of a text header, one after the other; "\r\n" counts as "\n".
class HeaderLines {
 public:
  explicit HeaderLines(const Source& source) : text_(source.text(0, kLongestTextHeader)) {}
  /// None at the end of the header's text.
  std::optional<std::string_view> next();
  /// Of the first byte after the last line.
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

[[nodiscard]] std::string_view trimmed(std::string_view text);
/// Parts between white space.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);
/// None when `text` is not one whole number; nor one that fits.
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text);
/// None when `text` is not a number. "nan" and "inf" are numbers.
[[nodiscard]] std::optional<double> number(std::string_view text);

}  // namespace lossscope::reader
