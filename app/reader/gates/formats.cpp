// SPDX-License-Identifier: Apache-2.0
// Which format a file is: its name and its first bytes must agree.
#include <filesystem>

#include "app/reader/gates/gates.h"
#include "app/reader/gates/inflate.h"
#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

constexpr std::size_t kHead = 1024;

/// The beginning of a file, inflated where it is gzip.
struct Head {
  std::string text;
  bool packed = false;

  explicit Head(const Source& source) : text(source.text(0, kHead)), packed(is_gzip(source)) {
    if (packed) {
      text.assign(kHead, '\0');
      try {
        text.resize(Inflater(source).read(std::as_writable_bytes(std::span(text.data(), text.size()))));
      } catch (const Refused&) {  // cut or damaged at its very beginning: the gate of its name says so
        text.clear();
      }
    }
  }
  [[nodiscard]] bool has(std::size_t offset, std::string_view magic) const {
    return text.size() >= offset + magic.size() && text.compare(offset, magic.size(), magic) == 0;
  }
  [[nodiscard]] bool has_any(std::initializer_list<std::string_view> magics) const {
    return std::any_of(magics.begin(), magics.end(), [&](std::string_view magic) { return has(0, magic); });
  }
};

/// The first number of either header, 348 in either byte order.
bool begins_as_analyze(const Head& head) {
  return head.text.size() >= 348 && head.has_any({{"\x5C\x01\0\0", 4}, {"\0\0\x01\x5C", 4}});
}

/// Version 1 and four plausible sizes, big-endian; the format has no other magic.
bool begins_as_mgh(const Head& head) {
  if (head.text.size() < 284 || !head.has(0, {"\0\0\0\1\0\0", 6})) {
    return false;
  }
  for (const std::size_t size : {8U, 12U, 16U}) {
    if (!head.has(size, {"\0\0", 2})) {
      return false;
    }
  }
  return true;
}

bool holds(Format format, const Head& head) {
  const bool nifti = head.has(344, "n+1") || head.has(4, "n+2");
  switch (format) {
    case Format::nifti:
      return nifti;
    case Format::pair:
      return !nifti && (begins_as_analyze(head) || head.has(344, "ni1") || head.has(4, "ni2"));
    case Format::mgh:
      return begins_as_mgh(head);
    case Format::dicom:  // its preamble may hold anything, such as the header of a TIFF
      return !head.packed && head.has(128, "DICM");
    case Format::nrrd:
      return !head.packed && head.has(0, "NRRD000");
    case Format::png:
      return !head.packed && head.has(0, "\x89PNG");
    case Format::tiff:
      return !head.packed && head.has_any({{"II*\0", 4}, {"MM\0*", 4}, {"II+\0", 4}, {"MM\0+", 4}});
    case Format::jpeg:
      return !head.packed && head.has(0, "\xFF\xD8\xFF");
    case Format::bmp:  // and the reserved bytes of its header, since two letters say little
      return !head.packed && head.has(0, "BM") && head.has(6, {"\0\0\0\0", 4});
    case Format::numpy:
      return !head.packed && (head.has(0, "\x93NUMPY") || head.has(0, "PK\3\4") || head.has(0, "PK\5\6"));
    case Format::metaimage:
      return !head.packed && head.text.find("NDims") != std::string::npos &&
             head.text.find("DimSize") != std::string::npos;
  }
  return false;
}

std::optional<Format> format_in(const Head& head) {
  for (const FileFormat& row : file_formats()) {
    if (holds(row.format, head)) {
      return row.format;
    }
  }
  return std::nullopt;
}

[[noreturn]] void refuse_unnamed(const std::optional<Format>& content, const Head& head) {
  const std::string formats = "the formats are " + format_endings("", " ") + " and a folder of DICOM slices";
  if (!content) {
    throw head.packed ? Refused("E_FORMAT", "it is gzip, and what it holds is of no known format",
                                "unpack it (gunzip) and open what was in it; " + formats)
                      : Refused("E_FORMAT", "the format is not known", formats);
  }
  const FileFormat& row = info(*content);
  std::string endings;
  for (const std::string_view ending : row.endings) {
    endings.append(endings.empty() ? "" : " or ").append(ending);
  }
  throw Refused("E_FORMAT", "its name names no format, its content looks like " + std::string(row.name),
                "give it the ending of that format (" + endings + ")");
}

}  // namespace

std::optional<Format> format_by_name(const std::string& path) {
  const std::string name = lower(std::filesystem::path(path).filename().string());
  std::optional<Format> found;
  std::size_t longest = 0;
  for (const FileFormat& row : file_formats()) {
    for (const std::string_view ending : row.endings) {
      if (name.ends_with(ending) && ending.size() > longest) {
        found = row.format;
        longest = ending.size();
      }
    }
  }
  return found;
}

std::optional<Format> format_by_content(const Source& source) { return format_in(Head(source)); }

Format format_of(const std::string& path, const Source& source) {
  const Head head(source);
  const auto named = format_by_name(path), is = format_in(head);
  if (!named) {
    if (head.packed && head.has(128, "DICM")) {
      throw Refused("E_FORMAT", "it is DICOM packed by gzip, which is not read", "unpack it (gunzip) and open that");
    }
    if (!is || info(*is).has_endings) {
      refuse_unnamed(is, head);
    }
    return *is;
  }
  // Of a content that is of no format, the gate of its name describes best what is wrong with it.
  if (!is || holds(*named, head)) {
    return *named;
  }
  const bool half = *is == Format::pair && *named == Format::nifti;
  if (half) {
    throw Refused("E_FORMAT",
                  "it is the header of a pair (.hdr and .img) under the name of a single file: the voxels "
                  "lie in the .img file",
                  "name it .hdr, beside its .img file");
  }
  throw Refused(
      "E_FORMAT",
      "its name says " + std::string(info(*named).name) + ", its content looks like " + std::string(info(*is).name),
      "is it the right file? Give it the ending of its format");
}

std::string plain_data_name(std::string name) {
  while (name.starts_with("./")) {
    name.erase(0, 2);
  }
  if (name.starts_with("LIST") || name.find('%') != std::string::npos) {
    throw Refused("E_DATA_FILE", "its voxels lie in a list of files ('" + name.substr(0, 80) + "'), which is not read",
                  "write the volume as one file");
  }
  const bool plain = !name.empty() && name.size() < 256 && name.find_first_of("/\\") == std::string::npos &&
                     name.find('\0') == std::string::npos && !name.starts_with(".");
  if (!plain) {
    throw Refused("E_DATA_FILE",
                  "the header names '" + name.substr(0, 80) + "' as its data, which is not a plain file beside it",
                  "keep header and data together in one folder, and name the data file in the header without a folder");
  }
  return name;
}

}  // namespace lossscope::reader
