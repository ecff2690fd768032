// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "losses/predictions/degrade.h"

namespace lossscope {
namespace {

constexpr std::string_view kValidKeys =
    "valid keys: shift=I,J,K (mm), dilate (mm), soften (mm, >= 0), noise (>= 0), drop (0..1), doubt (0..0.5), "
    "seed";

[[noreturn]] void refuse(std::string_view what, std::string_view part) {
  throw std::invalid_argument("degrade: " + std::string(what) + " '" + std::string(part) + "'; " +
                              std::string(kValidKeys));
}

template <class T>
T number(std::string_view text, std::string_view part) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    refuse("no number in", part);
  }
  return value;
}

double finite(std::string_view text, std::string_view part) {
  const double value = number<double>(text, part);
  if (!std::isfinite(value)) {
    refuse("not a finite number in", part);
  }
  return value;
}

double within(double minimum, double maximum, std::string_view text, std::string_view part) {
  const double value = finite(text, part);
  if (value < minimum || value > maximum) {
    refuse("out of range:", part);
  }
  return value;
}

std::string_view take(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const auto head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return head;
}

std::array<double, 3> triple(std::string_view text, std::string_view part) {
  std::array<double, 3> values{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (text.empty()) {
      refuse("three numbers needed in", part);
    }
    values[axis] = finite(take(text, ','), part);
  }
  if (!text.empty()) {
    refuse("three numbers needed in", part);
  }
  return values;
}

std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

}  // namespace

Degradation parse_degradation(std::string_view text) {
  constexpr double kAny = 1e9;
  Degradation degradation;
  while (!text.empty()) {
    const std::string_view part = take(text, ';');
    std::string_view value = part;
    const std::string_view key = take(value, '=');
    if (key == "shift") {
      degradation.shift = triple(value, part);
    } else if (key == "dilate") {
      degradation.dilate = within(-kAny, kAny, value, part);
    } else if (key == "soften") {
      degradation.soften = within(0, kAny, value, part);
    } else if (key == "noise") {
      degradation.noise = within(0, kAny, value, part);
    } else if (key == "drop") {
      degradation.drop = within(0, 1, value, part);
    } else if (key == "doubt") {
      degradation.doubt = within(0, 0.5, value, part);
    } else if (key == "seed") {
      degradation.seed = number<std::uint64_t>(value, part);
    } else {
      refuse("unknown key in", part);
    }
  }
  return degradation;
}

std::string to_string(const Degradation& degradation) {
  const Degradation none;
  std::string text;
  const auto add = [&text](std::string_view key, const std::string& value) {
    text.append(text.empty() ? "" : ";").append(key).append("=").append(value);
  };
  if (degradation.shift != none.shift) {
    const auto& [i, j, k] = degradation.shift;
    add("shift", shortest(i).append(",").append(shortest(j)).append(",").append(shortest(k)));
  }
  const auto add_changed = [&add](std::string_view key, double value, double standard) {
    if (value != standard) {
      add(key, shortest(value));
    }
  };
  add_changed("dilate", degradation.dilate, none.dilate);
  add_changed("soften", degradation.soften, none.soften);
  add_changed("noise", degradation.noise, none.noise);
  add_changed("drop", degradation.drop, none.drop);
  add_changed("doubt", degradation.doubt, none.doubt);
  if (degradation.seed != none.seed) {
    add("seed", std::to_string(degradation.seed));
  }
  return text;
}

}  // namespace lossscope
