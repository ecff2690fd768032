// SPDX-License-Identifier: Apache-2.0
// PNG and TIFF, made by hand.
#pragma once

#include "tests/corpus/packing.h"

namespace lossscope::corpus {

[[nodiscard]] inline Bytes png_chunk(const std::string& type, const Bytes& data) {
  const Bytes body = type + data;
  const auto sum =
      crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return number_bytes(static_cast<std::uint32_t>(data.size()), true) + body +
         number_bytes(static_cast<std::uint32_t>(sum), true);
}

inline const Bytes kPngMagic{"\x89PNG\r\n\x1a\n"};

[[nodiscard]] inline Bytes png_header(std::uint32_t width, std::uint32_t height, char depth, char colour) {
  return png_chunk("IHDR", number_bytes(width, true) + number_bytes(height, true) + depth + colour + Bytes(3, '\0'));
}

/// Rows of `row_bytes` bytes, each without a filter.
[[nodiscard]] inline Bytes png_data(const Bytes& pixels, std::size_t row_bytes) {
  Bytes rows;
  for (std::size_t at = 0; at < pixels.size(); at += row_bytes) {
    rows += Bytes(1, '\0') + pixels.substr(at, row_bytes);
  }
  return png_chunk("IDAT", zlibbed(rows));
}

/// 4 x 3 grey pixels 0, 1, 2, ...
[[nodiscard]] inline Bytes good_png() {
  return kPngMagic + png_header(4, 3, 8, 0) + png_data(bytes_of<std::uint8_t>(counting(12)), 4) + png_chunk("IEND", {});
}

/// One tag of a TIFF directory: unsigned 16 or 32 bits, or a text.
struct TiffTag {
  std::uint16_t tag;
  std::vector<std::uint32_t> values;
  bool is_short = true;
  Bytes text{};
};

/// Directory and pixels of pages, one after the other; StripOffsets (273) and StripByteCounts (279) are filled in where
/// their value is 0. The last directory points to `next`.
class TiffFile {
 public:
  explicit TiffFile(bool big_endian = false) : big_(big_endian) {
    bytes_ = (big_ ? Bytes("MM") : Bytes("II")) + number(std::uint16_t{42}) + number(std::uint32_t{0});
    link_ = 4;
  }
  TiffFile& page(std::vector<TiffTag> tags, const Bytes& pixels) {
    const auto pixels_at = static_cast<std::uint32_t>(bytes_.size());
    bytes_ += pixels + Bytes(pixels.size() % 2, '\0');
    Bytes directory = number(static_cast<std::uint16_t>(tags.size())), outside;
    const std::size_t directory_size = 2 + 12 * tags.size() + 4;
    for (TiffTag& tag : tags) {
      if (tag.tag == 273 && tag.values == std::vector<std::uint32_t>{0}) {
        tag.values = {pixels_at};
      } else if (tag.tag == 279 && tag.values == std::vector<std::uint32_t>{0}) {
        tag.values = {static_cast<std::uint32_t>(pixels.size())};
      }
      Bytes values;
      for (const std::uint32_t value : tag.values) {
        values += tag.is_short ? number(static_cast<std::uint16_t>(value)) : number(value);
      }
      const std::uint16_t type = !tag.text.empty() ? 2 : (tag.is_short ? 3 : 4);
      values = tag.text.empty() ? values : tag.text + '\0';
      directory += number(tag.tag) + number(type) +
                   number(static_cast<std::uint32_t>(type == 2 ? values.size() : tag.values.size()));
      if (values.size() <= 4) {
        directory += values + Bytes(4 - values.size(), '\0');
      } else {
        directory += number(static_cast<std::uint32_t>(bytes_.size() + directory_size + outside.size()));
        outside += values;
      }
    }
    set(link_, static_cast<std::uint32_t>(bytes_.size()));
    bytes_ += directory;
    link_ = bytes_.size();
    bytes_ += number(std::uint32_t{0}) + outside;
    return *this;
  }
  /// Where the last directory says that the next one is.
  TiffFile& next(std::uint32_t offset) { return set(link_, offset), *this; }
  [[nodiscard]] std::uint32_t first() const { return read(4); }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  template <class T>
  [[nodiscard]] Bytes number(T value) const {
    return number_bytes(value, big_);
  }
  void set(std::size_t at, std::uint32_t value) { bytes_.replace(at, 4, number(value)); }
  [[nodiscard]] std::uint32_t read(std::size_t at) const {
    std::array<char, 4> raw{};
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), 4, raw.begin());
    if (big_) {
      std::reverse(raw.begin(), raw.end());
    }
    return std::bit_cast<std::uint32_t>(raw);
  }

  bool big_;
  Bytes bytes_;
  std::size_t link_;
};

/// Tags of a grey picture in one strip.
[[nodiscard]] inline std::vector<TiffTag> grey_tags(std::uint32_t width, std::uint32_t height, std::uint32_t bits,
                                                    std::uint32_t format = 1) {
  return {{256, {width}},    {257, {height}}, {258, {bits}},   {259, {1}},        {262, {1}},
          {273, {0}, false}, {277, {1}},      {278, {height}}, {279, {0}, false}, {339, {format}}};
}

/// The same with an ImageDescription.
[[nodiscard]] inline std::vector<TiffTag> described_tags(std::uint32_t width, std::uint32_t height, std::uint32_t bits,
                                                         const Bytes& description) {
  auto tags = grey_tags(width, height, bits);
  tags.insert(tags.begin() + 5, TiffTag{270, {}, true, description});
  return tags;
}

[[nodiscard]] inline Bytes good_tiff(bool big_endian = false) {
  return TiffFile(big_endian).page(grey_tags(4, 3, 8), bytes_of<std::uint8_t>(counting(12))).bytes();
}

}  // namespace lossscope::corpus
