// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/dicom_elements.h"

namespace lossscope::reader {
namespace {

constexpr DicomTag kItem = 0xFFFEE000, kItemEnd = 0xFFFEE00D, kSequenceEnd = 0xFFFEE0DD, kTransferSyntax = 0x00020010;
constexpr int kDeepest = 16, kMostElements = 200'000;

[[noreturn]] void damaged(const std::string& reason) {
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
      damaged("it has too many elements");
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
      damaged("an element has no type");
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
      damaged("its sequences lie too deep within each other");
    }
    while (true) {
      const Element item = element(at, how);
      if (item.tag == kSequenceEnd) {
        return item.value.offset;
      }
      if (item.tag != kItem) {
        damaged("a sequence holds what is no item");
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

}  // namespace

DicomElements dicom_elements(const Source& source) {
  if (source.text(128, 4) != "DICM") {
    throw Refused("E_FORMAT", "this is not DICOM", "is the name right?");
  }
  DicomElements result;
  Walker walker(source);
  Encoding how;
  std::uint64_t at = 132;
  while (source.at<std::uint16_t>(at) == 2) {  // the file's meta information is always explicit and little-endian
    const Element e = walker.element(at, how);
    if (e.tag == kTransferSyntax) {
      result.transfer_syntax = uid(source, e.value);
    }
    at = walker.end_of(e, how, 0);
  }
  if (result.transfer_syntax == "1.2.840.10008.1.2.1.99") {
    throw Refused("E_DICOM_SYNTAX", "its header is compressed (deflated transfer syntax), which is not supported",
                  "export the series uncompressed");
  }
  how.is_explicit = result.transfer_syntax != "1.2.840.10008.1.2";
  how.big_endian = result.big_endian = result.transfer_syntax == "1.2.840.10008.1.2.2";
  DicomTag last = 0;
  while (at < source.size()) {
    const Element e = walker.element(at, how);
    if (e.tag <= last) {
      damaged("its elements are not in order");
    }
    last = e.tag;
    result.values.emplace(e.tag, e.value);
    if (e.tag == kPixelData) {
      return result;
    }
    at = walker.end_of(e, how, 0);
  }
  return result;
}

std::uint64_t end_of_fragments(const Source& source, std::uint64_t offset) {
  Walker walker(source);
  const Encoding how;
  while (true) {
    const Element item = walker.element(offset, how);
    if (item.tag == kSequenceEnd) {
      return item.value.offset;
    }
    if (item.tag != kItem || item.value.length == kUndefinedLength) {
      damaged("its compressed pixels are no sequence of fragments");
    }
    offset = walker.end_of(item, how, 0);
  }
}

}  // namespace lossscope::reader
