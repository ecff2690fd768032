// SPDX-License-Identifier: Apache-2.0
// One DICOM file: what of its header matters for a volume (PS3.3 C.7.6), and whether its pixels are all there. GDCM
// puts the previous slice's pixels where some are missing.
#include <algorithm>

#include "app/reader/gates/dicom_file.h"
#include "app/reader/gates/dicom_values.h"
#include "app/reader/gates/segment_names.h"
#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

constexpr DicomTag kSopClass = 0x00080016, kSopInstance = 0x00080018, kSeriesDescription = 0x0008103E,
                   kSeriesUid = 0x0020000E, kOrganization = 0x00209311, kSamples = 0x00280002, kFrames = 0x00280008,
                   kRows = 0x00280010, kColumns = 0x00280011, kBitsAllocated = 0x00280100, kBitsStored = 0x00280101,
                   kHighBit = 0x00280102, kSigned = 0x00280103, kMatrixColumns = 0x00480006,
                   kSegmentationType = 0x00620001, kSegments = 0x00620002, kSegmentNumber = 0x00620004,
                   kSegmentLabel = 0x00620005, kMostFraction = 0x0062000E;

enum class Syntax : std::uint8_t { native, compressed, unknown };

Syntax syntax_of(const std::string& uid) {
  constexpr std::string_view kPrefix = "1.2.840.10008.1.2";
  if (!uid.starts_with(kPrefix)) {
    return Syntax::unknown;
  }
  const std::string rest = uid.substr(kPrefix.size());
  if (rest.empty() || rest == ".1" || rest == ".2") {
    return Syntax::native;
  }
  for (const char* known : {".4.50", ".4.51", ".4.57", ".4.70", ".4.80", ".4.81", ".4.90", ".4.91", ".5"}) {
    if (rest == known) {
      return Syntax::compressed;
    }
  }
  return Syntax::unknown;
}

void check_pixels(DicomFile& file, const Source& source, const DicomValue& pixels, std::size_t frames) {
  const Syntax syntax = syntax_of(file.transfer_syntax);
  if (syntax == Syntax::unknown) {
    throw Refused("E_DICOM_SYNTAX", "its transfer syntax " + file.transfer_syntax + " is not supported",
                  "export the series uncompressed");
  }
  if (syntax == Syntax::compressed) {
    if (pixels.length != kUndefinedLength) {
      damaged_dicom("its compressed pixels have no fragments");
    }
    file.is_packed = true;
    check_fragments(file, source, pixels, frames);
    return;
  }
  const std::uint64_t bits = file.pixels_of_frame() * frames * static_cast<std::uint64_t>(file.bits_allocated);
  const std::uint64_t need = (bits + 7) / 8;
  const std::uint64_t padding = pixels.length - std::min<std::uint64_t>(need, pixels.length);
  const bool a_little = padding <= std::min<std::uint64_t>(4096, need / 8);
  if (a_little && padding > need % 2) {
    file.notes.push_back({"W_TRAILING", std::to_string(padding) + " bytes after the last pixel were ignored"});
  }
  if (pixels.length < need || (padding > need % 2 && !a_little)) {
    throw Refused("E_DICOM_PIXELS",
                  "its pixel data have " + std::to_string(pixels.length) + " bytes, not " + std::to_string(need),
                  "export the series again");
  }
  if (pixels.offset > source.size() || need > source.size() - pixels.offset) {
    refuse_cut();
  }
  file.pixels = {pixels.offset, static_cast<std::uint32_t>(need)};
}

/// Which of the three elements that can hold pixels is there.
DicomValue pixels_of(DicomFile& file, const DicomValues& values) {
  for (const DicomTag tag : {kPixelData, kFloatPixelData, kDoublePixelData}) {
    if (values.has(tag)) {
      file.is_float = tag != kPixelData;
      return values.elements().values.at(tag);
    }
  }
  const std::string sop = values.text(kSopClass);
  if (sop == "1.2.840.10008.5.1.4.1.1.481.3") {
    throw Refused(
        "E_DICOM_RTSTRUCT", "it is an RT structure set: contours, which have no voxels",
        "make a label map of it with the series it belongs to, for example with Plastimatch (plastimatch convert) or "
        "3D Slicer (SlicerRT)");
  }
  if (values.has(kRows)) {
    refuse_cut();
  }
  throw Refused("E_DICOM_NO_IMAGE", "it is DICOM without a picture", "choose the folder of the slices");
}

void set_format(DicomFile& file, const DicomValues& values) {
  file.rows = values.whole(kRows, 0);
  file.columns = values.whole(kColumns, 0);
  file.bits_allocated = values.whole(kBitsAllocated, 0);
  file.bits_stored = file.is_float ? file.bits_allocated : values.whole(kBitsStored, file.bits_allocated);
  file.high_bit = file.is_float ? file.bits_allocated - 1 : values.whole(kHighBit, file.bits_stored - 1);
  file.is_signed = values.whole(kSigned, 0) == 1;
  if (file.rows < 1 || file.columns < 1 || file.rows > 32767 || file.columns > 32767) {
    damaged_dicom("it has " + std::to_string(file.rows) + " rows and " + std::to_string(file.columns) + " columns");
  }
  const int bits = file.bits_allocated;
  const bool whole_bytes = file.is_float ? bits == 32 || bits == 64 : bits == 8 || bits == 16 || bits == 32;
  const bool one_bit = bits == 1 && !file.is_float;
  if ((!whole_bytes && !one_bit) || file.bits_stored < 1 || file.bits_stored > bits ||
      file.high_bit < file.bits_stored - 1 || file.high_bit >= bits) {
    damaged_dicom(std::to_string(file.bits_stored) + " bits stored in " + std::to_string(bits));
  }
  if (values.whole(kSamples, 1) != 1) {
    throw Refused("E_DICOM_COLOUR", "it is a colour picture",
                  "export the series in grey values, or the picture as PNG, of which one colour can be chosen");
  }
}

std::size_t number_of_frames(const DicomValues& values) {
  const double frames = values.decimal(kFrames, "NumberOfFrames", 1);
  if (!(frames >= 1 && frames <= 65535) || frames != std::floor(frames)) {
    damaged_dicom("NumberOfFrames is '" + values.text(kFrames).substr(0, 40) + "'");
  }
  if (values.has(kMatrixColumns) || values.text(kOrganization) == "TILED_FULL" ||
      values.text(kOrganization) == "TILED_SPARSE") {
    throw Refused("E_DICOM_FRAMES", "its frames are tiles of a slide, which are not put together here",
                  "export the region of interest as one picture (TIFF or PNG)");
  }
  return static_cast<std::size_t>(frames);
}

void set_segments(DicomFile& file, const DicomValues& values) {
  const std::string sop = values.text(kSopClass), type = values.text(kSegmentationType);
  const bool label_map = sop == "1.2.840.10008.5.1.4.1.1.66.7" || type == "LABELMAP";
  if (sop != "1.2.840.10008.5.1.4.1.1.66.4" && !label_map) {
    return;
  }
  file.kind = label_map ? DicomKind::label_map : (type == "FRACTIONAL" ? DicomKind::fractional : DicomKind::binary);
  if (file.kind == DicomKind::binary && (type != "BINARY" || file.bits_allocated > 8)) {
    damaged_dicom("SegmentationType is '" + type.substr(0, 20) + "' with " + std::to_string(file.bits_allocated) +
                  " bits");
  }
  file.most = values.whole(kMostFraction, 255);
  if (file.most < 1) {
    damaged_dicom("MaximumFractionalValue is 0");
  }
  for (const DicomValues& segment : values.items(kSegments)) {
    const int number = segment.whole(kSegmentNumber, 0);
    if (std::ranges::find(file.segments, number, &DicomSegment::number) != file.segments.end()) {
      damaged_dicom("two segments have the number " + std::to_string(number));
    }
    file.segments.push_back({number, short_name(segment.text(kSegmentLabel))});
  }
  std::ranges::sort(file.segments, {}, &DicomSegment::number);
}

}  // namespace

DicomFile dicom_gate(const Source& source) {
  DicomFile file;
  DicomValues values(source, dicom_elements(source));
  file.transfer_syntax = values.elements().transfer_syntax;
  file.big_endian = values.elements().big_endian;
  const DicomValue pixels = pixels_of(file, values);
  file.instance = values.text(kSopInstance);
  file.series = values.text(kSeriesUid);
  file.description = values.text(kSeriesDescription);
  set_format(file, values);
  const std::size_t frames = number_of_frames(values);
  set_segments(file, values);
  check_pixels(file, source, pixels, frames);
  place_frames(file, values, frames);
  return file;
}

}  // namespace lossscope::reader
