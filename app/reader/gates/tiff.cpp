// SPDX-License-Identifier: Apache-2.0
// TIFF 6.0 (https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf) and BigTIFF. libtiff walks a looping chain
// of pages for ever and reads what is missing as zeros.
#include <map>
#include <set>

#include "app/reader/gates/gates.h"

namespace lossscope::reader {
namespace {

constexpr std::size_t kMostPages = 4096, kMostEntries = 4096, kMostStrips = std::size_t{1} << 20;

[[noreturn]] void damaged(const std::string& reason) {
  throw Refused("E_HEADER", "the TIFF is damaged: " + reason, "export the picture again");
}

enum Tag : std::uint16_t {
  kSubfile = 254,
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kCompression = 259,
  kPhotometric = 262,
  kStripOffsets = 273,
  kSamples = 277,
  kStripBytes = 279,
  kPlanar = 284,
  kTileOffsets = 324,
  kTileBytes = 325,
  kSampleFormat = 339
};

/// One directory's entries, as whole numbers.
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
    const std::uint64_t count =
        wide_ ? source_.at<std::uint64_t>(entry + 4, big_) : source_.at<std::uint32_t>(entry + 4, big_);
    const std::uint64_t width = type == 1 ? 1 : (type == 3 ? 2 : (type == 4 ? 4 : (type == 16 ? 8 : 0)));
    if (width == 0 || count == 0 || count > kMostStrips) {
      damaged("tag " + std::to_string(tag) + " is of no valid type or length");
    }
    std::uint64_t at = entry + (wide_ ? 12 : 8);
    if (count * width > (wide_ ? 8U : 4U)) {
      at = wide_ ? source_.at<std::uint64_t>(at, big_) : source_.at<std::uint32_t>(at, big_);
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
  [[nodiscard]] bool has(Tag tag) const { return entries_.contains(tag); }

  std::uint64_t next = 0;  ///< offset of the next directory, 0 at the end

 private:
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

Scalar scalar_of(std::uint64_t bits, std::uint64_t format) {
  constexpr std::uint64_t kUnsigned = 1, kSigned = 2, kFloat = 3;
  if (bits == 8 && (format == kUnsigned || format == kSigned)) {
    return format == kUnsigned ? Scalar::u8 : Scalar::i8;
  }
  if (bits == 16 && (format == kUnsigned || format == kSigned)) {
    return format == kUnsigned ? Scalar::u16 : Scalar::i16;
  }
  if (bits == 32 && format == kFloat) {
    return Scalar::f32;
  }
  throw Refused("E_TYPE", std::to_string(bits) + "-bit samples of this kind are not supported",
                "save it with 8 or 16 bits, or as 32-bit floating point");
}

Layout layout_of(const Page& page) {
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
  const std::uint64_t photometric = page.one(kPhotometric, 1);
  if (photometric == 3) {
    layout.notes.push_back({"W_PALETTE", "the picture has a palette: its indices are the values, not its colours"});
  } else if (photometric != 1 && photometric != 2) {
    throw Refused("E_TYPE", "its colours (photometric " + std::to_string(photometric) + ") are not supported",
                  "save it as grey values with black as 0, or as RGB");
  }
  return layout;
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
  if (compression == 1 && total < layout.bytes()) {
    refuse_cut();
  }
  for (const std::uint64_t known : {1, 5, 8, 32773, 32946}) {  // none, LZW, deflate, PackBits, old deflate
    if (compression == known) {
      return;
    }
  }
  throw Refused("E_ENCODING", "its compression " + std::to_string(compression) + " is not supported",
                "save it uncompressed, or with LZW or deflate");
}

}  // namespace

Layout tiff_gate(const Source& source) {
  const std::string order = source.text(0, 2);
  const bool big = order == "MM";
  const auto version = order == "II" || big ? source.at<std::uint16_t>(2, big) : std::uint16_t{0};
  if (version != 42 && version != 43) {
    throw Refused("E_FORMAT", "this is not TIFF", "is the name right?");
  }
  const bool wide = version == 43;
  std::uint64_t at = wide ? source.at<std::uint64_t>(8, big) : source.at<std::uint32_t>(4, big);
  std::set<std::uint64_t> seen;
  std::optional<Layout> first;
  while (at != 0) {
    if (!seen.insert(at).second) {
      damaged("its pages follow one another in a circle");
    }
    if (seen.size() > kMostPages) {
      damaged("there are more than 4096 pages");
    }
    const Page page(source, big, wide, at);
    const Layout layout = layout_of(page);
    check_data(source, page, layout);
    if (first && (layout.size != first->size || layout.scalar != first->scalar ||
                  layout.interleaved != first->interleaved || page.one(kSubfile, 0) % 2 != 0)) {
      throw Refused("E_TIFF_PAGES", "its pages differ in size or type",
                    "save the pages of one size into a file of their own");
    }
    first = first.value_or(layout);
    at = page.next;
  }
  if (!first) {
    damaged("it has no page");
  }
  first->size[2] = static_cast<std::int64_t>(seen.size());
  check_sizes(*first);
  return *first;
}

}  // namespace lossscope::reader
