// SPDX-License-Identifier: Apache-2.0
// DICOM segmentations (PS3.3 A.51 and C.8.20).
#include <algorithm>
#include <map>

#include "app/reader/blocks.h"
#include "app/reader/dicom_pixels.h"
#include "app/reader/dicom_segment_stack.h"
#include "app/reader/dicom_series.h"
#include "app/reader/gates/text_header.h"
#include "basics/how_many.h"

namespace lossscope::reader {
namespace {

/// Whether the file defines the segment of a frame; where it defines one alone, a frame need not say it.
bool is_defined(const DicomFile& file, const DicomFrame& frame) {
  if (file.segments.size() <= 1 && frame.segment <= 0) {
    return true;
  }
  return file.segments.empty()
             ? frame.segment > 0
             : std::ranges::find(file.segments, frame.segment, &DicomSegment::number) != file.segments.end();
}

bool has_strangers(const DicomFile& file) {
  return !std::ranges::all_of(file.frames, [&](const DicomFrame& frame) { return is_defined(file, frame); });
}

/// Which segments are meant: the one that was chosen, else those of the labels that were, else all.
class SegmentChoice {
 public:
  SegmentChoice(const DicomFile& file, const Wish& wish) : file_(file) {
    if (file.kind == DicomKind::label_map) {
      return;
    }
    const bool is_open = file.segments.size() > 1 || has_strangers(file);
    const std::string_view answer =
        is_open ? wish.answers.take(Question::component) : wish.answers.to(Question::component);
    const auto index = whole_number(answer);
    if (!answer.empty() && (!index || *index < 0 || *index >= static_cast<std::int64_t>(file.segments.size()))) {
      ask("the segmentation has no segment '" + std::string(answer) + "' (counted from 0)");
    }
    is_said_ = index.has_value();
    if (index) {
      chosen_ = {file.segments[static_cast<std::size_t>(*index)].number};
      return;
    }
    for (const std::int64_t label : wish.hints.labels) {
      if (std::ranges::find(file.segments, label, &DicomSegment::number) != file.segments.end()) {
        chosen_.push_back(static_cast<int>(label));
      }
    }
    is_said_ = !chosen_.empty();
    if (!is_said_ && file.segments.size() == 1) {
      chosen_ = {file.segments.front().number};
    }
  }
  [[nodiscard]] bool is_one() const { return chosen_.size() == 1; }
  [[nodiscard]] bool is_said() const { return is_said_; }  ///< by a person, not by there being one alone
  [[nodiscard]] bool takes(int segment) const {
    return chosen_.empty() || std::ranges::find(chosen_, segment) != chosen_.end();
  }

  [[noreturn]] void ask(const std::string& reason, const char* code = "E_COMPONENTS") const {
    std::vector<Choice> choices;
    for (std::size_t i = 0; i < file_.segments.size() && i < 64; ++i) {
      const DicomSegment& segment = file_.segments[i];
      const std::string name = segment.name.empty() ? "Segment " + std::to_string(segment.number) : segment.name;
      choices.push_back({Question::component, std::to_string(i), name, "Takes the segment " + name + " alone.", false});
    }
    const char* remedy =
        choices.empty() ? "export the segmentation again" : "choose a segment, counted from 0 (--component N)";
    throw Refused(code, reason, remedy, std::move(choices));
  }

 private:
  const DicomFile& file_;
  std::vector<int> chosen_;  ///< numbers; none: all
  bool is_said_ = false;
};

/// The frames that are to be drawn. What belongs to no segment of the file is refused, unless segments were chosen.
std::vector<SegmentFrame> wanted_frames(const DicomFile& file, const SegmentChoice& choice, std::vector<Note>& notes) {
  std::vector<SegmentFrame> wanted;
  std::size_t strangers = 0;
  for (std::size_t i = 0; i < file.frames.size(); ++i) {
    if (file.kind == DicomKind::label_map) {
      wanted.push_back({i, 0});
      continue;
    }
    const int said = file.frames[i].segment;
    const bool alone = file.segments.size() <= 1 && said <= 0;
    const int segment = !alone ? said : file.segments.empty() ? 1 : file.segments.front().number;
    const bool defined = is_defined(file, file.frames[i]);
    if (!defined && !choice.is_said()) {
      choice.ask("frame " + std::to_string(i + 1) +
                     (said <= 0 ? " does not say of which segment it is"
                                : " is of segment " + std::to_string(said) + ", which the file does not define"),
                 said <= 0 ? "E_HEADER" : "E_DICOM_SEGMENT");
    }
    strangers += defined ? 0 : 1;
    if (defined && choice.takes(segment)) {
      wanted.push_back({i, segment});
    }
  }
  if (strangers > 0) {
    notes.push_back({"W_SKIPPED", "left out, of no segment that the file defines: " + std::to_string(strangers) +
                                      " of " + std::to_string(file.frames.size()) + " frames"});
  }
  return wanted;
}

/// Draws segment numbers; counts voxels that belong to several.
template <class T>
std::int64_t draw_segments(RawVolume& volume, const DicomFile& file, const std::vector<SegmentFrame>& frames,
                           const Source& source) {
  const std::size_t plane = file.pixels_of_frame();
  std::int64_t shared = 0;
  for (const SegmentFrame& frame : frames) {
    const std::vector<std::byte> pixels = read_frame(file, source, frame.index);
    std::byte* to = volume.bytes.data() + frame.plane * plane * sizeof(T);
    for (std::size_t n = 0; n < plane; ++n, to += sizeof(T)) {
      if (pixels[n] != std::byte{0}) {
        T before;
        const auto label = static_cast<T>(frame.segment);
        std::memcpy(&before, to, sizeof(T));
        shared += before != 0 && before != label ? 1 : 0;
        std::memcpy(to, &label, sizeof(T));
      }
    }
  }
  return shared;
}

/// Puts each frame's numbers as they are into its plane.
void copy_planes(RawVolume& volume, const DicomFile& file, const std::vector<SegmentFrame>& frames,
                 const Source& source) {
  const std::size_t plane = file.pixels_of_frame() * bytes_of(volume.scalar);
  for (const SegmentFrame& frame : frames) {
    const std::vector<std::byte> pixels = read_frame(file, source, frame.index);
    std::ranges::copy(pixels, volume.bytes.begin() + static_cast<std::ptrdiff_t>(frame.plane * plane));
  }
}

/// A label map's numbers that are none of its segments stay, without a name.
void note_strangers(RawVolume& volume, const DicomFile& file) {
  std::map<std::int64_t, std::int64_t> counts;
  for_each_voxel(volume, [&](std::size_t, double value) { ++counts[static_cast<std::int64_t>(value)]; });
  for (const auto& [value, count] : counts) {
    const bool defined =
        value == 0 || std::ranges::find(file.segments, value, &DicomSegment::number) != file.segments.end();
    if (!defined && !file.segments.empty()) {
      volume.notes.push_back({"W_SEGMENT", how_many(count, "voxel is", "voxels are") + " of segment " +
                                               std::to_string(value) +
                                               ", which the file does not define, and kept this label"});
    }
  }
}

}  // namespace

RawVolume read_segmentation(const DicomEntry& entry, const Wish& wish) {
  const DicomFile& file = entry.file;
  const FileSource on_disk(entry.path);
  const MemorySource source(on_disk.view());
  const bool has_labels = file.kind == DicomKind::label_map;
  const SegmentChoice choice(file, wish);
  if (file.kind == DicomKind::fractional && !choice.is_one() && file.segments.size() > 1) {
    choice.ask("the segmentation holds fractions of " + std::to_string(file.segments.size()) + " segments");
  }
  std::vector<Note> notes;
  auto [layout, frames] = stack_of(file, wanted_frames(file, choice, notes), wish.answers);
  layout.notes.insert(layout.notes.end(), notes.begin(), notes.end());
  const int largest = file.segments.empty() ? 1 : file.segments.back().number;
  layout.scalar = file.kind == DicomKind::binary ? (largest > 255 ? Scalar::u16 : Scalar::u8) : scalar_of(file);
  for (const DicomSegment& segment : file.segments) {
    layout.label_names.push_back({segment.number, segment.name});
  }
  if (file.kind == DicomKind::fractional) {
    layout.slope = 1 / file.most;
    layout.label_names.clear();
  }
  check_geometry(layout, wish.answers);
  allow_memory(layout, source.size(), wish);
  RawVolume volume(std::move(layout));
  volume.bytes.resize(volume.Layout::bytes());
  if (file.kind != DicomKind::binary) {
    copy_planes(volume, file, frames, source);
    if (has_labels) {
      note_strangers(volume, file);
    }
    return volume;
  }
  const std::int64_t shared = largest > 255 ? draw_segments<std::uint16_t>(volume, file, frames, source)
                                            : draw_segments<std::uint8_t>(volume, file, frames, source);
  if (shared > 0 && wish.hints.labels.empty()) {
    choice.ask("its segments overlap: " + how_many(shared, "voxel belongs", "voxels belong") +
               " to several, and one must be chosen");
  }
  return volume;
}

}  // namespace lossscope::reader
