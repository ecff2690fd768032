// SPDX-License-Identifier: Apache-2.0
// Functional groups of DICOM files of several frames (PS3.3 C.7.6.16).
#pragma once

#include <limits>

#include "tests/corpus/dicom_files.h"

namespace lossscope::corpus {

inline const Bytes kSequenceEnd = DicomFile::tag_bytes(0xFFFEE0DD) + number_bytes(std::uint32_t{0});

/// An element of an item, explicit and little-endian.
[[nodiscard]] inline Bytes element(std::uint32_t tag, const std::string& type, Bytes value) {
  value += Bytes(value.size() % 2, type == "UI" ? '\0' : ' ');
  return DicomFile::tag_bytes(tag) + type + number_bytes(static_cast<std::uint16_t>(value.size())) + value;
}
[[nodiscard]] inline Bytes number(std::uint32_t tag, int value) {
  return element(tag, "US", number_bytes(static_cast<std::uint16_t>(value)));
}
[[nodiscard]] inline Bytes item(const Bytes& content) {
  return DicomFile::tag_bytes(0xFFFEE000) + number_bytes(static_cast<std::uint32_t>(content.size())) + content;
}
/// A sequence within an item; of a length that is said.
[[nodiscard]] inline Bytes sequence(std::uint32_t tag, const Bytes& items) {
  return DicomFile::tag_bytes(tag) + Bytes("SQ\0\0", 4) + number_bytes(static_cast<std::uint32_t>(items.size())) +
         items;
}

[[nodiscard]] inline Bytes place(double z, double y = -20) {
  return sequence(0x00209113, item(element(0x00200032, "DS", "10\\" + std::to_string(y) + "\\" + std::to_string(z))));
}
[[nodiscard]] inline Bytes orientation() {
  return sequence(0x00209116, item(element(0x00200037, "DS", "1\\0\\0\\0\\1\\0")));
}
[[nodiscard]] inline Bytes measures(const std::string& between) {
  return sequence(0x00289110, item(element(0x00180050, "DS", "9") + element(0x00180088, "DS", between) +
                                   element(0x00280030, "DS", "0.5\\0.5")));
}
[[nodiscard]] inline Bytes of_segment(int segment) { return sequence(0x0062000A, item(number(0x0062000B, segment))); }
[[nodiscard]] inline Bytes scaled(const std::string& slope) {
  return sequence(0x00289145, item(element(0x00281052, "DS", "0") + element(0x00281053, "DS", slope)));
}

/// Frames of 3 x 2 pixels in functional groups.
[[nodiscard]] inline DicomFile frames_of(const std::vector<Bytes>& groups, const Bytes& shared) {
  DicomFile file;
  file.without(0x00200032).without(0x00200037).without(0x00280030);
  file.text(0x00280008, "IS", std::to_string(groups.size()));
  Bytes items;
  for (const Bytes& group : groups) {
    items += item(group);
  }
  file.elements[0x52009229] = {"SQ", item(shared) + kSequenceEnd};
  file.elements[0x52009230] = {"SQ", items + kSequenceEnd};
  return file;
}

inline const ExpectedGrid kFrameGrid{{3, 2, 4}, {0.5, 0.5, 2}, {10, -20, 5}};

inline constexpr double kNowhere = std::numeric_limits<double>::quiet_NaN();  ///< a frame without a place

}  // namespace lossscope::corpus
