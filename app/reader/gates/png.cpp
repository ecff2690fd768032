// SPDX-License-Identifier: Apache-2.0
// PNG: https://www.w3.org/TR/png-3/. libpng ends the process on some of what is refused here.
#include <zlib.h>

#include <vector>

#include "app/reader/gates/gates.h"

namespace lossscope::reader {
namespace {

[[noreturn]] void damaged(const std::string& reason) {
  throw Refused("E_HEADER", "the PNG is damaged: " + reason, "export the picture again");
}

struct Chunk {
  std::uint64_t offset = 0;  ///< of its data
  std::uint32_t length = 0;
  std::string type;
};

/// The chunk at `offset`, with its checksum found right.
Chunk chunk_at(const Source& source, std::uint64_t offset) {
  Chunk chunk{offset + 8, source.at<std::uint32_t>(offset, true), source.text(offset + 4, 4)};
  if (chunk.type.size() != 4 || chunk.length > 0x7FFFFFFF || offset + 12 + chunk.length > source.size()) {
    refuse_cut();
  }
  auto sum = static_cast<uLong>(crc32(0, nullptr, 0));
  std::vector<std::byte> part(std::size_t{1} << 16);
  for (std::uint64_t at = offset + 4, end = offset + 8 + chunk.length; at < end;) {
    const std::size_t n = source.read(at, std::span(part).first(std::min<std::uint64_t>(part.size(), end - at)));
    if (n == 0) {
      refuse_cut();
    }
    sum = crc32(sum, reinterpret_cast<const Bytef*>(part.data()), static_cast<uInt>(n));
    at += n;
  }
  if (sum != source.at<std::uint32_t>(chunk.offset + chunk.length, true)) {
    throw Refused("E_CRC", "a checksum of the PNG is wrong (chunk " + chunk.type + ")", "copy or download it again");
  }
  return chunk;
}

Layout layout_of(const Source& source, const Chunk& header) {
  if (header.type != "IHDR" || header.length != 13) {
    damaged("it does not begin with IHDR");
  }
  Layout layout;
  layout.format = "PNG";
  layout.has_orientation = false;
  layout.size = {source.at<std::uint32_t>(header.offset, true), source.at<std::uint32_t>(header.offset + 4, true), 1};
  check_sizes(layout);
  const int depth = source.at<std::uint8_t>(header.offset + 8), colour = source.at<std::uint8_t>(header.offset + 9);
  const int method = source.at<std::uint8_t>(header.offset + 10), filter = source.at<std::uint8_t>(header.offset + 11);
  constexpr int kGrey = 0, kRgb = 2, kPalette = 3, kGreyAlpha = 4, kRgba = 6;
  const bool small = depth == 1 || depth == 2 || depth == 4;
  const bool valid = (colour == kGrey && (small || depth == 8 || depth == 16)) ||
                     (colour == kPalette && (small || depth == 8)) ||
                     ((colour == kRgb || colour == kGreyAlpha || colour == kRgba) && (depth == 8 || depth == 16));
  if (!valid || method != 0 || filter != 0 || source.at<std::uint8_t>(header.offset + 12) > 1) {
    damaged("its colour type, depth or method is none that exists");
  }
  layout.scalar = depth == 16 ? Scalar::u16 : Scalar::u8;
  layout.interleaved = colour == kRgb ? 3 : (colour == kGreyAlpha ? 2 : (colour == kRgba ? 4 : 1));
  layout.is_colour = layout.interleaved > 1;
  if (colour == kPalette) {
    layout.notes.push_back({"W_PALETTE", "the picture has a palette: its indices are the values, not its colours"});
  }
  return layout;
}

}  // namespace

Layout png_gate(const Source& source) {
  if (source.text(0, 8) != "\x89PNG\r\n\x1a\n") {
    throw Refused("E_FORMAT", "this is not PNG", "is the name right?");
  }
  constexpr int kMostChunks = 1 << 20;
  const Chunk header = chunk_at(source, 8);
  Layout layout = layout_of(source, header);
  const bool wants_palette = source.at<std::uint8_t>(header.offset + 9) == 3;
  bool has_data = false, has_palette = false;
  std::uint64_t at = header.offset + header.length + 4;
  for (int n = 0; n < kMostChunks; ++n) {
    const Chunk chunk = chunk_at(source, at);
    at = chunk.offset + chunk.length + 4;
    has_data = has_data || chunk.type == "IDAT";
    has_palette = has_palette || (chunk.type == "PLTE" && !has_data);
    if (chunk.type == "IHDR") {
      damaged("it has two headers");
    }
    if (chunk.type == "IEND") {
      if (!has_data || (wants_palette && !has_palette)) {
        damaged("it holds no picture or no palette");
      }
      if (at < source.size()) {
        layout.notes.push_back({"W_TRAILING", "bytes after the end of the picture were ignored"});
      }
      return layout;
    }
  }
  damaged("it does not end");
}

}  // namespace lossscope::reader
