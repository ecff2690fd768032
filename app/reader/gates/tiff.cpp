// SPDX-License-Identifier: Apache-2.0
// TIFF 6.0 (https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf) and BigTIFF. libtiff walks a looping chain
// of pages for ever and reads what is missing as zeros.
#include <set>

#include "app/reader/gates/gates.h"
#include "app/reader/gates/tiff_description.h"
#include "app/reader/gates/tiff_stack.h"

namespace lossscope::reader {

using namespace tiff;

namespace {

/// What samples become: the type that they are stored as, of one bit a byte, and of 16-bit floats one of 32 bits.
Scalar scalar_of(std::uint64_t bits, std::uint64_t format) {
  struct Row {
    std::uint64_t bits;
    Scalar unsigned_type, signed_type;
  };
  constexpr std::uint64_t kUnsigned = 1, kSigned = 2, kFloat = 3, kNotSaid = 4;
  constexpr Row kRows[]{{8, Scalar::u8, Scalar::i8},
                        {16, Scalar::u16, Scalar::i16},
                        {32, Scalar::u32, Scalar::i32},
                        {64, Scalar::u64, Scalar::i64}};
  for (const Row& row : kRows) {
    if (row.bits == bits && (format == kUnsigned || format == kSigned || format == kNotSaid)) {
      return format == kSigned ? row.signed_type : row.unsigned_type;
    }
  }
  if (format == kFloat && (bits == 16 || bits == 32 || bits == 64)) {
    return bits == 64 ? Scalar::f64 : Scalar::f32;
  }
  if (bits == 1 && (format == kUnsigned || format == kNotSaid)) {
    return Scalar::u8;
  }
  throw Refused("E_TYPE", std::to_string(bits) + "-bit samples of this kind are not supported",
                "save it with 8, 16, 32 or 64 bits, or as 16-, 32- or 64-bit floating point");
}

bool has_one_bit(const Page& page) { return page.one(kBits, 1) == 1; }

Layout tiff_layout(const Page& page) {
  Layout layout;
  layout.format = "TIFF";
  layout.has_orientation = false;
  const std::uint64_t width = page.one(kWidth, 0), height = page.one(kHeight, 0), samples = page.one(kSamples, 1);
  if (width < 1 || width > 32767 || height < 1 || height > 32767 || samples < 1 || samples > 16) {
    damaged("a page has " + std::to_string(width) + " x " + std::to_string(height) + " pixels of " +
            std::to_string(samples) + " samples");
  }
  layout.size = {static_cast<std::int64_t>(width), static_cast<std::int64_t>(height), 1};
  layout.interleaved = static_cast<int>(samples);
  layout.is_colour = samples >= 3;
  const auto bits = page.all(kBits, {1}), formats = page.all(kSampleFormat, {1});
  if (std::ranges::count(bits, bits.front()) != static_cast<std::ptrdiff_t>(bits.size()) ||
      std::ranges::count(formats, formats.front()) != static_cast<std::ptrdiff_t>(formats.size())) {
    throw Refused("E_TYPE", "its samples are not all of one type", "save it with 8 or 16 bits");
  }
  layout.scalar = scalar_of(bits.front(), formats.front());
  if (bits.front() == 1 && samples > 1) {
    throw Refused("E_TYPE", "it has several samples of one bit", "save it as grey values of 8 bits");
  }
  const std::uint64_t photometric = page.one(kPhotometric, 1);
  if (photometric == 3) {
    layout.notes.push_back({"W_PALETTE", "the picture has a palette: its indices are the values, not its colours"});
  } else if (photometric == 0 && has_one_bit(page)) {
    layout.notes.push_back({"W_WHITE_IS_0", "it stores white as 0: its values are as it is seen, white is 1"});
  } else if (photometric != 1 && photometric != 2) {
    throw Refused("E_TYPE", "its colours (photometric " + std::to_string(photometric) + ") are not supported",
                  photometric == 0
                      ? "save it as grey values with black as 0 (ImageJ: Image > Lookup Tables > Invert LUT)"
                      : "save it as grey values with black as 0, or as RGB");
  }
  return layout;
}

/// Of all pixels, where they are not compressed.
std::uint64_t stored_bytes(const Page& page, const Layout& layout) {
  const auto width = static_cast<std::uint64_t>(layout.size[0]) * static_cast<std::uint64_t>(layout.interleaved);
  return (width * page.one(kBits, 1) + 7) / 8 * static_cast<std::uint64_t>(layout.size[1]);
}

/// The strips or tiles lie inside the file and, where they are not compressed, hold all pixels.
void check_data(const Source& source, const Page& page, const Layout& layout) {
  const bool tiled = page.has(kTileOffsets);
  const auto offsets = page.all(tiled ? kTileOffsets : kStripOffsets);
  const auto counts = page.all(tiled ? kTileBytes : kStripBytes);
  if (offsets.empty() || offsets.size() != counts.size()) {
    damaged("it does not say where its pixels are");
  }
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (offsets[i] > source.size() || counts[i] > source.size() - offsets[i]) {
      refuse_cut();
    }
    total += counts[i];
  }
  const std::uint64_t compression = page.one(kCompression, 1);
  if (compression == 1 && total < stored_bytes(page, layout)) {
    refuse_cut();
  }
  if (has_one_bit(page) && compression >= 2 && compression <= 4) {  // CCITT: fax machines and scanners
    return;
  }
  for (const std::uint64_t known : {1, 5, 8, 32773, 32946, 50000}) {  // none, LZW, deflate, PackBits, old deflate, zstd
    if (compression == known) {
      return;
    }
  }
  throw Refused("E_ENCODING", "its compression " + std::to_string(compression) + " is not supported",
                "save it uncompressed, or with LZW, deflate or zstd");
}

/// Every directory of the file, checked; smaller copies of others are left out.
struct Directories {
  std::vector<std::uint64_t> offsets;
  std::vector<Page> pages;  ///< the first alone
  Layout first;
  bool has_previews = false;
};

Directories directories_of(const Source& source, bool big, bool wide) {
  std::uint64_t at = wide ? source.at<std::uint64_t>(8, big) : source.at<std::uint32_t>(4, big);
  std::set<std::uint64_t> seen;
  Directories found;
  while (at != 0) {
    if (!seen.insert(at).second) {
      damaged("its pages follow one another in a circle");
    }
    if (static_cast<std::int64_t>(seen.size()) > kMostPlanes) {
      damaged("there are more than 65535 pages");
    }
    const Page page(source, big, wide, at);
    const Layout layout = tiff_layout(page);
    check_data(source, page, layout);
    if (page.one(kSubfile, 0) % 2 != 0) {
      found.has_previews = true;
    } else if (found.pages.empty()) {
      found.first = layout;
      found.pages.push_back(page);
      found.offsets.push_back(at);
    } else if (layout.size != found.first.size || layout.scalar != found.first.scalar ||
               layout.interleaved != found.first.interleaved ||
               page.one(kBits, 1) != found.pages.front().one(kBits, 1) ||
               (has_one_bit(page) && page.one(kPhotometric, 1) != found.pages.front().one(kPhotometric, 1))) {
      throw Refused("E_TIFF_PAGES", "its pages differ in size or type",
                    "save the pages of one size into a file of their own");
    } else {
      found.offsets.push_back(at);
    }
    at = page.next;
  }
  if (found.pages.empty()) {
    damaged("it has no page");
  }
  return found;
}

}  // namespace

Layout tiff_gate(const Source& source, TiffPlanes* planes) {
  const std::string order = source.text(0, 2);
  const bool big = order == "MM";
  const auto version = order == "II" || big ? source.at<std::uint16_t>(2, big) : std::uint16_t{0};
  if (version != 42 && version != 43) {
    throw Refused("E_FORMAT", "this is not TIFF", "is the name right?");
  }
  const Directories found = directories_of(source, big, version == 43);
  const Page& page = found.pages.front();
  Layout layout = found.first;
  layout.big_endian = big;
  layout.size[2] = static_cast<std::int64_t>(found.offsets.size());
  if (found.has_previews) {
    layout.notes.push_back({"W_TIFF_PREVIEW", "smaller copies of its pages were left out"});
  }
  TiffPlanes all = tiff::arrange(layout, page, found.offsets, source);
  all.bits = static_cast<int>(page.one(kBits, 1));
  all.white_is_0 = page.one(kPhotometric, 1) == 0;
  if (all.are_pixels && static_cast<std::size_t>(all.bits) != 8 * bytes_of(layout.scalar)) {
    throw Refused("E_TYPE", "it is a stack with one directory and samples of " + std::to_string(all.bits) + " bits",
                  "save it with 8 bits, or as 32-bit floating point");
  }
  check_sizes(layout);
  if (planes != nullptr) {
    *planes = all;
  }
  return layout;
}

}  // namespace lossscope::reader
