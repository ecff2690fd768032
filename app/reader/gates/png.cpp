// SPDX-License-Identifier: Apache-2.0
// PNG: https://www.w3.org/TR/png-3/. libpng ends the process on some of what is refused here.
#include <zlib.h>

#include <algorithm>
#include <vector>

#include "app/reader/gates/gates.h"
#include "app/reader/gates/inflate.h"

namespace lossscope::reader {
namespace {

[[noreturn]] void damaged_png(const std::string& reason) {
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

Layout png_layout(const Source& source, const Chunk& header) {
  if (header.type != "IHDR" || header.length != 13) {
    damaged_png("it does not begin with IHDR");
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
    damaged_png("its colour type, depth or method is none that exists");
  }
  layout.scalar = depth == 16 ? Scalar::u16 : Scalar::u8;
  layout.interleaved = colour == kRgb ? 3 : (colour == kGreyAlpha ? 2 : (colour == kRgba ? 4 : 1));
  layout.is_colour = layout.interleaved > 1;
  if (colour == kPalette) {
    layout.notes.push_back({"W_PALETTE", "the picture has a palette: its indices are the values, not its colours"});
  }
  return layout;
}

/// What the chunks of one file have been so far.
class Chunks {
 public:
  Chunks(const Layout& layout, int depth, int colour, bool interlaced)
      : layout_(layout), depth_(depth), colour_(colour), interlaced_(interlaced) {}

  /// Throws Refused for one that may not stand here.
  void take(const Chunk& chunk) {
    const bool letters =
        std::ranges::all_of(chunk.type, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
    if (!letters) {
      damaged_png("a chunk has a name of other characters than letters");
    }
    if (chunk.type == "IDAT") {
      if (closed_) {
        damaged_png("its pixels are interrupted by another chunk (IDAT after " + last_ + ")");
      }
      data_.push_back({chunk.offset, chunk.length});
    } else {
      closed_ = closed_ || !data_.empty();
      take_other(chunk);
    }
    last_ = chunk.type;
  }

  /// At the end of the file.
  void check(const Source& source) const {
    if (data_.empty()) {
      damaged_png("it holds no picture (no IDAT)");
    }
    if (colour_ == kPalette && !has_palette_) {
      damaged_png("it has no palette (PLTE)");
    }
    check_pixels(source);
  }

  [[nodiscard]] bool has_transparent_colour() const { return has_transparent_colour_; }

  static constexpr int kPalette = 3;

 private:
  void take_other(const Chunk& chunk) {
    if (chunk.type == "PLTE") {
      take_palette(chunk);
    } else if (chunk.type == "tRNS") {
      const std::uint32_t wanted = colour_ == 0 ? 2 : (colour_ == 2 ? 6 : 0);
      const bool fits = colour_ == kPalette ? chunk.length >= 1 && 3 * chunk.length <= palette_bytes_
                                            : wanted > 0 && chunk.length == wanted;
      if (!fits || !data_.empty()) {
        damaged_png("its transparency (tRNS) does not fit its colours");
      }
      has_transparent_colour_ = true;
    } else if (chunk.type == "IHDR") {
      damaged_png("it has two headers (IHDR)");
    } else if (chunk.type != "IEND" && chunk.type[0] >= 'A' && chunk.type[0] <= 'Z') {
      throw Refused("E_TYPE",
                    "it holds a chunk that a reader must know and that PNG does not have (" + chunk.type + ")",
                    "is it a PNG? Save the picture again");
    } else if (chunk.type == "IEND" && chunk.length != 0) {
      damaged_png("its end (IEND) is not empty");
    }
  }

  void take_palette(const Chunk& chunk) {
    const std::uint32_t most = colour_ == kPalette ? 3U << depth_ : 768;
    if (has_palette_) {
      damaged_png("it has two palettes (PLTE)");
    }
    if (!data_.empty()) {
      damaged_png("its palette (PLTE) follows its pixels");
    }
    if (colour_ == 0 || colour_ == 4) {
      damaged_png("it has a palette (PLTE) although it is grey");
    }
    if (chunk.length == 0 || chunk.length % 3 != 0 || chunk.length > most) {
      damaged_png("its palette (PLTE) has " + std::to_string(chunk.length) + " bytes");
    }
    has_palette_ = true;
    palette_bytes_ = chunk.length;
  }

  /// Bytes that the pixels inflate to, the filters' included.
  [[nodiscard]] std::uint64_t inflated_bytes() const {
    struct Pass {
      std::int64_t x, y, dx, dy;
    };
    constexpr Pass kInterlaced[]{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                 {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    constexpr Pass kPlain[]{{0, 0, 1, 1}};
    const std::uint64_t bits = static_cast<std::uint64_t>(depth_ * layout_.interleaved);
    std::uint64_t sum = 0;
    for (const Pass& pass : interlaced_ ? std::span<const Pass>(kInterlaced) : std::span<const Pass>(kPlain)) {
      const std::int64_t columns = (layout_.size[0] - pass.x + pass.dx - 1) / pass.dx;
      const std::int64_t rows = (layout_.size[1] - pass.y + pass.dy - 1) / pass.dy;
      if (columns > 0 && rows > 0) {
        sum += static_cast<std::uint64_t>(rows) * (1 + (static_cast<std::uint64_t>(columns) * bits + 7) / 8);
      }
    }
    return sum;
  }

  /// Inflates the pixels once, for their checksum (Adler-32) and their number: libpng tells neither.
  void check_pixels(const Source& source) const {
    const SplitSource packed(source, data_);
    const std::uint64_t need = inflated_bytes();
    std::uint64_t there = 0;
    try {
      Inflater inflater(packed);
      std::vector<std::byte> part(std::size_t{1} << 16);
      for (std::size_t n = inflater.read(part); n > 0 && there <= need; n = inflater.read(part)) {
        there += n;
      }
    } catch (const Refused& refused) {
      throw Refused(refused.code, "the pixels of the PNG are damaged or their checksum (Adler-32) is wrong",
                    "copy, download or export the picture again");
    }
    if (there != need) {
      throw Refused(there < need ? "E_TRUNC" : "E_HEADER",
                    "the PNG holds " + std::string(there < need ? "fewer" : "more") + " pixels than its header says",
                    "copy, download or export the picture again");
    }
  }

  const Layout& layout_;
  int depth_, colour_;
  bool interlaced_;
  bool closed_ = false, has_palette_ = false, has_transparent_colour_ = false;
  std::uint32_t palette_bytes_ = 0;
  std::string last_;
  std::vector<SplitSource::Part> data_;
};

}  // namespace

Layout png_gate(const Source& source) {
  if (source.text(0, 8) != "\x89PNG\r\n\x1a\n") {
    throw Refused("E_FORMAT", "this is not PNG", "is the name right?");
  }
  constexpr int kMostChunks = 1 << 20;
  const Chunk header = chunk_at(source, 8);
  Layout layout = png_layout(source, header);
  Chunks chunks(layout, source.at<std::uint8_t>(header.offset + 8), source.at<std::uint8_t>(header.offset + 9),
                source.at<std::uint8_t>(header.offset + 12) == 1);
  std::uint64_t at = header.offset + header.length + 4;
  for (int n = 0; n < kMostChunks; ++n) {
    const Chunk chunk = chunk_at(source, at);
    at = chunk.offset + chunk.length + 4;
    chunks.take(chunk);
    if (chunk.type == "IEND") {
      chunks.check(source);
      layout.has_transparent_colour = chunks.has_transparent_colour();
      if (at < source.size()) {
        layout.notes.push_back({"W_TRAILING", "bytes after the end of the picture were ignored"});
      }
      return layout;
    }
  }
  damaged_png("it does not end");
}

}  // namespace lossscope::reader
