// SPDX-License-Identifier: Apache-2.0
// BMP: https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
#include "app/reader/gates/flat_pictures.h"

namespace lossscope::reader {
namespace {

constexpr std::uint64_t kFileHeader = 14;

[[noreturn]] void damaged_bmp(const std::string& reason) {
  throw Refused("E_HEADER", "the BMP is damaged: " + reason, "export the picture again");
}

struct BmpHeader {
  std::int64_t width = 0, height = 0;
  std::uint32_t length = 0, bits = 0, compression = 0, colours = 0;
};

BmpHeader bmp_header(const Source& source) {
  BmpHeader h;
  h.length = source.at<std::uint32_t>(kFileHeader);
  if (h.length == 12) {  // of OS/2
    h.width = source.at<std::uint16_t>(18);
    h.height = source.at<std::uint16_t>(20);
    h.bits = source.at<std::uint16_t>(24);
    return h;
  }
  if (h.length < 40 || h.length > 124) {
    damaged_bmp("its header says it is " + std::to_string(h.length) + " bytes long");
  }
  h.width = source.at<std::int32_t>(18);
  h.height = source.at<std::int32_t>(22);
  h.bits = source.at<std::uint16_t>(28);
  h.compression = source.at<std::uint32_t>(30);
  h.colours = source.at<std::uint32_t>(46);
  return h;
}

void check_packing(const Source& source, const BmpHeader& h) {
  constexpr std::uint32_t kPlain = 0, kMasks = 3;
  const bool in_bytes = h.compression == kMasks && h.bits == 32 &&
                        source.at<std::uint32_t>(kFileHeader + 40) == 0x00FF0000 &&
                        source.at<std::uint32_t>(kFileHeader + 44) == 0x0000FF00 &&
                        source.at<std::uint32_t>(kFileHeader + 48) == 0x000000FF;
  if (h.compression != kPlain && !in_bytes) {
    throw Refused("E_ENCODING", "its pixels are packed (BMP compression " + std::to_string(h.compression) + ")",
                  "save it as PNG");
  }
  for (const std::uint32_t known : {1U, 4U, 8U, 24U, 32U}) {
    if (h.bits == known) {
      return;
    }
  }
  throw Refused("E_TYPE", std::to_string(h.bits) + " bits a pixel are not supported", "save it as PNG");
}

void set_palette(BmpPicture& picture, const Source& source, const BmpHeader& h, std::uint64_t pixels_at) {
  const std::uint32_t most = 1U << h.bits, entry = h.length == 12 ? 3 : 4;
  const std::uint32_t colours = h.colours == 0 ? most : h.colours;
  const std::uint64_t begin = kFileHeader + h.length;
  if (colours > most || begin + std::uint64_t{colours} * entry > pixels_at) {
    damaged_bmp("its palette has " + std::to_string(colours) + " colours");
  }
  picture.most_colours = colours;
  bool grey = true;
  for (std::uint32_t i = 0; i < colours; ++i) {
    const auto blue = source.at<std::uint8_t>(begin + i * entry),
               green = source.at<std::uint8_t>(begin + i * entry + 1),
               red = source.at<std::uint8_t>(begin + i * entry + 2);
    grey = grey && blue == green && green == red;
    picture.greys.push_back(green);
  }
  if (!grey) {
    picture.greys.clear();
    picture.layout.notes.push_back(
        {"W_PALETTE", "the picture has a palette: its indices are the values, not its colours"});
  }
}

}  // namespace

BmpPicture bmp_gate(const Source& source) {
  if (source.text(0, 2) != "BM") {
    throw Refused("E_FORMAT", "this is not BMP", "is the name right?");
  }
  const BmpHeader h = bmp_header(source);
  check_packing(source, h);
  BmpPicture picture;
  Layout& layout = picture.layout;
  layout.format = "BMP";
  layout.has_orientation = layout.has_grid = false;
  picture.bits = static_cast<int>(h.bits);
  picture.top_down = h.height < 0;
  layout.size = {h.width, h.height < 0 ? -h.height : h.height, 1};
  check_sizes(layout);
  layout.data_offset = source.at<std::uint32_t>(10);
  if (layout.data_offset < kFileHeader + h.length) {
    damaged_bmp("its pixels begin within its header");
  }
  if (h.bits <= 8) {
    set_palette(picture, source, h, layout.data_offset);
  } else {
    layout.interleaved = 3;
    layout.is_colour = true;
  }
  const std::uint64_t need = picture.row_bytes() * static_cast<std::uint64_t>(layout.size[1]);
  if (source.size() < layout.data_offset || source.size() - layout.data_offset < need) {
    refuse_cut();
  }
  return picture;
}

}  // namespace lossscope::reader
