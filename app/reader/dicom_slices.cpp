// SPDX-License-Identifier: Apache-2.0
#include "app/reader/dicom_slices.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "app/reader/dicom_places.h"
#include "app/reader/gates/vector3.h"
#include "app/reader/gates/ways_out.h"
#include "basics/number_text.h"

namespace lossscope::reader {
namespace {

constexpr double kEven = 0.01, kRepairable = 0.2;  // share of a step

Vector cross(const std::array<double, 6>& o) {
  return {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
}

Vector minus(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

std::string millimetres(double length) { return shortest_text(std::round(length * 1000) / 1000) + " mm"; }

bool by_instance(const Slice& a, const Slice& b) { return a.header().instance < b.header().instance; }

bool by_place(const Slice& a, const Slice& b) {
  return std::abs(a.along - b.along) > kSamePlace ? a.along < b.along : by_instance(a, b);
}

Places places_of(const Slices& slices) {
  Places places;
  for (const Slice& slice : slices) {
    places.push_back(slice.is_placed ? std::optional(slice.along) : std::nullopt);
  }
  return places;
}

/// The slices by their numbers, and where that order puts each; none where it settles nothing.
std::optional<std::vector<double>> order_of(Slices& slices) {
  std::ranges::stable_sort(slices, by_instance);
  return places_in_order(without_doubles(places_of(slices)));
}

/// Moves slices that lack a place, or share one, along the line of the others.
void take_order(Slices& slices, std::vector<Note>& notes) {
  const auto along = order_of(slices);
  if (!along) {
    throw Refused("E_DICOM_POSITION", "the order of the slices does not say where those lie that lack a place",
                  "export the series again, with positions");
  }
  const Places known = without_doubles(places_of(slices));
  std::size_t first = slices.size(), last = 0, moved = 0;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    if (known[i]) {
      first = std::min(first, i);
      last = i;
    }
  }
  const Vector from = slices[first].place, whole = minus(slices[last].place, from);
  const double start = slices[first].along, length = slices[last].along - start;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    slices[i].along = (*along)[i];
    if (!known[i]) {
      ++moved;
      slices[i].is_placed = true;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        slices[i].place[axis] = from[axis] + whole[axis] * ((*along)[i] - start) / length;
      }
    }
  }
  notes.push_back({"W_FRAMES", std::to_string(moved) + " of " + std::to_string(slices.size()) +
                                   " slices were put where their order says, between those before and behind them"});
}

[[noreturn]] void ask_for_places(Slices& slices, const std::vector<std::string>& names) {
  std::vector<Choice> choices;
  const std::size_t all = slices.size();
  if (order_of(slices)) {
    choices.push_back(choice_of_order());
  }
  if (names.size() + 1 < all) {
    choices.push_back(
        choice_of_placed("Reads the others alone, and interpolates where one is missing; what these show is lost."));
  }
  throw Refused("E_DICOM_POSITION", without_place(names, all),
                choices.empty() ? "export the series again, with positions"
                                : "export the series again, or say what to do: " + flags_of(choices, ", or "),
                choices);
}

/// Slices that do not say where they lie, where others do.
void settle_missing_places(Slices& slices, const Answers& answers, std::vector<Note>& notes) {
  std::vector<std::string> names;
  for (const Slice& slice : slices) {
    if (!slice.is_placed) {
      names.push_back(slice.name());
    }
  }
  if (names.empty() || slices.size() == 1) {
    return;
  }
  if (answers.take(Question::slices) != "placed" || names.size() + 1 >= slices.size()) {
    ask_for_places(slices, names);
  }
  std::erase_if(slices, [](const Slice& slice) { return !slice.is_placed; });
  notes.push_back({"W_SKIPPED", without_place(names, slices.size() + names.size()) + "; left out"});
}

/// Whether slices in the order of their places would be evenly spaced without those at the place of another.
bool is_even_without_doubles(const Slices& slices) {
  std::vector<double> along;
  for (const Slice& slice : slices) {
    if (along.empty() || slice.along - along.back() > kSamePlace) {
      along.push_back(slice.along);
    }
  }
  const double step = (along.back() - along.front()) / std::max<double>(1, static_cast<double>(along.size()) - 1);
  double worst = 0;
  for (std::size_t i = 1; i < along.size(); ++i) {
    worst = std::max(worst, std::abs((along[i] - along[i - 1]) / step - 1));
  }
  return worst <= kRepairable;
}

[[noreturn]] void ask_for_duplicates(Slices slices, const Slice& one, const Slice& other) {
  std::vector<Choice> choices;
  const bool doubled = is_even_without_doubles(slices);
  if (doubled) {
    choices = choices_of_duplicates("instance number");
  }
  if (order_of(slices)) {
    choices.push_back(choice_of_order());
    choices.back().safe = !doubled;
  }
  throw Refused("E_DICOM_DUPLICATES",
                "two slices lie at one place: " + one.name() + " and " + other.name() +
                    (doubled ? "" : "; another place has none, so that one of them seems to give a wrong one"),
                choices.empty() ? "export the series again"
                                : (doubled ? "say which counts: " : "say what to do: ") + flags_of(choices, ", or "),
                choices);
}

/// Of slices at one place, the one that was asked for.
void settle_duplicates(Slices& slices, const Answers& answers, std::vector<Note>& notes) {
  Slices kept;
  std::size_t dropped = 0;
  for (const Slice& slice : slices) {
    if (kept.empty() || slice.along - kept.back().along > kSamePlace) {
      kept.push_back(slice);
      continue;
    }
    ++dropped;
    const std::string_view answer = answers.take(Question::duplicates);
    if (answer.empty()) {
      ask_for_duplicates(slices, kept.back(), slice);
    }
    if (answer == "last") {
      kept.back() = slice;  // equal places are in the order of their numbers
    }
  }
  slices = std::move(kept);
  if (dropped > 0) {
    notes.push_back({"W_DUPLICATES", std::to_string(dropped) + " slices at the place of another were left out"});
  }
}

/// Where every place has the same number of slices, these are volumes of one series (times, echoes, directions): they
/// are put one after the other. Returns how many there are.
std::size_t split_volumes(Slices& slices, const Answers& answers) {
  std::vector<std::size_t> begins;  // of places
  for (std::size_t i = 0; i < slices.size(); ++i) {
    if (i == 0 || slices[i].along - slices[begins.back()].along > kSamePlace) {
      begins.push_back(i);
    }
  }
  const std::size_t volumes = slices.size() / begins.size();
  bool even = volumes > 1 && answers.to(Question::duplicates).empty() && volumes * begins.size() == slices.size() &&
              (begins.size() > 1 || slices.front().entry->file.frames.size() > 1);
  for (std::size_t place = 0; place < begins.size(); ++place) {
    even = even && begins[place] == place * volumes;
  }
  if (!even) {
    return 1;
  }
  Slices sorted;
  for (std::size_t volume = 0; volume < volumes; ++volume) {
    for (const std::size_t begin : begins) {
      sorted.push_back(slices[begin + volume]);
    }
  }
  slices = std::move(sorted);
  return volumes;
}

void set_geometry(const Slices& slices, const Vector& normal, Layout& layout) {
  const std::size_t planes = slices.size() / static_cast<std::size_t>(layout.stacked);
  const Slice& first = slices.front();
  const DicomFrame& header = first.header();
  const DicomFile& file = first.entry->file;
  layout.size = {file.columns, file.rows, static_cast<std::int64_t>(planes)};
  layout.has_orientation = first.is_placed;
  layout.origin = first.place;
  layout.spacing = {header.spacing[1], header.spacing[0], header.thickness > 0 ? header.thickness : 1};
  Vector third = normal;
  if (planes > 1) {
    third = minus(slices[planes - 1].place, first.place);
    const double length = std::sqrt(dot(third, third));
    layout.spacing[2] = length / static_cast<double>(planes - 1);
    for (double& part : third) {
      part /= length;
    }
  }
  for (std::size_t row = 0; row < 3; ++row) {
    layout.direction[3 * row] = header.orientation[row];
    layout.direction[3 * row + 1] = header.orientation[3 + row];
    layout.direction[3 * row + 2] = third[row];
  }
  if (!header.has_spacing) {
    layout.notes.push_back({"W_NO_SPACING", "the slices give no spacing: 1 mm was taken"});
  }
  if (!layout.has_orientation) {
    layout.notes.push_back(
        {"W_NO_ORIENT", "the slice says nothing of left and right: no orientation letters are shown"});
  }
}

}  // namespace

std::string Slice::name() const {
  return file_name(entry->path) + (entry->file.frames.size() > 1 ? ", frame " + std::to_string(frame + 1) : "");
}

void sort_slices(Slices& slices, Layout& layout, const Answers& answers) {
  const Vector normal = cross(slices.front().header().orientation);
  for (Slice& slice : slices) {
    slice.along = dot(normal, slice.place);
  }
  const bool placed = slices.front().entry->file.frames_are_placed;  // else they follow one another
  const Places places = places_of(slices);
  const bool all_known = std::ranges::all_of(without_doubles(places), [](const auto& place) { return bool(place); });
  if (placed && !all_known && answers.to(Question::slices) == "order") {
    (void)answers.take(Question::slices);
    take_order(slices, layout.notes);
  } else if (placed) {
    settle_missing_places(slices, answers, layout.notes);
  }
  std::ranges::stable_sort(slices, by_place);
  layout.stacked = static_cast<int>(split_volumes(slices, answers));
  if (layout.stacked == 1) {
    settle_duplicates(slices, answers, layout.notes);
  }
  set_geometry(slices, normal, layout);
}

std::vector<double> uneven_positions(const Slices& slices, const Layout& layout, const Answers& answers) {
  const auto planes = static_cast<std::size_t>(layout.size[2]);
  if (planes < 3) {
    return {};
  }
  const Vector third{layout.direction[2], layout.direction[5], layout.direction[8]};
  std::vector<double> positions;
  double worst = 0;
  std::string reason;
  for (const Slice& slice : std::span(slices).first(planes)) {
    const Vector from_first = minus(slice.place, slices.front().place);
    const double along = dot(third, from_first);
    double aside = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      aside = std::hypot(aside, from_first[i] - along * third[i]);
    }
    const double step = positions.empty() ? layout.spacing[2] : along - positions.back();
    const double uneven = std::abs(step / layout.spacing[2] - 1), off = std::max(uneven, aside / layout.spacing[2]);
    if (off > worst) {
      worst = off;
      reason = slice.name() + " lies " +
               (off > uneven
                    ? millimetres(aside) + " beside the line of the others"
                    : millimetres(step) + " from the one before, where the mean is " + millimetres(layout.spacing[2]));
    }
    positions.push_back(along);
  }
  if (worst <= kEven) {
    return {};
  }
  reason = "the slices are not evenly spaced: " + reason;
  const std::string_view answer = answers.take(Question::slices);
  if (worst > kRepairable && answer != "placed") {
    throw Refused("E_DICOM_SPACING", reason, "is a slice missing? Export the whole series again");
  }
  if (answer != "resample" && answer != "placed") {
    throw Refused("E_DICOM_SPACING", reason, "resample it to even slices: --slices resample",
                  {{Question::slices, "resample", "Resample evenly",
                    "Interpolates between slices (labels by nearest slice); results are marked as resampled.", true}});
  }
  return positions;
}

}  // namespace lossscope::reader
