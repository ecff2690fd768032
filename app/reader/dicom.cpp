// SPDX-License-Identifier: Apache-2.0
// DICOM frames as one volume: one series or one file of several frames, sorted by position, evenly spaced. The gate
// looks at every file.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "app/reader/blocks.h"
#include "app/reader/dicom_pixels.h"
#include "app/reader/dicom_series.h"
#include "app/reader/vector3.h"

namespace lossscope::reader {
namespace {

struct Slice {
  const DicomEntry* entry = nullptr;
  std::size_t frame = 0;
  double along = 0;  ///< position along the normal, mm

  [[nodiscard]] const DicomFrame& header() const { return entry->file.frames[frame]; }
  [[nodiscard]] std::string name() const {
    return file_name(entry->path) + (entry->file.frames.size() > 1 ? ", frame " + std::to_string(frame + 1) : "");
  }
};
using Slices = std::vector<Slice>;

constexpr double kSamePlace = 1e-3;  // mm

Vector cross(const std::array<double, 6>& o) {
  return {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
}

Vector minus(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

/// The pictures among the files. A file that is no DICOM picture is skipped and named; a damaged one is refused, since
/// a volume without it would be another volume.
DicomEntries pictures_of(const std::vector<std::string>& files, std::vector<Note>& notes) {
  DicomEntries entries;
  std::string skipped;
  int count = 0;
  for (const std::string& file : files) {
    try {
      entries.push_back(look_into(file));
    } catch (const Refused& refused) {
      const bool no_picture = refused.code == "E_FORMAT" || refused.code == "E_DICOM_NO_IMAGE" ||
                              refused.code == "E_DICOM_RTSTRUCT" || refused.code == "E_EMPTY";
      if (!no_picture) {
        throw Refused(refused.code, "the slice " + file_name(file) + ": " + refused.what(), refused.remedy);
      }
      if (++count <= 5) {
        skipped += (count == 1 ? "" : ", ") + file_name(file) + " (" + refused.what() + ")";
      }
    }
  }
  if (entries.empty()) {
    throw Refused("E_DICOM_EMPTY", "the folder holds no DICOM slices", "choose the folder that holds the .dcm files");
  }
  if (count > 0) {
    notes.push_back(
        {"W_SKIPPED", std::to_string(count) + " files were skipped: " + skipped + (count > 5 ? ", ..." : "")});
  }
  return entries;
}

/// Of slices at one place, the one that was asked for.
void settle_duplicates(Slices& slices, const Answers& answers, std::vector<Note>& notes) {
  Slices kept;
  std::size_t dropped = 0;
  for (Slice& slice : slices) {
    if (kept.empty() || slice.along - kept.back().along > kSamePlace) {
      kept.push_back(std::move(slice));
      continue;
    }
    ++dropped;
    const std::string_view answer = answers.take(Question::duplicates);
    if (answer.empty()) {
      throw Refused(
          "E_DICOM_DUPLICATES", "two slices lie at one place: " + kept.back().name() + " and " + slice.name(),
          "say which counts: --duplicates first or --duplicates last",
          {{Question::duplicates, "first", "The earlier one", "Takes the slice with the lower instance number.", false},
           {Question::duplicates, "last", "The later one", "Takes the slice with the higher instance number.", false}});
    }
    if (answer == "last") {
      kept.back() = std::move(slice);  // equal places are in the order of their numbers
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

/// Slices in the order of their positions along the normal, volume by volume; the geometry of the whole.
void sort_slices(Slices& slices, Layout& layout, const Answers& answers) {
  const bool placed = slices.front().entry->file.frames_are_placed;
  if (slices.size() > 1 && placed &&
      !std::ranges::all_of(slices, [](const Slice& s) { return s.header().has_position; })) {
    throw Refused("E_DICOM_POSITION", "some slices do not say where they lie",
                  "export the series again, with positions");
  }
  const Vector normal = cross(slices.front().header().orientation);
  for (Slice& slice : slices) {
    slice.along = dot(normal, slice.header().position);
  }
  std::ranges::stable_sort(slices, [](const Slice& a, const Slice& b) {
    return std::abs(a.along - b.along) > kSamePlace ? a.along < b.along : a.header().instance < b.header().instance;
  });
  layout.stacked = static_cast<int>(split_volumes(slices, answers));
  if (layout.stacked == 1) {
    settle_duplicates(slices, answers, layout.notes);
  }
  const std::size_t planes = slices.size() / static_cast<std::size_t>(layout.stacked);
  const DicomFrame& first = slices.front().header();
  const DicomFile& file = slices.front().entry->file;
  layout.size = {file.columns, file.rows, static_cast<std::int64_t>(planes)};
  layout.has_orientation = first.has_position;
  layout.origin = first.position;
  layout.spacing = {first.spacing[1], first.spacing[0], first.thickness > 0 ? first.thickness : 1};
  Vector third = normal;
  if (planes > 1) {
    third = minus(slices[planes - 1].header().position, first.position);
    const double length = std::sqrt(dot(third, third));
    layout.spacing[2] = length / static_cast<double>(planes - 1);
    for (double& part : third) {
      part /= length;
    }
  }
  for (std::size_t row = 0; row < 3; ++row) {
    layout.direction[3 * row] = first.orientation[row];
    layout.direction[3 * row + 1] = first.orientation[3 + row];
    layout.direction[3 * row + 2] = third[row];
  }
  if (!first.has_spacing) {
    layout.notes.push_back({"W_NO_SPACING", "the slices give no spacing: 1 mm was taken"});
  }
  if (!first.has_position) {
    layout.notes.push_back(
        {"W_NO_ORIENT", "the slice says nothing of left and right: no orientation letters are shown"});
  }
}

/// Positions along the stack, mm; empty when they are even. Throws E_DICOM_SPACING.
std::vector<double> uneven_positions(const Slices& slices, const Layout& layout, const Answers& answers) {
  constexpr double kEven = 0.01, kRepairable = 0.2;
  const auto planes = static_cast<std::size_t>(layout.size[2]);
  if (planes < 3) {
    return {};
  }
  const Vector third{layout.direction[2], layout.direction[5], layout.direction[8]};
  std::vector<double> positions;
  double worst = 0;
  std::size_t where = 0;
  for (const Slice& slice : std::span(slices).first(planes)) {
    const Vector from_first = minus(slice.header().position, slices.front().header().position);
    const double along = dot(third, from_first);
    double aside = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      aside = std::hypot(aside, from_first[i] - along * third[i]);
    }
    const double step = positions.empty() ? layout.spacing[2] : along - positions.back();
    const double off = std::max(std::abs(step / layout.spacing[2] - 1), aside / layout.spacing[2]);
    if (off > worst) {
      worst = off;
      where = positions.size();
    }
    positions.push_back(along);
  }
  if (worst <= kEven) {
    return {};
  }
  const std::string reason = "the slices are not evenly spaced: " + slices[where].name() + " is " +
                             std::to_string(std::lround(100 * worst)) + " % off its place";
  if (worst > kRepairable) {
    throw Refused("E_DICOM_SPACING", reason, "is a slice missing? Export the whole series again");
  }
  if (answers.take(Question::slices) != "resample") {
    throw Refused("E_DICOM_SPACING", reason, "resample it to even slices: --slices resample",
                  {{Question::slices, "resample", "Resample evenly",
                    "Interpolates between slices (labels by nearest slice); results are marked as resampled.", true}});
  }
  return positions;
}

/// What all slices can be stored as: as in the files where they have one type and one scale, else float64, rescaled.
void set_scalar(Layout& layout, const Slices& slices) {
  const DicomFrame& first = slices.front().header();
  layout.scalar = scalar_of(slices.front().entry->file);
  layout.slope = first.slope;
  layout.intercept = first.intercept;
  for (const Slice& slice : slices) {
    if (scalar_of(slice.entry->file) != layout.scalar || slice.header().slope != first.slope ||
        slice.header().intercept != first.intercept) {
      layout.scalar = Scalar::f64;
      layout.slope = 1;
      layout.intercept = 0;
      return;
    }
  }
}

/// Puts a slice's pixels in their place, as the volume's type.
void put_slice(const RawVolume& volume, const Slice& slice, const Source& source, std::byte* out) {
  const std::vector<std::byte> pixels = read_frame(slice.entry->file, source, slice.frame);
  const Scalar stored = scalar_of(slice.entry->file);
  if (stored == volume.scalar && volume.scalar != Scalar::f64) {
    std::ranges::copy(pixels, out);
    return;
  }
  const bool scaled = volume.slope == 1 && volume.intercept == 0;  // by each slice's own numbers
  with_type(stored, [&](auto* example) {
    using T = std::remove_cvref_t<decltype(*example)>;
    for (std::size_t at = 0; at < pixels.size(); at += sizeof(T), out += sizeof(double)) {
      T value;
      std::memcpy(&value, pixels.data() + at, sizeof(T));
      const auto number = static_cast<double>(value);
      const double result = scaled ? number * slice.header().slope + slice.header().intercept : number;
      std::memcpy(out, &result, sizeof(double));
    }
  });
}

void read_pixels(RawVolume& volume, const Slices& slices) {
  const std::size_t plane = static_cast<std::size_t>(volume.size[0] * volume.size[1]) * bytes_of(volume.scalar);
  volume.bytes.resize(plane * slices.size());
  std::map<const DicomEntry*, std::vector<std::size_t>> by_file;  // each is mapped once
  for (std::size_t k = 0; k < slices.size(); ++k) {
    by_file[slices[k].entry].push_back(k);
  }
  for (const auto& [entry, places] : by_file) {
    const FileSource file(entry->path);
    const MemorySource source(file.view());
    for (const std::size_t k : places) {
      put_slice(volume, slices[k], source, volume.bytes.data() + k * plane);
    }
  }
}

RawVolume read_slices(const DicomEntries& entries, std::vector<Note> notes, const Wish& wish) {
  Layout layout;
  layout.format = "DICOM";
  layout.notes = std::move(notes);
  Slices slices;
  std::uint64_t packed = 0;
  for (const DicomEntry& entry : entries) {
    for (const Note& note : entry.file.notes) {  // what holds of all slices is said once
      if (std::ranges::find(layout.notes, note.text, &Note::text) == layout.notes.end()) {
        layout.notes.push_back(note);
      }
    }
    std::error_code error;
    packed += std::filesystem::file_size(entry.path, error);
    for (std::size_t frame = 0; frame < entry.file.frames.size(); ++frame) {
      slices.push_back({&entry, frame, 0});
    }
  }
  sort_slices(slices, layout, wish.answers);
  const std::vector<double> positions = uneven_positions(slices, layout, wish.answers);
  if (!positions.empty() && layout.stacked > 1) {
    throw Refused("E_DICOM_SPACING", "it holds several volumes, and their slices are not evenly spaced",
                  "export one volume alone");
  }
  set_scalar(layout, slices);
  check_geometry(layout, wish.answers);
  allow_memory(layout, packed, wish);
  RawVolume volume(std::move(layout));
  volume.stored_type = name_of(scalar_of(slices.front().entry->file));
  read_pixels(volume, slices);
  if (!positions.empty()) {
    resample_slices(volume, positions, wish.role == "mask");
  }
  return volume;
}

RawVolume read_group(const DicomEntries& entries, std::vector<Note> notes, const Wish& wish) {
  if (entries.front().file.is_segmentation()) {
    RawVolume volume = read_segmentation(entries.front(), wish);
    volume.notes.insert(volume.notes.end(), notes.begin(), notes.end());
    return volume;
  }
  return read_slices(entries, std::move(notes), wish);
}

/// The series of the slice at `path`. Where that is no stack, the slice alone is a way out; where others lie at its
/// very place, they are none of its neighbours.
RawVolume read_series(const DicomEntries& entries, const std::string& path, const Wish& wish) {
  const std::string count = std::to_string(entries.size());
  if (entries.size() == 1) {
    return read_group(entries, {}, wish);
  }
  try {
    return read_group(entries,
                      {{"W_SERIES", "it is one of " + count +
                                        " slices of its series in this folder, and all were read (--slices one: it "
                                        "alone)"}},
                      wish);
  } catch (Refused& refused) {
    if (refused.code == "E_DICOM_DUPLICATES") {
      const auto opened = std::ranges::find(entries, path, &DicomEntry::path);
      return read_group({*opened},
                        {{"W_SERIES", "it was read alone: the " + count +
                                          " files of its series in this folder lie at one place and make no volume"}},
                        wish);
    }
    if (refused.code.starts_with("E_DICOM")) {
      refused.remedy += "; or read the one slice that was opened: --slices one";
      refused.choices.push_back({Question::slices, "one", "This slice alone",
                                 "Reads the slice that was opened, without the others of its series.", false});
    }
    throw;
  }
}

}  // namespace

RawVolume read_dicom_folder(const std::vector<std::string>& files, const Wish& wish) {
  std::vector<Note> notes;
  DicomEntries entries = pictures_of(files, notes);
  return read_group(chosen_group(std::move(entries), wish.answers, {}), std::move(notes), wish);
}

RawVolume read_dicom_file(const std::string& path, const Wish& wish) {
  DicomEntries entries;
  entries.push_back(look_into(path));
  if (wish.answers.to(Question::slices) != "one") {
    entries = chosen_group(series_of(std::move(entries.front())), wish.answers, path);
  } else {
    (void)wish.answers.take(Question::slices);
  }
  RawVolume volume = read_series(entries, path, wish);
  for (const DicomEntry& entry : entries) {
    volume.files.push_back(entry.path);
  }
  std::ranges::sort(volume.files);  // so that the volume is the same by whichever slice it was opened
  if (volume.size[2] == 1) {        // it was read alone
    volume.files = {path};
  }
  return volume;
}

}  // namespace lossscope::reader
