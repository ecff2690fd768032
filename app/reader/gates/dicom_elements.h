// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "app/reader/gates/source.h"

namespace lossscope::reader {

/// (group << 16) | element.
using DicomTag = std::uint32_t;
inline constexpr DicomTag kPixelData = 0x7FE00010;
inline constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;

/// The value of an element: where it lies.
struct DicomValue {
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
};

/// The top-level elements of one DICOM file up to and with the pixel data (PS3.5, PS3.10).
struct DicomElements {
  std::map<DicomTag, DicomValue> values;
  std::string transfer_syntax;
  bool big_endian = false;
};

/// Walks the elements; nested sequences are skipped. Throws Refused E_FORMAT when this is no DICOM file, E_TRUNC when
/// it ends within an element, E_HEADER for what cannot be walked, E_DICOM_SYNTAX for a deflated file.
[[nodiscard]] DicomElements dicom_elements(const Source& source);

/// The end of the fragments of compressed pixel data. Throws Refused E_TRUNC, E_HEADER.
std::uint64_t end_of_fragments(const Source& source, std::uint64_t offset);

}  // namespace lossscope::reader
