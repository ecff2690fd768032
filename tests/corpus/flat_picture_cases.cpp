// SPDX-License-Identifier: Apache-2.0
// BMP and JPEG.
#include <limits>
#include <optional>

#include "tests/corpus/jpeg_files.h"

namespace lossscope::corpus {
namespace {

/// A BMP with rows from the bottom up, filled up to four bytes.
struct BmpFile {
  std::int32_t width = 4, height = 3;
  std::uint16_t bits = 8;
  std::uint32_t compression = 0, colours = 0;
  Bytes palette, rows;
  std::optional<std::uint32_t> pixels_at;

  [[nodiscard]] Bytes bytes() const {
    const std::uint32_t begin = 54 + static_cast<std::uint32_t>(palette.size());
    return "BM" + number_bytes(begin + static_cast<std::uint32_t>(rows.size())) + Bytes(4, '\0') +
           number_bytes(pixels_at.value_or(begin)) + number_bytes(std::uint32_t{40}) + number_bytes(width) +
           number_bytes(height) + number_bytes(std::uint16_t{1}) + number_bytes(bits) + number_bytes(compression) +
           Bytes(12, '\0') + number_bytes(colours) + Bytes(4, '\0') + palette + rows;
  }
};

Bytes grey_palette(int colours, int step) {
  Bytes palette;
  for (int i = 0; i < colours; ++i) {
    palette += Bytes(3, static_cast<char>(i * step)) + '\0';
  }
  return palette;
}

/// The grey values 0 to 11 of 4 x 3 pixels.
BmpFile good_bmp() {
  BmpFile file;
  file.palette = grey_palette(256, 1);
  file.rows = {"\10\11\12\13\4\5\6\7\0\1\2\3", 12};
  return file;
}

void add_bmps(Corpus& corpus) {
  const auto changed = [&](const std::string& name, const std::string& code, const auto& change) -> Case& {
    BmpFile file = good_bmp();
    change(file);
    return corpus.add("bmp_" + name, "picture.bmp", file.bytes(), code);
  };
  changed("good", "", [](BmpFile&) {}).gives(counting(12)).on({{4, 3, 1}});
  changed("top_down", "", [](BmpFile& f) {
    f.height = -3;
    f.rows = bytes_of<std::uint8_t>(counting(12));
  }).gives(counting(12));
  changed("two_colours", "W_BINARY",
          [](BmpFile& f) {  // as MATLAB writes a logical mask
            f.bits = 1;
            f.palette = grey_palette(2, 255);
            f.rows = {"\x90\0\0\0\x60\0\0\0\x50\0\0\0", 12};
          })
      .as("mask")
      .gives({0, 255, 0, 255, 0, 255, 255, 0, 255, 0, 0, 255});
  changed("labels_by_colour", "W_PALETTE",
          [](BmpFile& f) {
            f.bits = 4;
            f.height = 1;
            f.palette = Bytes("\0\0\0\0\0\0\x80\0\0\x80\0\0", 12);
            f.colours = 3;
            f.rows = {"\x01\x21\0\0", 4};
          })
      .as("mask")
      .gives({0, 1, 2, 1});
  const auto colour = [](BmpFile& f) {
    f.bits = 24;
    f.palette.clear();
    f.width = 2;
    f.height = 1;
    f.rows = {"\1\2\3\4\5\6\0\0", 8};
  };
  changed("colour", "E_COMPONENTS", colour);
  changed("red", "W_COMPONENT", colour).with("--component", "0").gives({3, 6});
  changed("grey_in_three_colours", "W_GREY", [&](BmpFile& f) {
    colour(f);
    f.rows = {"\5\5\5\7\7\7\0\0", 8};
  }).gives({5, 7});
  changed("32_bits", "W_GREY", [&](BmpFile& f) {
    colour(f);
    f.bits = 32;
    f.rows = {"\5\5\5\xFF\7\7\7\xFF", 8};
  }).gives({5, 7});
  changed("cut", "E_TRUNC", [](BmpFile& f) { f.rows.pop_back(); });
  changed("runs", "E_ENCODING", [](BmpFile& f) { f.compression = 1; });
  changed("png_inside", "E_ENCODING", [](BmpFile& f) { f.compression = 5; });
  changed("16_bits", "E_TYPE", [](BmpFile& f) { f.bits = 16; });
  changed("0_bits", "E_TYPE", [](BmpFile& f) { f.bits = 0; });
  changed("width_0", "E_HEADER", [](BmpFile& f) { f.width = 0; });
  changed("width_negative", "E_HEADER", [](BmpFile& f) { f.width = -4; });
  changed("height_least", "E_HEADER", [](BmpFile& f) { f.height = std::numeric_limits<std::int32_t>::min(); });
  changed("30000_squared", "E_TRUNC", [](BmpFile& f) { f.width = f.height = 30000; });
  changed("palette_too_long", "E_HEADER", [](BmpFile& f) { f.colours = 300; });
  changed("palette_behind_the_pixels", "E_HEADER", [](BmpFile& f) { f.pixels_at = 60; });
  changed("colour_beyond_the_palette", "E_HEADER", [](BmpFile& f) {
    f.colours = 3;
    f.palette.resize(12);
  });
  changed("pixels_in_the_header", "E_HEADER", [](BmpFile& f) { f.pixels_at = 20; });
  corpus.add("bmp_header_cut", "picture.bmp", good_bmp().bytes().substr(0, 30), "E_TRUNC");
  corpus.add("bmp_named_png", "picture.png", good_bmp().bytes(), "E_FORMAT");
}

Bytes with_frame_marker(Bytes file, char marker) {
  const std::size_t frame = file.find("\xFF\xC0");
  file[frame + 1] = marker;
  return file;
}

void add_jpegs(Corpus& corpus) {
  const Bytes grey = jpeg(16, 8, 1, two_blocks(1));
  const auto add = [&](const std::string& name, const Bytes& file, const std::string& code = {}) -> Case& {
    return corpus.add("jpeg_" + name, "picture.jpg", file, code);
  };
  add("good", grey).gives(two_blocks_values()).on({{16, 8, 1}});
  add("progressive", jpeg(16, 8, 1, two_blocks(1), true)).gives(two_blocks_values());
  corpus.add("jpeg_upper_case", "PICTURE.JPEG", grey).gives(two_blocks_values());
  add("grey_in_three_colours", jpeg(16, 8, 3, two_blocks(3)), "W_GREY").gives(two_blocks_values());
  Bytes coloured = two_blocks(3);
  for (std::size_t i = 0; i < coloured.size(); i += 3) {
    coloured[i] = '\0';
  }
  add("colour", jpeg(16, 8, 3, coloured), "E_COMPONENTS");
  add("mask_of_two_values", grey, "W_JPEG").as("mask").gives(two_blocks_values());
  add("cmyk", jpeg(16, 8, 4, two_blocks(4)), "E_TYPE");
  add("trailing", grey + "more", "W_TRAILING").gives(two_blocks_values());
  add("signature_only", {"\xFF\xD8\xFF\xE0", 4}, "E_TRUNC");
  add("no_end", cut(grey, 2), "E_TRUNC");
  add("cut_in_the_middle", grey.substr(0, grey.size() / 2), "E_TRUNC");
  Bytes noise;
  for (std::uint32_t i = 0, state = 1; i < 64 * 64; ++i, state = state * 1664525U + 1013904223U) {
    noise += static_cast<char>(state >> 24);
  }
  add("cut_and_closed", cut(jpeg(64, 64, 1, noise), 400) + "\xFF\xD9", "E_CRC");
  add("arithmetic", with_frame_marker(grey, '\xC9'), "E_ENCODING");
  add("lossless", with_frame_marker(grey, '\xC3'), "E_ENCODING");
  Bytes deep = grey, wide = grey, empty = grey, doubled = grey;
  const std::size_t frame = grey.find("\xFF\xC0");
  deep[frame + 4] = 12;
  add("12_bits", deep, "E_TYPE");
  wide.replace(frame + 5, 4, "\x75\x30\x75\x30");
  add("30000_squared", wide, "E_TRUNC");
  empty.replace(frame + 5, 2, Bytes(2, '\0'));
  add("height_0", empty, "E_HEADER");
  doubled.insert(frame, grey.substr(frame, 13));
  add("two_frames", doubled, "E_HEADER");
}

}  // namespace

void add_flat_picture_cases(Corpus& corpus) {
  add_bmps(corpus);
  add_jpegs(corpus);
}

}  // namespace lossscope::corpus
