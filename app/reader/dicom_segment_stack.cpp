// SPDX-License-Identifier: Apache-2.0
// Where the frames of a segmentation lie (PS3.3 C.7.6.16.2.3): planes may lack frames, and segments share planes.
#include "app/reader/dicom_segment_stack.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "app/reader/dicom_places.h"
#include "app/reader/gates/vector3.h"
#include "app/reader/gates/ways_out.h"

namespace lossscope::reader {
namespace {

using Frames = std::vector<SegmentFrame>;

[[noreturn]] void refuse_planes(const std::string& reason) {
  throw Refused("E_DICOM_SPACING", "the frames of the segmentation " + reason, "export the segmentation again");
}

void check_same_planes(const DicomFile& file) {
  const DicomFrame& first = file.frames.front();
  for (const DicomFrame& frame : file.frames) {
    bool same = true;
    for (std::size_t i = 0; i < 6; ++i) {
      same = same && std::abs(frame.orientation[i] - first.orientation[i]) < 1e-4;
    }
    for (std::size_t i = 0; i < 2; ++i) {
      same = same && std::abs(frame.spacing[i] - first.spacing[i]) < 1e-4;
    }
    if (!same) {
      refuse_planes("do not lie parallel to each other, or differ in spacing");
    }
  }
}

/// How far planes lie apart: as the header says where all places fit that, else the least distance between two.
double step_between(std::vector<double> along, double said) {
  constexpr double kFits = 0.05;
  std::ranges::sort(along);
  double least = 0;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < along.size(); ++i) {
    if (const double gap = along[i] - along[i - 1]; gap > kSamePlace) {
      gaps.push_back(gap);
      least = least == 0 ? gap : std::min(least, gap);
    }
  }
  const auto fits = [&](double step) {
    return step > 0 && std::ranges::all_of(gaps, [&](double gap) {
             return std::round(gap / step) >= 1 && std::abs(gap / step - std::round(gap / step)) <= kFits;
           });
  };
  if (fits(said)) {
    return said;
  }
  if (gaps.empty()) {
    return said > 0 ? said : 1;
  }
  if (!fits(least)) {
    refuse_planes("are not evenly spaced");
  }
  return least;
}

/// "frame 6 of segment 2 (Tumour)", counted from 1.
std::string frame_text(const DicomFile& file, const SegmentFrame& frame) {
  const std::string text = "frame " + std::to_string(frame.index + 1);
  return frame.segment == 0 ? text : text + " of " + segment_text(file, frame.segment);
}

/// The places of all frames along the normal, and what is to be drawn.
class Settling {
 public:
  Settling(const DicomFile& file, Frames wanted, const Vector& normal)
      : file_(file), normal_(normal), wanted_(std::move(wanted)) {
    for (const DicomFrame& frame : file.frames) {
      places_.push_back(frame.has_position ? std::optional(dot(normal, frame.position)) : std::nullopt);
    }
  }

  void settle(const Answers& answers) {
    if (answers.to(Question::slices) == "order") {
      take_order(answers);
    } else {
      settle_missing(answers);
    }
    settle_doubles(answers);
  }
  /// Frames that do not say where they lie follow one another, those of each segment from the first plane on, where
  /// that was said: files are known in which they are shuffled.
  void follow_one_another(const Answers& answers) {
    std::ranges::fill(places_, std::nullopt);
    const auto of_segment = frames_of_segments();
    if (of_segment.empty()) {  // nothing is drawn on the only plane that is sure
      places_.front() = dot(normal_, file_.frames.front().position);
      return;
    }
    const std::size_t count = of_segment.begin()->second.size();
    if (!std::ranges::all_of(of_segment, [&](const auto& each) { return each.second.size() == count; })) {
      throw Refused("E_DICOM_POSITION",
                    "no frame says where it lies, and its segments have different numbers of frames, so that nothing "
                    "says how they lie to each other",
                    "export the segmentation again, with positions");
    }
    if (count > 1 && answers.take(Question::slices) != "order") {
      Choice by_order = choice_of_order();
      by_order.effect = "Takes the frames of each segment one after the other, in the order of the file.";
      ask("E_DICOM_POSITION", "no frame says where it lies, and the order of the file need not be that of the planes",
          {by_order});
    }
    const DicomFrame& first = file_.frames.front();
    const double step = first.thickness > 0 ? first.thickness : 1, start = dot(normal_, first.position);
    for (const auto& [segment, indices] : of_segment) {
      for (std::size_t n = 0; n < indices.size(); ++n) {
        places_[indices[n]] = start + static_cast<double>(n) * step;
      }
    }
  }

  [[nodiscard]] const Places& places() const { return places_; }
  [[nodiscard]] const Frames& wanted() const { return wanted_; }
  [[nodiscard]] std::vector<Note>& notes() { return notes_; }

 private:
  /// Indices of the frames that are wanted, by their segments.
  [[nodiscard]] std::map<int, std::vector<std::size_t>> frames_of_segments() const {
    std::map<int, std::vector<std::size_t>> frames;
    for (const SegmentFrame& frame : wanted_) {
      frames[frame.segment].push_back(frame.index);
    }
    return frames;
  }

  /// Those of each segment by themselves: where the order of its frames puts each. None where it settles nothing.
  [[nodiscard]] std::optional<Places> places_by_order() const {
    const auto of_segment = frames_of_segments();
    Places all = places_;
    for (const auto& [segment, indices] : of_segment) {
      Places own;
      for (const std::size_t index : indices) {
        own.push_back(places_[index]);
      }
      own = without_doubles(std::move(own));
      if (std::ranges::all_of(own, [](const auto& place) { return place.has_value(); })) {
        continue;
      }
      const auto filled = places_in_order(own);
      if (!filled) {
        return std::nullopt;
      }
      for (std::size_t n = 0; n < indices.size(); ++n) {
        all[indices[n]] = (*filled)[n];
      }
    }
    return all;
  }

  void take_order(const Answers& answers) {
    const auto by_order = places_by_order();
    if (!by_order) {
      throw Refused("E_DICOM_POSITION", "the order of the frames does not say where those lie that lack a place",
                    "export the segmentation again, with positions");
    }
    std::size_t moved = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      moved += places_[i] == (*by_order)[i] ? 0 : 1;
    }
    places_ = *by_order;
    if (moved > 0) {
      (void)answers.take(Question::slices);
      notes_.push_back({"W_FRAMES", std::to_string(moved) + " of " + std::to_string(places_.size()) +
                                        " frames were put where their order says, between those before and behind"});
    }
  }

  void settle_missing(const Answers& answers) {
    std::vector<std::string> names;
    for (const SegmentFrame& frame : wanted_) {
      if (!places_[frame.index]) {
        names.push_back(frame_text(file_, frame));
      }
    }
    if (names.empty()) {
      return;
    }
    const bool rest = names.size() < wanted_.size();
    if (rest && answers.take(Question::slices) == "placed") {
      std::erase_if(wanted_, [&](const SegmentFrame& frame) { return !places_[frame.index]; });
      notes_.push_back(
          {"W_SKIPPED", without_place(names, file_.frames.size()) + "; left out, with background in its place"});
      return;
    }
    std::vector<Choice> choices;
    if (places_by_order()) {
      choices.push_back(choice_of_order());
    }
    if (rest) {
      choices.push_back(choice_of_placed("Draws the others alone: what these show becomes background."));
    }
    ask("E_DICOM_POSITION", without_place(names, file_.frames.size()), std::move(choices));
  }

  void settle_doubles(const Answers& answers) {
    const std::string_view answer = answers.to(Question::duplicates);
    std::map<int, std::vector<std::size_t>> of_segment;  // indices of wanted_
    for (std::size_t n = 0; n < wanted_.size(); ++n) {
      of_segment[wanted_[n].segment].push_back(n);
    }
    std::set<std::size_t> dropped;
    for (auto& [segment, sorted] : of_segment) {
      std::ranges::stable_sort(sorted, [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
      for (std::size_t n = 1; n < sorted.size(); ++n) {
        const std::size_t one = sorted[n - 1], other = sorted[n];
        if (place(other) - place(one) > kSamePlace) {
          continue;
        }
        if (answers.take(Question::duplicates).empty()) {
          ask_for_doubles(wanted_[one], wanted_[other]);
        }
        dropped.insert((answer == "last") == (one < other) ? one : other);
      }
    }
    if (!dropped.empty()) {
      std::size_t n = 0;
      std::erase_if(wanted_, [&](const SegmentFrame&) { return dropped.contains(n++); });
      notes_.push_back({"W_DUPLICATES", std::to_string(dropped.size()) +
                                            " frames at the place of another of their segment were left out"});
    }
  }

  [[nodiscard]] double place(std::size_t wanted) const { return *places_[wanted_[wanted].index]; }

  [[noreturn]] void ask_for_doubles(const SegmentFrame& one, const SegmentFrame& other) const {
    std::vector<Choice> choices = choices_of_duplicates("number");
    if (places_by_order()) {
      choices.push_back(choice_of_order());
      choices.back().safe = false;
    }
    const auto [early, late] = std::minmax(one.index, other.index);
    ask("E_DICOM_DUPLICATES",
        "frames " + std::to_string(early + 1) + " and " + std::to_string(late + 1) +
            (one.segment == 0 ? "" : ", both of " + segment_text(file_, one.segment) + ",") + " lie at one place",
        std::move(choices));
  }

  [[noreturn]] static void ask(const char* code, const std::string& reason, std::vector<Choice> choices) {
    std::string remedy = "export the segmentation again";
    if (!choices.empty()) {
      remedy += ", or say what to do: " + flags_of(choices, ", or ");
    }
    throw Refused(code, reason, remedy, std::move(choices));
  }

  const DicomFile& file_;
  const Vector normal_;
  Frames wanted_;
  Places places_;
  std::vector<Note> notes_;
};

void note_empty_planes(Layout& layout, const std::set<std::int64_t>& used) {
  const std::int64_t empty = layout.size[2] - static_cast<std::int64_t>(used.size());
  if (empty > 0) {
    layout.notes.push_back({"W_PLANES", std::to_string(empty) + " of " + std::to_string(layout.size[2]) +
                                            " planes have no frame in the segmentation: they are background"});
  }
}

/// The origin at the lowest place, as a frame gives it that was not moved; checks that the frames lie above each other.
void set_origin(const DicomFile& file, const Places& places, const Vector& normal, Layout& layout) {
  double lowest = 0;
  std::optional<std::size_t> known;  // a frame that gives its own place
  bool any = false;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] && (!any || *places[i] < lowest)) {
      lowest = *places[i];
      any = true;
    }
    const DicomFrame& frame = file.frames[i];
    if (!known && frame.has_position && places[i] && std::abs(dot(normal, frame.position) - *places[i]) <= kSamePlace) {
      known = i;
    }
  }
  layout.has_orientation = layout.has_grid = known.has_value();
  if (!known) {
    return;
  }
  const DicomFrame& frame = file.frames[*known];
  for (std::size_t axis = 0; axis < 3; ++axis) {
    layout.origin[axis] = frame.position[axis] + normal[axis] * (lowest - *places[*known]);
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i] || !file.frames[i].has_position) {
      continue;
    }
    const double above = dot(normal, file.frames[i].position) - lowest;
    Vector aside{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      aside[axis] = file.frames[i].position[axis] - layout.origin[axis] - above * normal[axis];
    }
    if (std::sqrt(dot(aside, aside)) > 0.1 * std::min(layout.spacing[0], layout.spacing[1])) {
      refuse_planes("do not lie above each other");
    }
  }
}

}  // namespace

std::string segment_text(const DicomFile& file, int number) {
  const std::string text = "segment " + std::to_string(number);
  const auto segment = std::ranges::find(file.segments, number, &DicomSegment::number);
  return segment == file.segments.end() || segment->name.empty() ? text : text + " (" + segment->name + ")";
}

SegmentStack stack_of(const DicomFile& file, Frames wanted, const Answers& answers) {
  check_same_planes(file);
  const DicomFrame& any = file.frames.front();
  const auto& o = any.orientation;
  const Vector normal{o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
  Settling settling(file, std::move(wanted), normal);
  if (file.frames_are_placed) {
    settling.settle(answers);
  } else {
    settling.follow_one_another(answers);
  }
  const Places& places = settling.places();
  std::vector<double> along;
  for (const auto& place : places) {
    if (place) {
      along.push_back(*place);
    }
  }
  const double lowest = std::ranges::min(along), step = step_between(along, any.thickness);
  SegmentStack stack;
  Layout& layout = stack.layout;
  layout.format = "DICOM SEG";
  layout.spacing = {any.spacing[1], any.spacing[0], step};
  for (std::size_t row = 0; row < 3; ++row) {
    layout.direction[3 * row] = o[row];
    layout.direction[3 * row + 1] = o[3 + row];
    layout.direction[3 * row + 2] = normal[row];
  }
  set_origin(file, places, normal, layout);
  layout.notes = file.notes;
  layout.notes.insert(layout.notes.end(), settling.notes().begin(), settling.notes().end());
  if (!any.has_spacing) {
    layout.notes.push_back({"W_NO_SPACING", "the frames give no spacing: 1 mm was taken"});
  }
  const double last = std::round((std::ranges::max(along) - lowest) / step);
  if (!(last < 32767)) {
    refuse_planes("lie too far apart");
  }
  layout.size = {file.columns, file.rows, static_cast<std::int64_t>(last) + 1};
  const auto plane_of = [&](double place) { return std::llround((place - lowest) / step); };
  std::set<std::int64_t> used;
  for (const double place : along) {
    used.insert(plane_of(place));
  }
  note_empty_planes(layout, used);
  for (SegmentFrame frame : settling.wanted()) {
    frame.plane = static_cast<std::size_t>(plane_of(*places[frame.index]));
    stack.frames.push_back(frame);
  }
  return stack;
}

}  // namespace lossscope::reader
