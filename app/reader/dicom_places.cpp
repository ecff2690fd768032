// SPDX-License-Identifier: Apache-2.0
// Frames without a place, or with the place of another: what their order says of it.
#include "app/reader/dicom_places.h"

#include <algorithm>
#include <cmath>

namespace lossscope::reader {
namespace {

constexpr double kOff = 0.05;  // share of a step by which a gap may differ from whole steps

/// Indices of the places that are known.
std::vector<std::size_t> known_in(const Places& places) {
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i]) {
      known.push_back(i);
    }
  }
  return known;
}

/// From one known place to the next: the middle one of those between neighbours, or of all where none are; 0 where the
/// places do not run in one direction.
double step_of(const Places& places, const std::vector<std::size_t>& known) {
  std::vector<double> beside, any;
  for (std::size_t n = 1; n < known.size(); ++n) {
    const double gap = *places[known[n]] - *places[known[n - 1]];
    const std::size_t apart = known[n] - known[n - 1];
    any.push_back(gap / static_cast<double>(apart));
    if (apart == 1) {
      beside.push_back(gap);
    }
    if (std::abs(gap) <= kSamePlace || gap * any.front() < 0) {
      return 0;
    }
  }
  std::vector<double>& steps = beside.empty() ? any : beside;
  if (steps.empty()) {
    return 0;
  }
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::ranges::nth_element(steps, middle);
  return *middle;
}

}  // namespace

Places without_doubles(Places places) {
  std::vector<std::size_t> sorted = known_in(places);
  std::ranges::sort(sorted, [&](std::size_t a, std::size_t b) { return *places[a] < *places[b]; });
  std::vector<std::size_t> doubled;
  for (std::size_t n = 1; n < sorted.size(); ++n) {
    if (*places[sorted[n]] - *places[sorted[n - 1]] <= kSamePlace) {
      doubled.insert(doubled.end(), {sorted[n - 1], sorted[n]});
    }
  }
  for (const std::size_t i : doubled) {
    places[i].reset();
  }
  return places;
}

std::optional<std::vector<double>> places_in_order(const Places& places) {
  const std::vector<std::size_t> known = known_in(places);
  const double step = step_of(places, known);
  if (step == 0) {
    return std::nullopt;
  }
  std::vector<double> filled(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto behind = std::ranges::lower_bound(known, i);
    const bool before_all = behind == known.begin() && !places[i], beyond_all = behind == known.end();
    if (before_all || beyond_all) {
      const std::size_t nearest = before_all ? known.front() : known.back();
      filled[i] = *places[nearest] + (static_cast<double>(i) - static_cast<double>(nearest)) * step;
      continue;
    }
    if (places[i]) {
      filled[i] = *places[i];
      continue;
    }
    const std::size_t last = *(behind - 1), next = *behind;
    const double steps = static_cast<double>(next - last), own = (*places[next] - *places[last]) / steps;
    if (std::abs(own - step) > kOff * std::abs(step)) {
      return std::nullopt;
    }
    filled[i] = *places[last] + static_cast<double>(i - last) * own;
  }
  return filled;
}

std::string without_place(const std::vector<std::string>& names, std::size_t all) {
  const std::string why = " not say where it lies (it has no ImagePositionPatient)";
  if (names.size() == 1) {
    return names.front() + " does" + why;
  }
  return std::to_string(names.size()) + " of " + std::to_string(all) + " frames do not say where they lie (they have " +
         "no ImagePositionPatient): " + names[0] + ", " + names[1] + (names.size() > 2 ? ", ..." : "");
}

Choice choice_of_order() {
  return {Question::slices, "order", "By their order",
          "Puts each frame without a place of its own between those before and behind it in the file.", true};
}

Choice choice_of_placed(const std::string& effect) {
  return {Question::slices, "placed", "Leave them out", effect, false};
}

std::vector<Choice> choices_of_duplicates(const std::string& number) {
  return {{Question::duplicates, "first", "The earlier one", "Takes the one with the lower " + number + ".", false},
          {Question::duplicates, "last", "The later one", "Takes the one with the higher " + number + ".", false}};
}

}  // namespace lossscope::reader
