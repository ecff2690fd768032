// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <stdexcept>

#include "basics/number_text.h"
#include "losses/predictions/degradation_parts.h"

namespace lossscope {
namespace {

constexpr double kAny = 1e9;
constexpr DegradationPart kParts[] = {
    {"dilate", "dilation", "Dilate", "Grows the mask (false positives); negative erodes it (misses)", "mm",
     &Degradation::dilate, -kAny, kAny, -10, 10, -5, 5},
    {"soften", "softness", "Soften", "Width of the edge: how unsure the prediction is at its boundary", "mm",
     &Degradation::soften, 0, kAny, 0, 10, 0, 5},
    {"noise", "noise, standard deviation", "Noise", "Standard deviation of the noise that is added to the probability",
     "", &Degradation::noise, 0, kAny, 0, 0.5, 0, 0.5},
    {"drop", "dropped components", "Drop", "Share of the mask's connected components that are missed", "",
     &Degradation::drop, 0, 1, 0, 1},
    {"doubt", "doubt", "Doubt", "At least so unsure is every voxel: p is held between this and 1 minus this", "",
     &Degradation::doubt, 0, 0.5, 0, 0.5}};

/// "dilate (mm)", "drop (0..1)", "noise (>= 0)".
std::string described(const DegradationPart& part) {
  std::string range = part.minimum == 0 ? ">= 0" : "";
  if (part.maximum < kAny) {
    range = shortest_text(part.minimum) + ".." + shortest_text(part.maximum);
  }
  std::string inner(part.unit);
  inner.append(inner.empty() || range.empty() ? "" : ", ").append(range);
  return std::string(part.key).append(inner.empty() ? "" : " (" + inner + ")");
}

std::string valid_keys() {
  std::string keys = "valid keys: shift=I,J,K (mm)";
  for (const DegradationPart& part : kParts) {
    keys += ", " + described(part);
  }
  return keys + ", seed";
}

[[noreturn]] void refuse(std::string_view what, std::string_view part) {
  throw std::invalid_argument("degrade: " + std::string(what) + " '" + std::string(part) + "'; " + valid_keys());
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

}  // namespace

std::span<const DegradationPart> degradation_parts() { return kParts; }

const DegradationPart* degradation_part(std::string_view key) {
  const auto* found = std::ranges::find(kParts, key, &DegradationPart::key);
  return found == std::end(kParts) ? nullptr : found;
}

Degradation parse_degradation(std::string_view text) {
  Degradation degradation;
  while (!text.empty()) {
    const std::string_view part = take(text, ';');
    std::string_view value = part;
    const std::string_view key = take(value, '=');
    if (key == "shift") {
      degradation.shift = triple(value, part);
    } else if (const DegradationPart* known = degradation_part(key)) {
      degradation.*known->value = within(known->minimum, known->maximum, value, part);
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
    add("shift", shortest_text(i) + "," + shortest_text(j) + "," + shortest_text(k));
  }
  for (const DegradationPart& part : kParts) {
    if (degradation.*part.value != none.*part.value) {
      add(part.key, shortest_text(degradation.*part.value));
    }
  }
  if (degradation.seed != none.seed) {
    add("seed", std::to_string(degradation.seed));
  }
  return text;
}

}  // namespace lossscope
