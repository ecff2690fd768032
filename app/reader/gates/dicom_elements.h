// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "app/reader/gates/source.h"

namespace lossscope::reader {

/// (group << 16) | element.
using DicomTag = std::uint32_t;
inline constexpr DicomTag kFloatPixelData = 0x7FE00008, kDoublePixelData = 0x7FE00009, kPixelData = 0x7FE00010;
inline constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;

/// The value of an element: where it lies.
struct DicomValue {
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
};

/// The top-level elements of one DICOM file up to and with the pixel data, or those of an item (PS3.5, PS3.10).
struct DicomElements {
  std::map<DicomTag, DicomValue> values;
  std::string transfer_syntax;
  bool is_explicit = true, big_endian = false;
};

/// Walks the elements; nested sequences are skipped. Throws Refused E_FORMAT when this is no DICOM file, E_TRUNC when
/// it ends within an element, E_HEADER for what cannot be walked, E_DICOM_SYNTAX for a deflated file.
[[nodiscard]] DicomElements dicom_elements(const Source& source);

/// The items of a sequence of `elements`; empty when it is not there. Throws Refused E_TRUNC, E_HEADER.
[[nodiscard]] std::vector<DicomElements> dicom_items(const Source& source, const DicomElements& elements,
                                                     DicomTag sequence);

/// The fragments of compressed pixel data that begin at `offset`, the offset table first. Throws Refused E_TRUNC,
/// E_HEADER.
[[nodiscard]] std::vector<DicomValue> dicom_fragments(const Source& source, std::uint64_t offset);

/// The series of a file, read no further than needed; empty when it is no DICOM file or says none. Throws nothing but
/// Refused E_READ.
[[nodiscard]] std::string dicom_series(const Source& source);

}  // namespace lossscope::reader
