// SPDX-License-Identifier: Apache-2.0
// DICOM frames as one volume: one series or one file of several frames. The gate looks at every file.
#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "app/reader/blocks.h"
#include "app/reader/dicom_pixels.h"
#include "app/reader/dicom_series.h"
#include "app/reader/dicom_slices.h"

namespace lossscope::reader {
namespace {

/// The pictures among the files. A file that is no DICOM picture is skipped and named; a damaged one is refused, since
/// a volume without it would be another volume.
DicomEntries pictures_of(const std::vector<std::string>& files, std::vector<Note>& notes) {
  DicomEntries entries;
  std::string skipped;
  std::optional<Refused> contours;
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
      if (refused.code == "E_DICOM_RTSTRUCT" && !contours) {
        contours.emplace(refused.code, file_name(file) + ": " + refused.what(), refused.remedy);
      }
      if (++count <= 5) {
        skipped += (count == 1 ? "" : ", ") + file_name(file) + " (" + refused.what() + ")";
      }
    }
  }
  if (entries.empty() && contours) {
    throw *contours;
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

void read_slices(RawVolume& volume, const Slices& slices) {
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
      slices.emplace_back(&entry, frame);
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
  read_slices(volume, slices);
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
