// SPDX-License-Identifier: Apache-2.0
#include "tests/corpus/picture_files.h"

#include <tuple>

namespace lossscope::corpus {
namespace {

Case& add_png(Corpus& corpus, const std::string& name, const Bytes& chunks, const std::string& code = {}) {
  return corpus.add("png_" + name, "picture.png", kPngMagic + chunks, code);
}

const Bytes kEnd = png_chunk("IEND", {});
const Bytes kData = png_data(bytes_of<std::uint8_t>(counting(12)), 4);

void add_good_pngs(Corpus& corpus) {
  corpus.add("png_grey", "picture.png", good_png()).gives(counting(12)).on({{4, 3, 1}});
  add_png(corpus, "grey_16", png_header(2, 1, 16, 0) + png_data(bytes_of<std::uint16_t>({258, 65535}, true), 4) + kEnd)
      .gives({258, 65535});
  add_png(corpus, "unknown_chunk", png_header(4, 3, 8, 0) + png_chunk("teST", "anything") + kData + kEnd)
      .gives(counting(12));
  add_png(corpus, "data_in_two_chunks",
          [] {
            const Bytes packed = zlibbed(Bytes("\0\1\2", 3) + Bytes("\0\3\4", 3));
            return png_header(2, 2, 8, 0) + png_chunk("IDAT", packed.substr(0, 5)) +
                   png_chunk("IDAT", packed.substr(5)) + kEnd;
          }())
      .gives({1, 2, 3, 4});
  const Bytes palette = png_chunk("PLTE", Bytes("\x00\x00\x00\x80\x00\x00\x00\x80\x00", 9));
  add_png(corpus, "palette", png_header(4, 1, 8, 3) + palette + png_data({"\0\1\2\1", 4}, 4) + kEnd, "W_PALETTE")
      .as("mask")
      .gives({0, 1, 2, 1});
  add_png(corpus, "palette_2_bits", png_header(4, 1, 2, 3) + palette + png_data("\x19", 1) + kEnd, "W_PALETTE")
      .as("mask")
      .gives({0, 1, 2, 1});
  add_png(corpus, "trailing", png_header(4, 3, 8, 0) + kData + kEnd + "more", "W_TRAILING").gives(counting(12));
}

void add_colour_pngs(Corpus& corpus) {
  const Bytes rgb = png_header(2, 1, 8, 2) + png_data({"\x64\x32\x0a\x00\xff\x80", 6}, 6) + kEnd;
  add_png(corpus, "rgb", rgb, "E_COMPONENTS");
  add_png(corpus, "rgb_as_mask", rgb, "E_COMPONENTS").as("mask");
  add_png(corpus, "rgb_blue", rgb, "W_COMPONENT").with("--component", "2").gives({10, 128});
  add_png(corpus, "rgb_luminance", rgb, "W_RGB").with("--component", "luminance");
  const Bytes grey = png_header(2, 1, 8, 2) + png_data({"\x64\x64\x64\x07\x07\x07", 6}, 6) + kEnd;
  add_png(corpus, "rgb_of_grey", grey, "W_GREY").gives({100, 7});
  add_png(corpus, "rgb_of_grey_chosen", grey, "W_COMPONENT").with("--component", "1").gives({100, 7});
  add_png(corpus, "rgba_of_opaque_grey", png_header(2, 1, 8, 6) + png_data({"\1\1\1\xff\2\2\2\xff", 8}, 8) + kEnd,
          "W_GREY")
      .as("mask")
      .gives({1, 2});
  add_png(corpus, "rgba_of_grey_and_alpha", png_header(2, 1, 8, 6) + png_data({"\1\1\1\xff\2\2\2\x80", 8}, 8) + kEnd,
          "E_COMPONENTS");
  add_png(corpus, "rgba", png_header(1, 1, 8, 6) + png_data({"\1\2\3\4", 4}, 4) + kEnd, "E_COMPONENTS");
  add_png(corpus, "rgba_alpha", png_header(1, 1, 8, 6) + png_data({"\1\2\3\4", 4}, 4) + kEnd, "W_COMPONENT")
      .with("--component", "3")
      .gives({4});
  add_png(corpus, "grey_alpha", png_header(2, 1, 8, 4) + png_data({"\5\6\7\10", 4}, 4) + kEnd, "W_COMPONENT")
      .with("--component", "0")
      .gives({5, 7});
}

void add_damaged_pngs(Corpus& corpus) {
  corpus.add("png_signature_only", "picture.png", kPngMagic, "E_TRUNC");
  add_png(corpus, "header_only", png_header(4, 3, 8, 0), "E_TRUNC");
  add_png(corpus, "no_end", png_header(4, 3, 8, 0) + kData, "E_TRUNC");
  add_png(corpus, "no_data", png_header(4, 3, 8, 0) + kEnd, "E_HEADER");
  add_png(corpus, "two_headers", png_header(4, 3, 8, 0) + png_header(4, 3, 8, 0) + kData + kEnd, "E_HEADER");
  add_png(corpus, "wrong_header_sum", flipped(png_header(4, 3, 8, 0), 9) + kData + kEnd, "E_CRC");
  add_png(corpus, "wrong_data_sum", png_header(4, 3, 8, 0) + flipped(kData, 12) + kEnd, "E_CRC");
  add_png(corpus, "wrong_sum_of_extra", png_header(4, 3, 8, 0) + flipped(png_chunk("teST", "abcd"), 9) + kData + kEnd,
          "E_CRC");
  add_png(corpus, "chunk_of_2_GB", png_header(4, 3, 8, 0) + Bytes("\x7f\xff\xff\xffIDAT") + kEnd, "E_TRUNC");
  add_png(corpus, "width_0", png_header(0, 3, 8, 0) + kData + kEnd, "E_HEADER");
  add_png(corpus, "width_4_G", png_header(0xFFFFFFFF, 3, 8, 0) + kData + kEnd, "E_HEADER");
  add_png(corpus, "40000_wide", png_header(40000, 3, 8, 0) + kData + kEnd, "E_HEADER");
  add_png(corpus, "30000_squared", png_header(30000, 30000, 8, 0) + kData + kEnd, "E_TRUNC");
  const Bytes bomb = png_chunk("IDAT", zlibbed(Bytes(std::size_t{2001} * 16000, '\0')));
  add_png(corpus, "16000_squared_of_zero_bits", png_header(16000, 16000, 1, 0) + bomb + kEnd, "E_BOMB");
  add_png(corpus, "depth_7", png_header(4, 3, 7, 0) + kData + kEnd, "E_HEADER");
  add_png(corpus, "colour_5", png_header(4, 3, 8, 5) + kData + kEnd, "E_HEADER");
  add_png(corpus, "palette_missing", png_header(4, 3, 8, 3) + kData + kEnd, "E_HEADER");
  add_png(corpus, "too_few_rows", png_header(4, 30, 8, 0) + kData + kEnd, "E_TRUNC");
  add_png(corpus, "too_many_rows", png_header(4, 2, 8, 0) + kData + kEnd, "E_HEADER");
  add_png(corpus, "data_not_zlib", png_header(4, 3, 8, 0) + png_chunk("IDAT", "not zlib at all") + kEnd, "E_CRC");
  add_png(corpus, "wrong_filter", png_header(4, 1, 8, 0) + png_chunk("IDAT", zlibbed("\x09\x01\x02\x03\x04")) + kEnd,
          "E_READ");
}

/// Chunks that libpng ends the process on, or lets pass.
void add_odd_chunks(Corpus& corpus) {
  const Bytes grey = png_header(4, 3, 8, 0), indexed = png_header(4, 1, 2, 3), row = png_data("\x19", 1);
  const auto palette = [](std::size_t bytes) { return png_chunk("PLTE", Bytes(bytes, '\1')); };
  add_png(corpus, "critical_chunk_unknown", grey + png_chunk("TEst", "anything") + kData + kEnd, "E_TYPE");
  add_png(corpus, "chunk_of_digits", grey + png_chunk("1234", "anything") + kData + kEnd, "E_HEADER");
  add_png(corpus, "palette_in_grey", grey + palette(9) + kData + kEnd, "E_HEADER");
  add_png(corpus, "palette_empty", indexed + palette(0) + row + kEnd, "E_HEADER");
  add_png(corpus, "palette_of_10_bytes", indexed + palette(10) + row + kEnd, "E_HEADER");
  add_png(corpus, "palette_of_5_colours_in_2_bits", indexed + palette(15) + row + kEnd, "E_HEADER");
  add_png(corpus, "palette_twice", indexed + palette(9) + palette(9) + row + kEnd, "E_HEADER");
  add_png(corpus, "palette_behind_the_pixels", indexed + row + palette(9) + kEnd, "E_HEADER");
  add_png(corpus, "transparency_of_too_many", indexed + palette(6) + png_chunk("tRNS", "abc") + row + kEnd, "E_HEADER");
  add_png(corpus, "transparent_grey", grey + png_chunk("tRNS", Bytes(2, '\0')) + kData + kEnd, "E_READ");
  add_png(corpus, "transparency_in_grey_of_1_byte", grey + png_chunk("tRNS", "a") + kData + kEnd, "E_HEADER");
  add_png(
      corpus, "data_interrupted",
      [&] {
        const Bytes packed = zlibbed(Bytes("\0\1\2", 3) + Bytes("\0\3\4", 3));
        return png_header(2, 2, 8, 0) + png_chunk("IDAT", packed.substr(0, 5)) + png_chunk("teST", "x") +
               png_chunk("IDAT", packed.substr(5)) + kEnd;
      }(),
      "E_HEADER");
  add_png(
      corpus, "wrong_adler",
      [&] {
        Bytes packed = zlibbed(Bytes("\0\1\2", 3) + Bytes("\0\3\4", 3));
        packed.back() = static_cast<char>(packed.back() ^ 1);
        return png_header(2, 2, 8, 0) + png_chunk("IDAT", packed) + kEnd;
      }(),
      "E_CRC");
  add_png(corpus, "end_with_content", grey + kData + png_chunk("IEND", "x"), "E_HEADER");
}

Case& add_tiff(Corpus& corpus, const std::string& name, const TiffFile& tiff, const std::string& code = {}) {
  return corpus.add("tiff_" + name, "picture.tif", tiff.bytes(), code);
}

const Bytes kTwelvePixels = bytes_of<std::uint8_t>(counting(12));

/// A grey picture of 4 x 3 with one tag changed or, without values, taken out.
TiffFile changed(std::uint16_t tag, const std::vector<std::uint32_t>& values) {
  auto tags = grey_tags(4, 3, 8);
  for (TiffTag& t : tags) {
    t.values = t.tag == tag ? values : t.values;
  }
  std::erase_if(tags, [](const TiffTag& t) { return t.values.empty(); });
  return TiffFile().page(tags, kTwelvePixels);
}

void add_tiffs(Corpus& corpus) {
  corpus.add("tiff_grey", "picture.tif", good_tiff(), "W_NO_SPACING").gives(counting(12));
  corpus.add("tiff_big_endian", "picture.tif", good_tiff(true), "W_NO_SPACING").gives(counting(12));
  add_tiff(corpus, "grey_16", TiffFile().page(grey_tags(2, 1, 16), bytes_of<std::uint16_t>({258, 65535})),
           "W_NO_SPACING")
      .gives({258, 65535});
  add_tiff(corpus, "float", TiffFile().page(grey_tags(2, 1, 32, 3), bytes_of<float>({-0.5, 1e20})), "W_NO_SPACING")
      .gives({-0.5, 1e20});
  add_tiff(corpus, "pages",
           TiffFile().page(grey_tags(4, 3, 8), kTwelvePixels).page(grey_tags(4, 3, 8), bytes_of<std::uint8_t>([] {
                                                                     auto values = counting(24);
                                                                     values.erase(values.begin(), values.begin() + 12);
                                                                     return values;
                                                                   }())),
           "W_NO_SPACING")
      .gives(counting(24));
  add_tiff(corpus, "pages_differ",
           TiffFile().page(grey_tags(4, 3, 8), kTwelvePixels).page(grey_tags(3, 4, 8), kTwelvePixels), "E_TIFF_PAGES");
  TiffFile loop = TiffFile().page(grey_tags(4, 3, 8), kTwelvePixels);
  add_tiff(corpus, "loop", TiffFile(loop).next(loop.first()), "E_HEADER");
  TiffFile two = TiffFile().page(grey_tags(4, 3, 8), kTwelvePixels).page(grey_tags(4, 3, 8), kTwelvePixels);
  add_tiff(corpus, "loop_of_two", TiffFile(two).next(two.first()), "E_HEADER");
  add_tiff(corpus, "next_beyond", TiffFile(loop).next(100000), "E_TRUNC");
  corpus.add("tiff_loop_named_nii", "picture.nii", TiffFile(loop).next(loop.first()).bytes(), "E_FORMAT");
  corpus.add("tiff_no_page", "picture.tif", Bytes("II*\0\0\0\0\0", 8), "E_HEADER");
  corpus.add("tiff_header_cut", "picture.tif", Bytes("II*\0\10\0", 6), "E_TRUNC");
  corpus.add("tiff_cut", "picture.tif", cut(good_tiff(), 20), "E_TRUNC");
  const std::vector<std::tuple<std::string, std::uint16_t, std::vector<std::uint32_t>, std::string>> cases{
      {"width_0", 256, {0}, "E_HEADER"},        {"width_65535", 256, {65535}, "E_HEADER"},
      {"no_width", 256, {}, "E_HEADER"},        {"bits_12", 258, {12}, "E_TYPE"},
      {"white_is_0", 262, {0}, "E_TYPE"},       {"cmyk", 262, {5}, "E_TYPE"},
      {"jpeg", 259, {7}, "E_ENCODING"},         {"compression_unknown", 259, {12345}, "E_ENCODING"},
      {"strip_beyond", 273, {5000}, "E_TRUNC"}, {"strip_too_short", 279, {7}, "E_TRUNC"},
      {"no_strips", 273, {}, "E_HEADER"},       {"strip_counts_differ", 279, {6, 6}, "E_HEADER"},
      {"samples_0", 277, {0}, "E_HEADER"}};
  for (const auto& [name, tag, values, code] : cases) {
    add_tiff(corpus, name, changed(tag, values), code);
  }
  auto white = grey_tags(10, 2, 1), tiled = grey_tags(10, 2, 1), halves = grey_tags(2, 2, 16, 3);
  const Bytes bits("\x91\x40\x00\xFF", 4);
  const std::vector<double> ones{1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
  add_tiff(corpus, "bits_1", TiffFile().page(white, bits), "W_NO_SPACING").gives(ones);
  corpus.add("tiff_bits_1_big_endian", "mask.tif", TiffFile(true).page(white, bits).bytes(), "W_NO_SPACING")
      .as("mask")
      .gives(ones);
  add_tiff(corpus, "bits_1_pages", TiffFile().page(white, bits).page(white, bits), "W_NO_SPACING").gives([&] {
    std::vector<double> twice = ones;
    twice.insert(twice.end(), ones.begin(), ones.end());
    return twice;
  }());
  white[4].values = {0};
  add_tiff(corpus, "bits_1_white_is_0", TiffFile().page(white, bits), "W_WHITE_IS_0").gives([&] {
    std::vector<double> seen = ones;
    std::ranges::for_each(seen, [](double& bit) { bit = 1 - bit; });
    return seen;
  }());
  add_tiff(corpus, "bits_1_cut", TiffFile().page(grey_tags(10, 2, 1), bits.substr(0, 3)), "E_TRUNC");
  auto fax = white;  // T.6: three white, four black, three white, twice the same, and the end
  fax[3].values = {4};
  add_tiff(corpus, "bits_1_ccitt", TiffFile().page(fax, Bytes("\x30\xFC\x00\x40\x04", 5)), "W_WHITE_IS_0")
      .gives({1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1});
  add_tiff(corpus, "bits_8_ccitt", changed(259, {4}), "E_ENCODING");
  add_tiff(corpus, "bits_1_ccitt_damaged", TiffFile().page(fax, Bytes("\x00\x00\x00\x00\x00", 5)), "E_READ");
  // Tiles of 16 x 16: two bytes a row.
  std::erase_if(tiled, [](const TiffTag& t) { return t.tag == 273 || t.tag == 278 || t.tag == 279; });
  tiled.insert(tiled.begin() + 6, {{322, {16}}, {323, {16}}, {324, {8}, false}, {325, {32}, false}});
  add_tiff(corpus, "bits_1_tiled", TiffFile().page(tiled, bits + Bytes(28, '\0')), "W_NO_SPACING").gives(ones);
  add_tiff(corpus, "half_floats", TiffFile().page(halves, bytes_of<std::uint16_t>({0x3C00, 0xB800, 0x0001, 0x7BFF})),
           "W_NO_SPACING")
      .gives({1, -0.5, 5.9604644775390625e-8, 65504});
  add_tiff(corpus, "half_floats_big_endian", TiffFile(true).page(halves, Bytes("\x3C\0\xB8\0\0\1\x7B\xFF", 8)),
           "W_NO_SPACING")
      .gives({1, -0.5, 5.9604644775390625e-8, 65504});
  auto rgb = grey_tags(2, 1, 8);
  rgb[2].values = {8, 8, 8};
  rgb[4].values = {2};
  rgb[6].values = {3};
  rgb[9].values = {1, 1, 1};
  const TiffFile colour = TiffFile().page(rgb, {"\x64\x32\x0a\x00\xff\x80", 6});
  add_tiff(corpus, "rgb", colour, "E_COMPONENTS");
  add_tiff(corpus, "rgb_red", colour, "W_COMPONENT").with("--component", "0").gives({100, 0});
  corpus.add(
      "tiff_deflate_damaged", "picture.tif",
      [] {
        auto tags = grey_tags(4, 3, 8);
        tags[3].values = {8};
        return TiffFile().page(tags, flipped(zlibbed(kTwelvePixels), 8)).bytes();
      }(),
      "E_READ");
}

}  // namespace

void add_picture_cases(Corpus& corpus) {
  add_good_pngs(corpus);
  add_colour_pngs(corpus);
  add_damaged_pngs(corpus);
  add_odd_chunks(corpus);
  add_tiffs(corpus);
}

}  // namespace lossscope::corpus
