// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/dicom_elements.h"

#include <algorithm>

namespace lossscope::reader {
namespace {

constexpr DicomTag kItem = 0xFFFEE000, kItemEnd = 0xFFFEE00D, kSequenceEnd = 0xFFFEE0DD, kTransferSyntax = 0x00020010,
                   kSeriesTag = 0x0020000E;
constexpr int kDeepest = 16, kMostElements = 4'000'000;

[[noreturn]] void damaged_elements(const std::string& reason) {
  throw Refused("E_HEADER", "the DICOM file is damaged: " + reason, "export the series again");
}

struct Encoding {
  bool is_explicit = true, big_endian = false;
};

struct Element {
  DicomTag tag = 0;
  std::string vr;
  DicomValue value;
};

class Walker {
 public:
  explicit Walker(const Source& source) : source_(source) {}

  [[nodiscard]] Element element(std::uint64_t at, const Encoding& how) {
    if (++elements_ > kMostElements) {
      damaged_elements("it has too many elements");
    }
    Element e;
    const std::uint64_t group = source_.at<std::uint16_t>(at, how.big_endian);
    e.tag = static_cast<DicomTag>(group << 16) | source_.at<std::uint16_t>(at + 2, how.big_endian);
    if (group == 0xFFFE || !how.is_explicit) {
      e.value = {at + 8, source_.at<std::uint32_t>(at + 4, how.big_endian)};
      return e;
    }
    e.vr = source_.text(at + 4, 2);
    constexpr std::string_view kLong = "OB OW OF OD OL OV SQ UC UN UR UT SV UV";
    if (e.vr.size() != 2 || e.vr[0] < 'A' || e.vr[0] > 'Z' || e.vr[1] < 'A' || e.vr[1] > 'Z') {
      damaged_elements("an element has no type");
    }
    if (kLong.find(e.vr) != std::string_view::npos) {
      e.value = {at + 12, source_.at<std::uint32_t>(at + 8, how.big_endian)};
    } else {
      e.value = {at + 8, source_.at<std::uint16_t>(at + 6, how.big_endian)};
    }
    return e;
  }

  /// Where the element ends.
  [[nodiscard]] std::uint64_t end_of(const Element& e, const Encoding& how, int depth) {
    if (e.value.length != kUndefinedLength) {
      if (e.value.length > source_.size() || e.value.offset > source_.size() - e.value.length) {
        refuse_cut();
      }
      return e.value.offset + e.value.length;
    }
    return end_of_items(e.value.offset, e.vr == "UN" ? Encoding{false, false} : how, depth);
  }

 private:
  /// Items of a sequence of undefined length.
  std::uint64_t end_of_items(std::uint64_t at, const Encoding& how, int depth) {
    if (depth > kDeepest) {
      damaged_elements("its sequences lie too deep within each other");
    }
    while (true) {
      const Element item = element(at, how);
      if (item.tag == kSequenceEnd) {
        return item.value.offset;
      }
      if (item.tag != kItem) {
        damaged_elements("a sequence holds what is no item");
      }
      at =
          item.value.length == kUndefinedLength ? end_of_item(item.value.offset, how, depth) : end_of(item, how, depth);
    }
  }

  std::uint64_t end_of_item(std::uint64_t at, const Encoding& how, int depth) {
    while (true) {
      const Element e = element(at, how);
      if (e.tag == kItemEnd) {
        return e.value.offset;
      }
      at = end_of(e, how, depth + 1);
    }
  }

  const Source& source_;
  int elements_ = 0;
};

std::string uid(const Source& source, const DicomValue& value) {
  std::string text = source.text(value.offset, std::min<std::uint32_t>(value.length, 64));
  while (!text.empty() && (text.back() == '\0' || text.back() == ' ')) {
    text.pop_back();
  }
  return text;
}

/// Whether an element of group 8, the first one of a dataset, lies at `at`.
bool begins_dataset(const Source& source, std::uint64_t at, bool big_endian) {
  return source.size() >= at + 8 && source.at<std::uint16_t>(at, big_endian) == 8;
}

/// The syntax of a dataset that does not say it: its first element has the letters of a type, or not.
std::string guessed_syntax(const Source& source, std::uint64_t at) {
  const std::string type = source.text(at + 4, 2);
  const bool is_explicit = type.size() == 2 && std::ranges::all_of(type, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (is_explicit) {
    return begins_dataset(source, at, false) ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2.2";
  }
  return "1.2.840.10008.1.2";
}

/// Where the meta information begins; files from before PS3.10 have no preamble, and often no meta information.
std::uint64_t begin_of(const Source& source) {
  if (source.text(128, 4) == "DICM") {
    return 132;
  }
  const bool has_meta = source.size() >= 8 && source.at<std::uint32_t>(0) == 2;  // (0002,0000)
  if (!has_meta && !begins_dataset(source, 0, false) && !begins_dataset(source, 0, true)) {
    throw Refused("E_FORMAT", "this is not DICOM", "is the name right?");
  }
  return 0;
}

/// Reads the file's meta information and returns where it ends.
std::uint64_t read_meta(const Source& source, Walker& walker, DicomElements& result) {
  const Encoding how;  // always explicit and little-endian
  std::uint64_t at = begin_of(source);
  while (source.at<std::uint16_t>(at) == 2) {
    const Element e = walker.element(at, how);
    if (e.tag == kTransferSyntax) {
      result.transfer_syntax = uid(source, e.value);
    }
    at = walker.end_of(e, how, 0);
  }
  if (result.transfer_syntax.empty()) {
    result.transfer_syntax = guessed_syntax(source, at);
  }
  if (result.transfer_syntax == "1.2.840.10008.1.2.1.99") {
    throw Refused("E_DICOM_SYNTAX", "its header is compressed (deflated transfer syntax), which is not supported",
                  "export the series uncompressed");
  }
  result.is_explicit = result.transfer_syntax != "1.2.840.10008.1.2";
  result.big_endian = result.transfer_syntax == "1.2.840.10008.1.2.2";
  return at;
}

/// Elements from `at` on, until `end`, the end of an item, or (with it) the pixel data or `last_wanted`.
std::uint64_t read_elements(Walker& walker, DicomElements& result, std::uint64_t at, std::uint64_t end,
                            DicomTag last_wanted) {
  const Encoding how{result.is_explicit, result.big_endian};
  DicomTag last = 0;
  while (at < end) {
    const Element e = walker.element(at, how);
    if (e.tag == kItemEnd) {
      return e.value.offset;
    }
    if (e.tag <= last) {
      damaged_elements("its elements are not in order");
    }
    last = e.tag;
    result.values.emplace(e.tag, e.value);
    if (e.tag >= last_wanted) {
      return at;
    }
    at = walker.end_of(e, how, 0);
  }
  return at;
}

}  // namespace

DicomElements dicom_elements(const Source& source) {
  DicomElements result;
  Walker walker(source);
  const std::uint64_t at = read_meta(source, walker, result);
  read_elements(walker, result, at, source.size(), kFloatPixelData);
  return result;
}

std::vector<DicomElements> dicom_items(const Source& source, const DicomElements& elements, DicomTag sequence) {
  constexpr DicomTag kAll = 0xFFFFFFFF;
  const auto found = elements.values.find(sequence);
  std::vector<DicomElements> items;
  if (found == elements.values.end() || found->second.length == 0) {
    return items;
  }
  const Encoding how{elements.is_explicit, elements.big_endian};
  const bool ends_by_mark = found->second.length == kUndefinedLength;
  std::uint64_t at = found->second.offset;
  const std::uint64_t end = ends_by_mark ? source.size() : at + found->second.length;
  Walker walker(source);
  while (at < end) {
    const Element item = walker.element(at, how);
    if (item.tag == kSequenceEnd && ends_by_mark) {
      return items;
    }
    if (item.tag != kItem) {
      damaged_elements("a sequence holds what is no item");
    }
    DicomElements& one = items.emplace_back();
    one.is_explicit = elements.is_explicit;
    one.big_endian = elements.big_endian;
    const bool open = item.value.length == kUndefinedLength;
    const std::uint64_t end_of_item = open ? source.size() : walker.end_of(item, how, 0);
    const std::uint64_t behind = read_elements(walker, one, item.value.offset, end_of_item, kAll);
    at = open ? behind : end_of_item;
  }
  if (ends_by_mark) {
    refuse_cut();
  }
  return items;
}

std::vector<DicomValue> dicom_fragments(const Source& source, std::uint64_t offset) {
  Walker walker(source);
  const Encoding how;
  std::vector<DicomValue> fragments;
  while (true) {
    const Element item = walker.element(offset, how);
    if (item.tag == kSequenceEnd) {
      return fragments;
    }
    if (item.tag != kItem || item.value.length == kUndefinedLength) {
      damaged_elements("its compressed pixels are no sequence of fragments");
    }
    fragments.push_back(item.value);
    offset = walker.end_of(item, how, 0);
  }
}

std::string dicom_series(const Source& source) {
  DicomElements elements;
  try {
    Walker walker(source);
    const std::uint64_t at = read_meta(source, walker, elements);
    read_elements(walker, elements, at, source.size(), kSeriesTag);
  } catch (const Refused& refused) {
    if (refused.code == "E_READ") {
      throw;
    }
  }
  const auto found = elements.values.find(kSeriesTag);
  return found == elements.values.end() ? std::string() : uid(source, found->second);
}

}  // namespace lossscope::reader
