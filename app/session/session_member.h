// SPDX-License-Identifier: Apache-2.0
// What reads and writes the members of a session file: errors say where in the file they are. Only for
// session*_json.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "app/session/session.h"

namespace lossscope {

/// A value of an enumeration and its name in the file.
template <class Enum>
struct Name {
  Enum value;
  std::string_view name;
};

/// The name of a value that has one.
template <class Enum, std::size_t N>
std::string name_of(Enum value, const Name<Enum> (&names)[N]) {
  const auto found = std::find_if(std::begin(names), std::end(names), [&](const auto& n) { return n.value == value; });
  return std::string(found->name);
}

/// A member of the file, known by the way to it ("prediction.grid"), so that an error can say where it is.
class Member {
 public:
  Member(const nlohmann::ordered_json& json, std::string where) : json_(json), where_(std::move(where)) {}

  [[noreturn]] void wrong(const std::string& expected) const {
    throw std::invalid_argument("session: " + (where_.empty() ? "the file" : "'" + where_ + "'") + " must be " +
                                expected);
  }

  /// An object without members that nobody knows: a misspelt one would be lost without a word.
  void expect_object(std::initializer_list<std::string_view> known) const {
    if (!json_.is_object()) {
      wrong("an object");
    }
    for (const auto& [key, value] : json_.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        throw std::invalid_argument("session: unknown member '" + child_name(key) + "'");
      }
    }
  }

  /// Calls read(member) when there is one of that name that is not null.
  template <class Read>
  void when(const char* key, const Read& read) const {
    if (const auto found = json_.find(key); found != json_.end() && !found->is_null()) {
      read(Member(*found, child_name(key)));
    }
  }

  void get(const char* key, double& out) const {
    when(key, [&](const Member& m) { out = m.number(); });
  }
  /// A number from 0 to 1.
  void get_share(const char* key, double& out) const {
    when(key, [&](const Member& m) {
      out = m.number();
      if (!(out >= 0 && out <= 1)) {
        m.wrong("a number from 0 to 1");
      }
    });
  }
  void get(const char* key, bool& out) const {
    when(key, [&](const Member& m) {
      out = m.json_.is_boolean() ? m.json_.get<bool>() : (m.wrong("true or false"), false);
    });
  }
  void get(const char* key, std::string& out) const {
    when(key, [&](const Member& m) { out = m.text(); });
  }
  template <class Enum, std::size_t N>
  void get(const char* key, Enum& out, const Name<Enum> (&names)[N]) const {
    when(key, [&](const Member& m) { out = m.choice(names); });
  }
  template <class T>
  void get(const char* key, std::array<T, 3>& out) const {
    when(key, [&](const Member& m) { out = m.three<T>(); });
  }

  /// Three whole or other numbers.
  template <class T>
  [[nodiscard]] std::array<T, 3> three() const {
    if (!json_.is_array() || json_.size() != 3) {
      wrong("a list of three numbers");
    }
    std::array<T, 3> out{};
    std::size_t at = 0;
    each([&](const Member& element) {
      if constexpr (std::is_integral_v<T>) {
        out[at++] = element.whole();
      } else {
        out[at++] = element.number();
      }
    });
    return out;
  }

  /// Calls read(element) for each element of a list.
  template <class Read>
  void each(const Read& read) const {
    if (!json_.is_array()) {
      wrong("a list");
    }
    for (std::size_t at = 0; at < json_.size(); ++at) {
      read(Member(json_[at], where_ + "[" + std::to_string(at) + "]"));
    }
  }

  [[nodiscard]] double number() const {
    if (!json_.is_number()) {
      wrong("a number");
    }
    return json_.get<double>();
  }
  [[nodiscard]] std::int64_t whole() const {
    if (!json_.is_number_integer() ||
        (json_.is_number_unsigned() && !std::in_range<std::int64_t>(json_.get<std::uint64_t>()))) {
      wrong("a whole number");
    }
    return json_.get<std::int64_t>();
  }
  [[nodiscard]] std::string text() const {
    if (!json_.is_string()) {
      wrong("a text");
    }
    return json_.get<std::string>();
  }
  [[nodiscard]] const nlohmann::ordered_json& json() const { return json_; }
  [[nodiscard]] std::string child_name(const std::string& key) const {
    return where_.empty() ? key : where_ + "." + key;
  }

 private:
  template <class Enum, std::size_t N>
  [[nodiscard]] Enum choice(const Name<Enum> (&names)[N]) const {
    const std::string given = text();
    std::string known;
    for (const auto& name : names) {
      if (name.name == given) {
        return name.value;
      }
      known.append(known.empty() ? "" : ", ").append(name.name);
    }
    wrong("one of " + known + ", not '" + given + "'");
  }

  const nlohmann::ordered_json& json_;
  std::string where_;
};

/// The member "classes" of a session file: which there are, and how a loss combines them.
[[nodiscard]] nlohmann::ordered_json classes_json(const ClassChoice& choice);
void read_classes(const Member& member, std::optional<ClassChoice>& classes);

/// The member "view" of a session file: what is shown and how.
[[nodiscard]] nlohmann::ordered_json view_json(const Look& look);
/// Reads it into `look`; what the file leaves out keeps its value. Throws std::invalid_argument.
void read_view(const Member& view, Look& look);

}  // namespace lossscope
