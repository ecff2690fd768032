// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/reader/gates/dicom_elements.h"
#include "app/reader/gates/layout.h"

namespace lossscope::reader {

/// Where a frame lies and what its numbers mean.
struct DicomFrame {
  std::int64_t instance = 0;  ///< InstanceNumber of its file; order among frames at one place
  std::array<double, 3> position{};
  std::array<double, 6> orientation{1, 0, 0, 0, 1, 0};
  std::array<double, 2> spacing{1, 1};  ///< between rows, between columns, mm
  double slope = 1, intercept = 0;
  double thickness = 0;  ///< from frame to frame as far as the header says, mm; 0: it does not
  bool has_position = false, has_spacing = false;
  int segment = 0;  ///< of a segmentation; 0: not said
};

enum class DicomKind : std::uint8_t {
  image,
  binary,      ///< a segmentation of one bit a voxel, each frame of one segment
  fractional,  ///< a segmentation of probabilities or occupancies, each frame of one segment
  label_map    ///< a segmentation of segment numbers
};

struct DicomSegment {
  int number = 0;
  std::string name;
};

/// One DICOM file as far as it matters here: its pixels are all there, or in as many fragments as are needed.
struct DicomFile {
  std::string instance, series, description, transfer_syntax;  ///< instance: the name of this very picture
  DicomKind kind = DicomKind::image;
  int rows = 0, columns = 0, bits_allocated = 0, bits_stored = 0, high_bit = 0;
  bool is_signed = false;
  bool is_float = false;                           ///< pixels are 32 or 64 bits of floating point
  bool is_packed = false;                          ///< pixels lie in fragments
  bool big_endian = false;                         ///< of the pixels
  DicomValue pixels;                               ///< of all frames, when they are not packed
  std::vector<std::vector<DicomValue>> fragments;  ///< of each frame, when they are
  std::vector<DicomFrame> frames;
  bool frames_are_placed = true;  ///< false: no frame says where it lies; they follow one another
  std::vector<DicomSegment> segments;
  double most = 1;  ///< of a fractional segmentation: the number that means 1
  std::vector<Note> notes;

  [[nodiscard]] std::uint64_t pixels_of_frame() const {
    return static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(columns);
  }
  [[nodiscard]] bool is_segmentation() const { return kind != DicomKind::image; }
};

/// `source` must be all in memory (Source::view). Throws Refused E_FORMAT (no DICOM), E_DICOM_NO_IMAGE,
/// E_DICOM_RTSTRUCT, E_DICOM_SYNTAX, E_DICOM_COLOUR, E_DICOM_FRAMES, E_DICOM_PIXELS, E_TRUNC, E_HEADER.
[[nodiscard]] DicomFile dicom_gate(const Source& source);

/// Places the frames: functional groups of enhanced objects, offsets of a dose grid, or one after the other; their
/// number was checked. Throws Refused E_HEADER.
class DicomValues;
void place_frames(DicomFile& file, const DicomValues& values, std::size_t count);

/// Fragments to frames, each with a picture of the size that the header says and enough bytes for it. Throws Refused
/// E_HEADER, E_DICOM_PIXELS, E_TRUNC.
void check_fragments(DicomFile& file, const Source& source, const DicomValue& pixels, std::size_t frames);

}  // namespace lossscope::reader
