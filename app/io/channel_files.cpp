// SPDX-License-Identifier: Apache-2.0
#include "app/io/channel_files.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <iterator>
#include <set>
#include <stdexcept>

namespace lossscope {
namespace {

/// A path cut into its digits and what lies between them; only numbers of its file name count.
struct NamePieces {
  std::vector<std::string> between{1}, numbers;
};

NamePieces pieces_of(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).lexically_normal().parent_path().string();
  NamePieces pieces;
  pieces.between.back() = folder + '/';
  bool in_number = false;
  for (const char c : std::filesystem::path(path).filename().string()) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (digit && !in_number) {
      pieces.numbers.emplace_back();
      pieces.between.emplace_back();
    }
    (digit ? pieces.numbers : pieces.between).back() += c;
    in_number = digit;
  }
  return pieces;
}

/// By value, whatever zeros lead.
bool is_smaller(const std::string& a, const std::string& b) {
  const auto digits = [](const std::string& number) {
    return number.substr(std::min(number.find_first_not_of('0'), number.size() - 1));
  };
  const std::string one = digits(a), other = digits(b);
  return one.size() != other.size() ? one.size() < other.size() : one < other;
}

}  // namespace

std::optional<std::vector<std::string>> channel_series(std::span<const std::string> paths) {
  std::vector<NamePieces> names;
  std::ranges::transform(paths, std::back_inserter(names), pieces_of);
  const auto alike = [&](const NamePieces& name) {
    return name.between == names.front().between && name.numbers.size() == names.front().numbers.size();
  };
  if (paths.size() < 2 || !std::ranges::all_of(names, alike)) {
    return std::nullopt;
  }
  std::vector<std::size_t> differing;
  for (std::size_t at = 0; at < names.front().numbers.size(); ++at) {
    const auto same = [&](const NamePieces& name) { return name.numbers[at] == names.front().numbers[at]; };
    if (!std::ranges::all_of(names, same)) {
      differing.push_back(at);
    }
  }
  if (differing.size() != 1) {
    return std::nullopt;
  }
  const std::size_t number = differing.front();
  std::vector<std::size_t> order(paths.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  const auto before = [&](std::size_t a, std::size_t b) {
    return is_smaller(names[a].numbers[number], names[b].numbers[number]);
  };
  std::ranges::sort(order, before);
  if (std::ranges::adjacent_find(order, std::not_fn(before)) != order.end()) {
    return std::nullopt;  // p_1 and p_01: no order
  }
  std::vector<std::string> series;
  std::ranges::transform(order, std::back_inserter(series), [&](std::size_t i) { return paths[i]; });
  return series;
}

std::vector<std::string> in_channel_order(const std::vector<std::string>& paths) {
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    if (!seen.insert(std::filesystem::absolute(path).lexically_normal().string()).second) {
      throw std::invalid_argument(path + " is named twice as a channel");
    }
  }
  return channel_series(paths).value_or(paths);
}

}  // namespace lossscope
