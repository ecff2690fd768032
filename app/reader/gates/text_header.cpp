// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/text_header.h"

#include <cctype>
#include <charconv>

namespace lossscope::reader {
namespace {

constexpr std::string_view kBlank = " \t\r\n\v\f";

template <class T>
std::optional<T> parsed(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<std::string_view> HeaderLines::next() {
  if (at_ >= text_.size()) {
    return std::nullopt;
  }
  const std::size_t end = text_.find('\n', at_);
  const std::size_t length = (end == std::string::npos ? text_.size() : end) - at_;
  std::string_view line = std::string_view(text_).substr(at_, length);
  at_ = end == std::string::npos ? text_.size() : end + 1;
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (text = trimmed(text); !text.empty();) {
    const std::size_t end = std::min(text.find_first_of(kBlank), text.size());
    words.push_back(text.substr(0, end));
    text = trimmed(text.substr(end));
  }
  return words;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

std::optional<std::int64_t> whole_number(std::string_view text) { return parsed<std::int64_t>(text); }

std::optional<double> number(std::string_view text) { return parsed<double>(text); }

}  // namespace lossscope::reader
