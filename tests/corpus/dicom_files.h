// SPDX-License-Identifier: Apache-2.0
// DICOM Part 10 files, element by element.
#pragma once

#include "tests/corpus/packing.h"

namespace lossscope::corpus {

/// One slice of 3 x 2 int16 pixels; `elements` by (group << 16 | element) with their type and value.
class DicomFile {
 public:
  /// Slice `k` of a series: 0.5 mm pixels, 2 mm apart, voxels 6 k, 6 k + 1, ...
  explicit DicomFile(int k = 0) {
    text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2");
    text(0x00080018, "UI", "1.2.3.4." + std::to_string(k + 1));
    text(0x00080060, "CS", "CT");
    text(0x0020000D, "UI", "1.2.3");
    text(0x0020000E, "UI", "1.2.3.4");
    text(0x00200013, "IS", std::to_string(k + 1));
    place(k);
    text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
    number(0x00280002, 1);
    text(0x00280004, "CS", "MONOCHROME2");
    number(0x00280010, 2);
    number(0x00280011, 3);
    text(0x00280030, "DS", "0.5\\0.5");
    number(0x00280100, 16);
    number(0x00280101, 16);
    number(0x00280102, 15);
    number(0x00280103, 1);
    std::vector<double> voxels = counting(6);
    for (double& value : voxels) {
      value += 6 * k;
    }
    pixels = bytes_of<std::int16_t>(voxels);
  }

  DicomFile& text(std::uint32_t tag, const std::string& type, std::string value) {
    value += value.size() % 2 == 0 ? "" : type == "UI" ? std::string(1, '\0') : " ";
    elements[tag] = {type, std::move(value)};
    return *this;
  }
  DicomFile& number(std::uint32_t tag, int value) {
    elements[tag] = {"US", number_bytes(static_cast<std::uint16_t>(value))};
    return *this;
  }
  DicomFile& place(double k) { return text(0x00200032, "DS", "10\\-20\\" + std::to_string(5 + 2 * k)); }
  DicomFile& without(std::uint32_t tag) { return elements.erase(tag), *this; }

  [[nodiscard]] Bytes bytes() const {
    const bool is_explicit = syntax != "1.2.840.10008.1.2";
    const Bytes uid = syntax + Bytes(syntax.size() % 2, '\0');
    const Bytes meta = element(0x00020010, "UI", uid, true);
    Bytes file = Bytes(128, '\0') + "DICM" +
                 element(0x00020000, "UL", number_bytes(static_cast<std::uint32_t>(meta.size())), true) + meta;
    for (const auto& [tag, e] : elements) {
      file += element(tag, e.first, e.second, is_explicit);
    }
    const std::uint32_t length = pixel_length.value_or(static_cast<std::uint32_t>(pixels.size()));
    return file + tag_bytes(0x7FE00010) + (is_explicit ? Bytes("OW\0\0", 4) : Bytes()) + number_bytes(length) + pixels;
  }

  std::map<std::uint32_t, std::pair<std::string, Bytes>> elements;
  std::string syntax = "1.2.840.10008.1.2.1";
  Bytes pixels;
  std::optional<std::uint32_t> pixel_length;  ///< what the file says, where it lies

  static Bytes tag_bytes(std::uint32_t tag) {
    return number_bytes(static_cast<std::uint16_t>(tag >> 16)) + number_bytes(static_cast<std::uint16_t>(tag & 0xFFFF));
  }

 private:
  static Bytes element(std::uint32_t tag, const std::string& type, const Bytes& value, bool is_explicit) {
    const auto length = static_cast<std::uint32_t>(value.size());
    if (type == "SQ") {  // of undefined length; its items are in `value`
      return tag_bytes(tag) + (is_explicit ? Bytes("SQ\0\0", 4) : Bytes()) + number_bytes(0xFFFFFFFFU) + value;
    }
    return tag_bytes(tag) +
           (is_explicit ? type + number_bytes(static_cast<std::uint16_t>(length)) : number_bytes(length)) + value;
  }
};

}  // namespace lossscope::corpus
