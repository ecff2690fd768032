// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "app/reader/gates/source.h"

namespace lossscope::reader::tiff {

inline constexpr std::size_t kMostEntries = 4096, kMostStrips = std::size_t{1} << 20;

[[noreturn]] inline void damaged(const std::string& reason) {
  throw Refused("E_HEADER", "the TIFF is damaged: " + reason, "export the picture again");
}

enum Tag : std::uint16_t {
  kSubfile = 254,
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kCompression = 259,
  kPhotometric = 262,
  kDescription = 270,
  kStripOffsets = 273,
  kSamples = 277,
  kStripBytes = 279,
  kXResolution = 282,
  kYResolution = 283,
  kPlanar = 284,
  kResolutionUnit = 296,
  kTileOffsets = 324,
  kTileBytes = 325,
  kSampleFormat = 339,
  kMetaMorphPlanes = 33629
};

/// One directory and its entries.
class Page {
 public:
  Page(const Source& source, bool big_endian, bool big_tiff, std::uint64_t at)
      : source_(source), big_(big_endian), wide_(big_tiff) {
    const std::uint64_t count = wide_ ? source.at<std::uint64_t>(at, big_) : source.at<std::uint16_t>(at, big_);
    if (count == 0 || count > kMostEntries) {
      damaged("a directory has " + std::to_string(count) + " entries");
    }
    const std::uint64_t size = wide_ ? 20 : 12, first = at + (wide_ ? 8 : 2);
    for (std::uint64_t i = 0; i < count; ++i) {
      entries_.emplace(source.at<std::uint16_t>(first + i * size, big_), first + i * size);
    }
    const std::uint64_t end = first + count * size;
    next = wide_ ? source.at<std::uint64_t>(end, big_) : source.at<std::uint32_t>(end, big_);
  }

  /// Values of a tag; `otherwise` when it is absent.
  [[nodiscard]] std::vector<std::uint64_t> all(Tag tag, std::vector<std::uint64_t> otherwise = {}) const {
    const auto found = entries_.find(tag);
    if (found == entries_.end()) {
      return otherwise;
    }
    const std::uint64_t entry = found->second;
    const auto type = source_.at<std::uint16_t>(entry + 2, big_);
    const std::uint64_t count = count_of(entry);
    const std::uint64_t width = type == 1 ? 1 : (type == 3 ? 2 : (type == 4 ? 4 : (type == 16 ? 8 : 0)));
    if (width == 0 || count == 0 || count > kMostStrips) {
      damaged("tag " + std::to_string(tag) + " is of no valid type or length");
    }
    std::uint64_t at = entry + (wide_ ? 12 : 8);
    if (count * width > (wide_ ? 8U : 4U)) {
      at = place_of(entry);
      if (at > source_.size() || count * width > source_.size() - at) {
        refuse_cut();
      }
    }
    std::vector<std::uint64_t> values;
    for (std::uint64_t i = 0; i < count; ++i) {
      values.push_back(value(at + i * width, width));
    }
    return values;
  }
  [[nodiscard]] std::uint64_t one(Tag tag, std::uint64_t otherwise) const { return all(tag, {otherwise}).front(); }
  /// Bytes of a tag of text; empty when it is absent.
  [[nodiscard]] std::string text(Tag tag) const {
    constexpr std::uint64_t kLongest = std::uint64_t{8} << 20;
    const auto found = entries_.find(tag);
    if (found == entries_.end() || source_.at<std::uint16_t>(found->second + 2, big_) != 2) {
      return {};
    }
    const std::uint64_t count = count_of(found->second), in_place = wide_ ? 8 : 4;
    const std::uint64_t at = count <= in_place ? found->second + (wide_ ? 12 : 8) : place_of(found->second);
    const std::string bytes = source_.text(at, static_cast<std::size_t>(std::min(count, kLongest)));
    return bytes.substr(0, bytes.find('\0'));
  }
  /// A ratio of two numbers; 0 when it is absent or none.
  [[nodiscard]] double ratio(Tag tag) const {
    const auto found = entries_.find(tag);
    if (found == entries_.end() || source_.at<std::uint16_t>(found->second + 2, big_) != 5) {
      return 0;
    }
    const std::uint64_t at = wide_ ? found->second + 12 : place_of(found->second);
    const auto above = source_.at<std::uint32_t>(at, big_), below = source_.at<std::uint32_t>(at + 4, big_);
    return below == 0 ? 0 : static_cast<double>(above) / below;
  }
  /// How many values a tag has, whatever they are; 0 when it is absent.
  [[nodiscard]] std::uint64_t count(Tag tag) const {
    const auto found = entries_.find(tag);
    return found == entries_.end() ? 0 : count_of(found->second);
  }
  [[nodiscard]] bool has(Tag tag) const { return entries_.contains(tag); }

  std::uint64_t next = 0;  ///< offset of the next directory, 0 at the end

 private:
  [[nodiscard]] std::uint64_t count_of(std::uint64_t entry) const {
    return wide_ ? source_.at<std::uint64_t>(entry + 4, big_) : source_.at<std::uint32_t>(entry + 4, big_);
  }
  [[nodiscard]] std::uint64_t place_of(std::uint64_t entry) const {
    return wide_ ? source_.at<std::uint64_t>(entry + 12, big_) : source_.at<std::uint32_t>(entry + 8, big_);
  }
  [[nodiscard]] std::uint64_t value(std::uint64_t at, std::uint64_t width) const {
    switch (width) {
      case 1:
        return source_.at<std::uint8_t>(at, big_);
      case 2:
        return source_.at<std::uint16_t>(at, big_);
      case 4:
        return source_.at<std::uint32_t>(at, big_);
      default:
        return source_.at<std::uint64_t>(at, big_);
    }
  }

  const Source& source_;
  bool big_, wide_;
  std::map<std::uint16_t, std::uint64_t> entries_;
};

}  // namespace lossscope::reader::tiff
