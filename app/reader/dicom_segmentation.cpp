// SPDX-License-Identifier: Apache-2.0
// DICOM segmentations (PS3.3 A.51 and C.8.20).
#include <algorithm>
#include <cmath>
#include <map>

#include "app/reader/blocks.h"
#include "app/reader/dicom_pixels.h"
#include "app/reader/dicom_series.h"
#include "app/reader/gates/text_header.h"
#include "app/reader/vector3.h"

namespace lossscope::reader {
namespace {

/// The stack in which the frames lie: one plane for each frame, several frames may share one.
struct Stack {
  Layout layout;
  std::vector<std::size_t> plane_of_frame;
};

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
  constexpr double kSame = 1e-3, kFits = 0.05;
  std::ranges::sort(along);
  double least = 0;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < along.size(); ++i) {
    if (const double gap = along[i] - along[i - 1]; gap > kSame) {
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

/// Frames that do not say where they lie follow one another, those of each segment from the first plane on.
std::vector<double> places_of(const DicomFile& file, const Vector& normal) {
  std::vector<double> along;
  std::map<int, double> next;
  const double step = file.frames.front().thickness > 0 ? file.frames.front().thickness : 1;
  for (const DicomFrame& frame : file.frames) {
    along.push_back(file.frames_are_placed ? dot(normal, frame.position) : step * next[frame.segment]++);
  }
  return along;
}

Stack stack_of(const DicomFile& file) {
  check_same_planes(file);
  const DicomFrame& any = file.frames.front();
  const auto& o = any.orientation;
  const Vector normal{o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
  const std::vector<double> along = places_of(file, normal);
  const auto lowest = static_cast<std::size_t>(std::ranges::min_element(along) - along.begin());
  const double step = step_between(along, any.thickness);
  Stack stack;
  Layout& layout = stack.layout;
  layout.format = "DICOM SEG";
  layout.has_orientation = layout.has_grid = any.has_position;
  layout.origin = file.frames[lowest].position;
  layout.spacing = {any.spacing[1], any.spacing[0], step};
  for (std::size_t row = 0; row < 3; ++row) {
    layout.direction[3 * row] = o[row];
    layout.direction[3 * row + 1] = o[3 + row];
    layout.direction[3 * row + 2] = normal[row];
  }
  double last = 0;
  for (std::size_t i = 0; i < along.size(); ++i) {
    const double plane = std::round((along[i] - along[lowest]) / step);
    Vector aside{};
    for (std::size_t axis = 0; axis < 3 && file.frames_are_placed; ++axis) {
      aside[axis] = file.frames[i].position[axis] - layout.origin[axis] - (along[i] - along[lowest]) * normal[axis];
    }
    if (std::sqrt(dot(aside, aside)) > 0.1 * std::min(layout.spacing[0], layout.spacing[1]) || !(plane < 32767)) {
      refuse_planes("do not lie above each other");
    }
    stack.plane_of_frame.push_back(static_cast<std::size_t>(plane));
    last = std::max(last, plane);
  }
  layout.size = {file.columns, file.rows, static_cast<std::int64_t>(last) + 1};
  layout.notes = file.notes;
  if (!any.has_spacing) {
    layout.notes.push_back({"W_NO_SPACING", "the frames give no spacing: 1 mm was taken"});
  }
  const auto planes = static_cast<std::int64_t>(std::map<std::size_t, int>([&] {
                                                  std::map<std::size_t, int> used;
                                                  for (const std::size_t plane : stack.plane_of_frame) {
                                                    used[plane] = 1;
                                                  }
                                                  return used;
                                                }())
                                                    .size());
  if (planes < layout.size[2]) {
    layout.notes.push_back({"W_PLANES", std::to_string(layout.size[2] - planes) + " of " +
                                            std::to_string(layout.size[2]) +
                                            " planes have no frame in the segmentation: they are background"});
  }
  return stack;
}

/// The segments as choices; -1: nobody chose.
class SegmentChoice {
 public:
  SegmentChoice(const DicomFile& file, const Answers& answers) : file_(file) {
    const bool is_open = file.segments.size() > 1;
    const std::string_view answer = is_open ? answers.take(Question::component) : answers.to(Question::component);
    const auto index = whole_number(answer);
    if (!answer.empty() && (!index || *index < 0 || *index >= static_cast<std::int64_t>(file.segments.size()))) {
      ask("the segmentation has no segment '" + std::string(answer) + "' (counted from 0)");
    }
    if (index) {
      chosen_ = file.segments[static_cast<std::size_t>(*index)].number;
    } else if (file.segments.size() == 1) {
      chosen_ = file.segments.front().number;
    }
  }
  [[nodiscard]] bool is_chosen() const { return chosen_ >= 0; }
  [[nodiscard]] int number() const { return chosen_; }
  [[nodiscard]] bool takes(int segment) const { return chosen_ < 0 || segment == chosen_; }

  [[noreturn]] void ask(const std::string& reason) const {
    std::vector<Choice> choices;
    for (std::size_t i = 0; i < file_.segments.size() && i < 64; ++i) {
      const DicomSegment& segment = file_.segments[i];
      const std::string name = segment.name.empty() ? "Segment " + std::to_string(segment.number) : segment.name;
      choices.push_back({Question::component, std::to_string(i), name, "Takes the segment " + name + " alone.", false});
    }
    throw Refused("E_COMPONENTS", reason, "choose a segment, counted from 0 (--component N)", std::move(choices));
  }

 private:
  const DicomFile& file_;
  int chosen_ = -1;
};

/// What a frame without a segment's number belongs to: the only segment there is.
int segment_of(const DicomFile& file, const DicomFrame& frame) {
  if (frame.segment > 0) {
    return frame.segment;
  }
  if (file.segments.size() > 1) {
    throw Refused("E_HEADER", "the DICOM header is damaged: a frame does not say of which segment it is",
                  "export the segmentation again");
  }
  return file.segments.empty() ? 1 : file.segments.front().number;
}

/// Draws segment numbers; counts voxels that belong to several.
template <class T>
std::int64_t draw_segments(RawVolume& volume, const DicomFile& file, const Stack& stack, const Source& source,
                           const SegmentChoice& choice) {
  const std::size_t plane = file.pixels_of_frame();
  std::int64_t shared = 0;
  for (std::size_t i = 0; i < file.frames.size(); ++i) {
    const int segment = segment_of(file, file.frames[i]);
    if (!choice.takes(segment)) {
      continue;
    }
    const std::vector<std::byte> pixels = read_frame(file, source, i);
    std::byte* to = volume.bytes.data() + stack.plane_of_frame[i] * plane * sizeof(T);
    for (std::size_t n = 0; n < plane; ++n, to += sizeof(T)) {
      if (pixels[n] != std::byte{0}) {
        T before;
        const auto label = static_cast<T>(segment);
        std::memcpy(&before, to, sizeof(T));
        shared += before != 0 && before != label ? 1 : 0;
        std::memcpy(to, &label, sizeof(T));
      }
    }
  }
  return shared;
}

/// Puts each frame's numbers as they are into its plane.
void copy_planes(RawVolume& volume, const DicomFile& file, const Stack& stack, const Source& source,
                 const SegmentChoice* choice) {
  const std::size_t plane = file.pixels_of_frame() * bytes_of(volume.scalar);
  std::map<std::size_t, bool> filled;
  for (std::size_t i = 0; i < file.frames.size(); ++i) {
    if (choice != nullptr && !choice->takes(segment_of(file, file.frames[i]))) {
      continue;
    }
    if (std::exchange(filled[stack.plane_of_frame[i]], true)) {
      refuse_planes("lie on one another");
    }
    const std::vector<std::byte> pixels = read_frame(file, source, i);
    std::copy(pixels.begin(), pixels.end(),
              volume.bytes.begin() + static_cast<std::ptrdiff_t>(stack.plane_of_frame[i] * plane));
  }
}

}  // namespace

RawVolume read_segmentation(const DicomEntry& entry, const Wish& wish) {
  const DicomFile& file = entry.file;
  const FileSource on_disk(entry.path);
  const MemorySource source(on_disk.view());
  Stack stack = stack_of(file);
  const Answers none;
  const SegmentChoice choice(file, file.kind == DicomKind::label_map ? none : wish.answers);
  const int largest = file.segments.empty() ? 1 : file.segments.back().number;
  Layout& layout = stack.layout;
  layout.scalar = file.kind == DicomKind::binary ? (largest > 255 ? Scalar::u16 : Scalar::u8) : scalar_of(file);
  for (const DicomSegment& segment : file.segments) {
    layout.label_names.push_back({segment.number, segment.name});
  }
  if (file.kind == DicomKind::fractional) {
    if (!choice.is_chosen() && file.segments.size() > 1) {
      choice.ask("the segmentation holds fractions of " + std::to_string(file.segments.size()) + " segments");
    }
    layout.slope = 1 / file.most;
    layout.label_names.clear();
  }
  check_geometry(layout, wish.answers);
  allow_memory(layout, source.size(), wish);
  RawVolume volume(layout);
  volume.bytes.resize(volume.Layout::bytes());
  if (file.kind != DicomKind::binary) {
    copy_planes(volume, file, stack, source, file.kind == DicomKind::fractional ? &choice : nullptr);
    return volume;
  }
  const std::int64_t shared = largest > 255 ? draw_segments<std::uint16_t>(volume, file, stack, source, choice)
                                            : draw_segments<std::uint8_t>(volume, file, stack, source, choice);
  if (shared > 0) {
    choice.ask("its segments overlap: " + std::to_string(shared) + " voxels belong to several, and one must be chosen");
  }
  return volume;
}

}  // namespace lossscope::reader
