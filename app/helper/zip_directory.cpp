// SPDX-License-Identifier: Apache-2.0
// Layout: APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16.
#include "app/helper/zip_directory.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace lossscope {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50, kEntry = 0x02014b50, kEnd = 0x06054b50, kEnd64 = 0x06064b50,
                        kLocator64 = 0x07064b50;
constexpr std::uint64_t kEndSize = 22, kLocatorSize = 20, kMostRecords = 100'000;

/// Little-endian numbers at checked places.
class Bytes {
 public:
  explicit Bytes(std::span<const unsigned char> file) : file_(file) {}

  [[nodiscard]] std::uint64_t size() const { return file_.size(); }
  [[nodiscard]] std::uint64_t number(std::uint64_t at, unsigned width) const {
    check(at, width);
    std::uint64_t value = 0;
    for (unsigned i = width; i-- > 0;) {
      value = value << 8 | file_[at + i];
    }
    return value;
  }
  [[nodiscard]] bool has(std::uint64_t at, std::uint32_t signature) const {
    return at <= size() && size() - at >= 4 && number(at, 4) == signature;
  }
  [[nodiscard]] std::string_view text(std::uint64_t at, std::uint64_t length) const {
    check(at, length);
    return {reinterpret_cast<const char*>(file_.data()) + at, length};
  }

 private:
  void check(std::uint64_t at, std::uint64_t length) const {
    if (at > size() || length > size() - at) {
      throw std::runtime_error("its directory points outside the file: it is cut or damaged");
    }
  }

  std::span<const unsigned char> file_;
};

/// Where the directory begins, and how many entries it has.
struct Directory {
  std::uint64_t at = 0, entries = 0;
};

Directory find_directory(const Bytes& file) {
  constexpr std::uint64_t kLongestComment = 65535;
  const std::uint64_t first = file.size() > kEndSize + kLongestComment ? file.size() - kEndSize - kLongestComment : 0;
  for (std::uint64_t at = file.size() < kEndSize ? 0 : file.size() - kEndSize + 1; at-- > first;) {
    if (!file.has(at, kEnd) || at + kEndSize + file.number(at + 20, 2) != file.size()) {
      continue;
    }
    if (at >= kLocatorSize && file.has(at - kLocatorSize, kLocator64)) {
      const std::uint64_t end64 = file.number(at - kLocatorSize + 8, 8);
      if (!file.has(end64, kEnd64)) {
        throw std::runtime_error("its ZIP64 directory is not where it should be");
      }
      return {file.number(end64 + 48, 8), file.number(end64 + 32, 8)};
    }
    return {file.number(at + 16, 4), file.number(at + 10, 2)};
  }
  throw std::runtime_error("it has no directory at its end: it is cut, or no zip archive");
}

/// Sizes and place of a record; those that do not fit 32 bits stand in an extra field.
struct Extent {
  std::uint64_t bytes, packed, header;
};

Extent extent_of(const Bytes& file, std::uint64_t entry, std::uint64_t extra, std::uint64_t extra_length) {
  Extent extent{file.number(entry + 24, 4), file.number(entry + 20, 4), file.number(entry + 42, 4)};
  for (std::uint64_t at = extra; at + 4 <= extra + extra_length; at += 4 + file.number(at + 2, 2)) {
    std::uint64_t value = at + 4;
    for (std::uint64_t* number : {&extent.bytes, &extent.packed, &extent.header}) {
      if (file.number(at, 2) == 1 && *number == 0xFFFFFFFF) {
        *number = file.number(value, 8);
        value += 8;
      }
    }
  }
  return extent;
}

}  // namespace

std::vector<ZipRecord> zip_directory(std::span<const unsigned char> bytes) {
  const Bytes file(bytes);
  const Directory directory = find_directory(file);
  if (directory.entries > kMostRecords) {
    throw std::runtime_error("it claims " + std::to_string(directory.entries) + " records");
  }
  std::vector<ZipRecord> records;
  std::uint64_t at = directory.at;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    if (!file.has(at, kEntry)) {
      throw std::runtime_error("its directory is damaged at entry " + std::to_string(i));
    }
    const std::uint64_t name = file.number(at + 28, 2), extra = file.number(at + 30, 2);
    const Extent extent = extent_of(file, at, at + 46 + name, extra);
    ZipRecord record{std::string(file.text(at + 46, name)),
                     ZipRecord::How::other,
                     extent.bytes,
                     {},
                     static_cast<std::uint32_t>(file.number(at + 16, 4))};
    constexpr std::uint64_t kEncrypted = 1, kStored = 0, kDeflated = 8;
    const std::uint64_t method = file.number(at + 10, 2);
    const bool known = (method == kStored && extent.bytes == extent.packed) || method == kDeflated;
    if (known && (file.number(at + 8, 2) & kEncrypted) == 0) {
      if (!file.has(extent.header, kLocalHeader)) {
        throw std::runtime_error("a record is not where its directory says");
      }
      const std::uint64_t begin =
          extent.header + 30 + file.number(extent.header + 26, 2) + file.number(extent.header + 28, 2);
      record.how = method == kStored ? ZipRecord::How::stored : ZipRecord::How::deflated;
      record.packed = file.text(begin, extent.packed);
    }
    records.push_back(std::move(record));
    at += 46 + name + extra + file.number(at + 32, 2);
  }
  return records;
}

std::string content_of(const ZipRecord& record) {
  if (record.how == ZipRecord::How::stored) {
    return std::string(record.packed);
  }
  std::string content(record.bytes, '\0');
  z_stream stream{};
  if (record.how == ZipRecord::How::other || inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
    return {};
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(record.packed.data()));
  stream.avail_in = static_cast<uInt>(record.packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(content.data());
  stream.avail_out = static_cast<uInt>(content.size());
  const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == content.size();
  inflateEnd(&stream);
  return whole ? content : std::string();
}

}  // namespace lossscope
