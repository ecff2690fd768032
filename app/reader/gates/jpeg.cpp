// SPDX-License-Identifier: Apache-2.0
// JPEG: ITU-T T.81, annex B. libjpeg fills what is missing with grey and only warns.
#include "app/reader/gates/flat_pictures.h"

namespace lossscope::reader {
namespace {

[[noreturn]] void damaged_jpeg(const std::string& reason) {
  throw Refused("E_HEADER", "the JPEG is damaged: " + reason, "export the picture again");
}

enum Marker : std::uint8_t { kTem = 0x01, kFirstRestart = 0xD0, kBegin = 0xD8, kEnd = 0xD9, kScan = 0xDA };

bool stands_alone(std::uint8_t marker) { return marker == kTem || (marker >= kFirstRestart && marker <= kBegin); }

/// SOF0 to SOF15 without the three that are no frame headers (DHT, JPG, DAC).
bool is_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

void set_frame(Layout& layout, const Source& source, std::uint8_t marker, std::uint64_t at, std::uint16_t length) {
  constexpr std::uint8_t kLastDct = 0xC2;  // baseline, extended, progressive
  if (marker > kLastDct) {
    throw Refused("E_ENCODING",
                  "it is of a kind of JPEG that cameras do not write (lossless, hierarchical or arithmetic)",
                  "save it as PNG");
  }
  const int precision = source.at<std::uint8_t>(at), components = source.at<std::uint8_t>(at + 5);
  if (precision != 8) {
    throw Refused("E_TYPE", "its samples have " + std::to_string(precision) + " bits",
                  "save it with 8 bits, or as PNG");
  }
  if (components != 1 && components != 3) {
    throw Refused("E_TYPE", "it has " + std::to_string(components) + " colours (CMYK?)",
                  "save it as grey values or RGB");
  }
  if (length != 8 + 3 * components) {
    damaged_jpeg("a segment has a wrong length");
  }
  layout.size = {source.at<std::uint16_t>(at + 3, true), source.at<std::uint16_t>(at + 1, true), 1};
  check_sizes(layout);
  layout.interleaved = components;
  layout.is_colour = components == 3;
}

/// The next marker within or after entropy-coded data, at or after `at`; stuffed zeros and restarts belong to the data.
std::uint64_t end_of_scan(std::span<const std::byte> bytes, std::uint64_t at) {
  for (; at + 1 < bytes.size(); ++at) {
    if (bytes[at] == std::byte{0xFF}) {
      const auto next = static_cast<std::uint8_t>(bytes[at + 1]);
      if (next != 0 && next != 0xFF && !(next >= kFirstRestart && next < kBegin)) {
        return at;
      }
    }
  }
  refuse_cut();
}

}  // namespace

Layout jpeg_gate(const Source& source) {
  const std::span<const std::byte> bytes = source.view();
  if (source.text(0, 3) != "\xFF\xD8\xFF") {
    throw Refused("E_FORMAT", "this is not JPEG", "is the name right?");
  }
  Layout layout;
  layout.format = "JPEG";
  layout.has_orientation = layout.has_grid = false;
  layout.is_lossy = true;
  bool has_frame = false;
  std::uint64_t at = 2, scanned = 0;
  while (true) {
    while (source.at<std::uint8_t>(at) == 0xFF && source.at<std::uint8_t>(at + 1) == 0xFF) {
      ++at;  // any number of these may fill
    }
    const auto marker = source.at<std::uint8_t>(at + 1);
    if (source.at<std::uint8_t>(at) != 0xFF || marker == 0) {
      damaged_jpeg("a segment does not follow where it should");
    }
    at += 2;
    if (marker == kEnd) {
      break;
    }
    if (stands_alone(marker)) {
      continue;
    }
    const auto length = source.at<std::uint16_t>(at, true);
    if (length < 2 || at + length > source.size()) {
      refuse_cut();
    }
    if (is_frame(marker)) {
      if (has_frame) {
        damaged_jpeg("it has two frames");
      }
      set_frame(layout, source, marker, at + 2, length);
      has_frame = true;
    }
    at += length;
    if (marker == kScan) {
      const std::uint64_t end = end_of_scan(bytes, at);
      scanned += end - at;
      at = end;
    }
  }
  if (!has_frame || scanned == 0) {
    damaged_jpeg("it holds no picture");
  }
  // A block of 8 x 8 pixels takes a bit at least.
  if (static_cast<std::uint64_t>(layout.voxels()) / 512 > scanned + 64) {
    refuse_cut();
  }
  if (at < source.size()) {
    layout.notes.push_back({"W_TRAILING", "bytes after the end of the picture were ignored"});
  }
  return layout;
}

}  // namespace lossscope::reader
