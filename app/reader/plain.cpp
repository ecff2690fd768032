// SPDX-License-Identifier: Apache-2.0
// NIfTI, NRRD and MetaImage: once the gate knows the layout, the voxels are a block of numbers. ITK's readers fill what
// is missing with zeros, or with what the memory held, and say nothing.
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "app/reader/gates/inflate.h"
#include "app/reader/gates/text_header.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

constexpr std::uint64_t kFewBytes = std::uint64_t{1} << 20;  // that may follow the last voxel

void note_trailing(Layout& layout, bool any) {
  if (any) {
    layout.notes.push_back({"W_TRAILING", "bytes after the last voxel were ignored"});
  }
}

/// Of uncompressed volumes stored one after the other, only the chosen one is read.
void narrow_to_component(Layout& layout, const Wish& wish) {
  const auto index = whole_number(wish.answers.to(Question::component));
  if (layout.packing == Packing::raw && layout.stacked > 1 && layout.interleaved == 1 && index &&
      *index < layout.stacked) {
    layout.data_offset +=
        static_cast<std::uint64_t>(*index) * layout.bytes() / static_cast<std::uint64_t>(layout.stacked);
    layout.notes.push_back({"W_COMPONENT", "component " + std::to_string(*index) + " of " +
                                               std::to_string(layout.stacked) + " was taken"});
    layout.stacked = 1;
  }
}

/// Asks for the component of a large file before reading it.
void ask_early(const Layout& layout, const Wish& wish) {
  constexpr std::uint64_t kLarge = std::uint64_t{256} << 20;
  if (layout.bytes() > kLarge && wish.answers.to(Question::component).empty()) {
    RawVolume unread(layout);
    choose_component(unread, wish);
  }
}

/// Everything that must hold before memory is taken. `packed`: bytes of the file that hold the voxels.
void check(Layout& layout, std::uint64_t packed, const Wish& wish) {
  check_geometry(layout, wish.answers.to(Question::axes) == "resample");
  const bool deflated = layout.packing == Packing::deflated;
  // deflate packs at most 1032 to 1, and a number takes a digit and a space
  if (layout.bytes() > packed * (deflated ? 1040 : (layout.packing == Packing::text ? 8 : 1))) {
    refuse_cut();
  }
  ask_early(layout, wish);
  const double ratio = static_cast<double>(layout.bytes()) / static_cast<double>(std::max<std::uint64_t>(packed, 1));
  check_memory(layout, wish.available, deflated ? ratio : 1, wish.answers);
}

/// The voxels of inflated data that `inflater` is about to give, after the `early` ones.
void read_deflated(RawVolume& volume, Inflater& inflater, std::span<const std::byte> early) {
  volume.bytes.resize(volume.Layout::bytes());
  const std::size_t n = std::min(early.size(), volume.bytes.size());
  std::copy_n(early.begin(), n, volume.bytes.begin());
  if (inflater.read(std::span(volume.bytes).subspan(n)) != volume.bytes.size() - n) {
    refuse_cut();
  }
  const std::uint64_t rest = inflater.drain(kFewBytes) + (early.size() - n);
  note_trailing(volume, rest > 0 || inflater.left_over() > 0);
}

void read_raw(RawVolume& volume, const Source& source, bool expect_end) {
  volume.bytes.resize(volume.Layout::bytes());
  source.read_all(volume.data_offset, volume.bytes);
  note_trailing(volume, expect_end && source.size() > volume.data_offset + volume.bytes.size());
}

/// Numbers with white space between them.
void read_text(RawVolume& volume, const Source& source) {
  volume.bytes.resize(volume.Layout::bytes());
  const std::string text =
      source.text(volume.data_offset, static_cast<std::size_t>(source.size() - volume.data_offset));
  with_type(volume.scalar, [&](auto* example) {
    using T = std::remove_cvref_t<decltype(*example)>;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; i < volume.bytes.size(); i += sizeof(T)) {
      at = std::find_if_not(at, end, [](unsigned char c) { return std::isspace(c) != 0; });
      if (at == end) {
        refuse_cut();
      }
      T value{};
      const auto [next, error] = std::from_chars(at, end, value);
      if (error != std::errc() || (next != end && std::isspace(static_cast<unsigned char>(*next)) == 0)) {
        throw Refused("E_HEADER", "a voxel is not a number of the header's type", "export the volume again");
      }
      std::memcpy(volume.bytes.data() + i, &value, sizeof(T));
      at = next;
    }
    note_trailing(volume, std::any_of(at, end, [](unsigned char c) { return std::isspace(c) == 0; }));
  });
  volume.big_endian = false;
}

/// Voxels that are not deflated, or deflated from data_offset on.
RawVolume read_voxels(Layout layout, const Source& source, const Wish& wish) {
  const int components = layout.components();
  if (layout.data_offset == kAtTheEnd) {
    if (source.size() < layout.bytes()) {
      refuse_cut();
    }
    layout.data_offset = source.size() - layout.bytes();
  }
  if (layout.packing == Packing::raw &&
      (source.size() < layout.data_offset || source.size() - layout.data_offset < layout.bytes())) {
    refuse_cut();
  }
  const std::uint64_t there = source.size() - std::min(source.size(), layout.data_offset);
  if (layout.packing == Packing::deflated && layout.packed_bytes.value_or(0) > there) {
    throw Refused("E_TRUNC",
                  "its header says that " + std::to_string(*layout.packed_bytes) +
                      " bytes of compressed voxels follow, and there are " + std::to_string(there),
                  "the file was cut: copy or download it again");
  }
  narrow_to_component(layout, wish);
  check(layout, there, wish);
  RawVolume volume(std::move(layout));
  const bool whole = volume.stored_components == components;
  volume.stored_components = components;
  if (volume.packing == Packing::raw) {
    read_raw(volume, source, whole);
  } else if (volume.packing == Packing::text) {
    read_text(volume, source);
  } else {
    Inflater inflater(source, volume.data_offset);
    read_deflated(volume, inflater, {});
  }
  return volume;
}

RawVolume read_nifti(const std::string& path, const Source& source, const Wish& wish) {
  const bool gzip = is_gzip(source);
  std::optional<Inflater> inflater;
  std::vector<std::byte> head(kNiftiHead);
  if (gzip) {
    inflater.emplace(source);
    head.resize(inflater->read(head));
  } else {
    head.resize(source.read(0, head));
  }
  Layout layout = nifti_gate(head, wish.answers);
  if (lower(path).ends_with(".gz") != gzip) {
    layout.notes.push_back(
        {"W_NAME", gzip ? "it is gzip although its name does not say so" : "it is not gzip although its name says so"});
  }
  if (!gzip) {
    return read_voxels(std::move(layout), source, wish);
  }
  layout.packing = Packing::deflated;
  check(layout, source.size(), wish);
  RawVolume volume(std::move(layout));
  std::vector<std::byte> skipped(std::size_t{1} << 16);
  std::uint64_t at = head.size();
  while (at < volume.data_offset) {
    const auto part = std::span(skipped).first(std::min<std::uint64_t>(skipped.size(), volume.data_offset - at));
    if (inflater->read(part) != part.size()) {
      refuse_cut();
    }
    at += part.size();
  }
  const auto begin = static_cast<std::size_t>(std::min<std::uint64_t>(head.size(), volume.data_offset));
  read_deflated(volume, *inflater, std::span(head).subspan(begin));
  return volume;
}

RawVolume read_with_header(const std::string& path, Layout layout, const Source& source, const Wish& wish) {
  if (layout.data_file.empty()) {
    return read_voxels(std::move(layout), source, wish);
  }
  const std::filesystem::path data = std::filesystem::path(path).parent_path() / layout.data_file;
  std::error_code error;
  if (std::filesystem::is_symlink(data, error) || std::filesystem::equivalent(path, data, error) ||
      !std::filesystem::is_regular_file(data, error)) {
    throw Refused("E_DATA_FILE",
                  "the header names '" + layout.data_file + "' as its data, which is not a file beside it",
                  "keep header and data together in one folder");
  }
  return read_voxels(std::move(layout), FileSource(data.string()), wish);
}

}  // namespace

void swap_bytes(RawVolume& volume) {
  const std::size_t width = bytes_of(volume.scalar);
  for (std::size_t i = 0; volume.big_endian && width > 1 && i < volume.bytes.size(); i += width) {
    std::reverse(volume.bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 volume.bytes.begin() + static_cast<std::ptrdiff_t>(i + width));
  }
  volume.big_endian = false;
}

RawVolume read_plain(const std::string& path, Format format, const Source& source, const Wish& wish) {
  RawVolume volume =
      format == Format::nifti
          ? read_nifti(path, source, wish)
          : read_with_header(path, format == Format::nrrd ? nrrd_gate(source) : metaimage_gate(source), source, wish);
  swap_bytes(volume);
  return volume;
}

}  // namespace lossscope::reader
