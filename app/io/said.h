// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace lossscope {

/// A helper said what it cannot mean: it has met foreign bytes, and they took it over or broke it.
struct Nonsense : std::runtime_error {
  using runtime_error::runtime_error;
};

/// A part of what a helper said. Nothing of it is used before it was found to be of the right kind and within its
/// range: each member throws Nonsense that names the part otherwise.
class Said {
 public:
  explicit Said(const nlohmann::json& json, std::string where = "the answer") : json_(json), where_(std::move(where)) {}

  [[nodiscard]] bool has(const char* member) const { return json_.is_object() && json_.contains(member); }
  [[nodiscard]] Said at(const char* member) const;
  [[nodiscard]] Said at(std::size_t index) const;
  /// Of a list that has at most `most` elements.
  [[nodiscard]] std::size_t length(std::size_t most) const;
  [[nodiscard]] std::string text(std::size_t most = std::size_t{1} << 16) const;
  [[nodiscard]] bool truth() const;
  [[nodiscard]] std::int64_t whole(std::int64_t least, std::int64_t most) const;
  /// A finite number of that range.
  [[nodiscard]] double number(double least = std::numeric_limits<double>::lowest(),
                              double most = std::numeric_limits<double>::max()) const;
  template <std::size_t N>
  [[nodiscard]] std::array<double, N> numbers(double least, double most) const {
    std::array<double, N> all;
    wrong_unless(length(N) == N, "a list of another length");
    for (std::size_t i = 0; i < N; ++i) {
      all[i] = at(i).number(least, most);
    }
    return all;
  }
  void wrong_unless(bool right, const char* what) const;

 private:
  const nlohmann::json& json_;
  std::string where_;
};

}  // namespace lossscope
