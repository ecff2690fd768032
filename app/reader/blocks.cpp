// SPDX-License-Identifier: Apache-2.0
#include "app/reader/blocks.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

/// Of uncompressed volumes stored one after the other, only the chosen one is read: which, where that is so.
std::optional<std::int64_t> narrow_to_component(Layout& layout, const Wish& wish) {
  const auto index = whole_number(wish.answers.to(Question::component));
  if (layout.packing == Packing::raw && layout.stacked > 1 && layout.interleaved == 1 && index &&
      *index < layout.stacked) {
    (void)wish.answers.take(Question::component);
    layout.data_offset +=
        static_cast<std::uint64_t>(*index) * layout.bytes() / static_cast<std::uint64_t>(layout.stacked);
    layout.notes.push_back({"W_COMPONENT", "component " + std::to_string(*index) + " of " +
                                               std::to_string(layout.stacked) + " was taken"});
    layout.stacked = 1;
    return index;
  }
  return std::nullopt;
}

/// Asks for the component of a large file before reading it.
void ask_early(const Layout& layout, const Wish& wish) {
  constexpr std::uint64_t kLarge = std::uint64_t{256} << 20;
  if (layout.bytes() > kLarge && wish.answers.to(Question::component).empty()) {
    RawVolume unread(layout);
    choose_component(unread, wish);
  }
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

}  // namespace

void note_trailing(Layout& layout, bool any) {
  if (any && !layout.has_footer) {
    layout.notes.push_back({"W_TRAILING", "bytes after the last voxel were ignored"});
  }
}

void allow_memory(const Layout& layout, std::uint64_t packed, const Wish& wish) {
  const double ratio = static_cast<double>(layout.bytes()) / static_cast<double>(std::max<std::uint64_t>(packed, 1));
  const Delivery delivery{.voxel_bytes = wish.information_only ? 0U : (wish.role == "mask" ? 1U : 4U),
                          .volumes = wish.hints.every_channel ? static_cast<unsigned>(layout.components()) : 1U};
  check_memory(layout, wish.available, ratio, wish.answers, delivery);
  if (wish.memory != nullptr) {  // as stored, once more while it is put in order, and as numbers while it is resampled
    wish.memory->allow(2 * layout.bytes() + 40 * static_cast<std::uint64_t>(layout.voxels()));
  }
}

void admit(Layout& layout, std::uint64_t packed, const Wish& wish) {
  check_geometry(layout, wish.answers);
  const bool deflated = layout.packing == Packing::deflated;
  // deflate packs at most 1032 to 1, and a number takes a digit and a space
  if (layout.bytes() > packed * (deflated ? 1040 : (layout.packing == Packing::text ? 8 : 1))) {
    refuse_cut();
  }
  ask_early(layout, wish);
  allow_memory(layout, deflated ? packed : layout.bytes(), wish);
}

void swap_bytes(RawVolume& volume) {
  const std::size_t width = bytes_of(volume.scalar);
  for (std::size_t i = 0; volume.big_endian && width > 1 && i < volume.bytes.size(); i += width) {
    std::reverse(volume.bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 volume.bytes.begin() + static_cast<std::ptrdiff_t>(i + width));
  }
  volume.big_endian = false;
}

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

RawVolume read_voxels(Layout layout, const Source& source, const Wish& wish, const LibraryReader& library) {
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
  const std::optional<std::int64_t> only = narrow_to_component(layout, wish);
  admit(layout, there, wish);
  RawVolume volume(std::move(layout));
  volume.stored_components = components;
  if (volume.packing == Packing::raw) {
    if (auto read = library ? library(only) : std::nullopt) {
      volume.bytes = std::move(*read);
      volume.big_endian = false;
    } else {
      volume.bytes.resize(volume.Layout::bytes());
      source.read_all(volume.data_offset, volume.bytes);
    }
    note_trailing(volume, !only && source.size() > volume.data_offset + volume.bytes.size());
  } else if (volume.packing == Packing::text) {
    read_text(volume, source);
  } else {
    Inflater inflater(source, volume.data_offset);
    read_deflated(volume, inflater, {});
  }
  return volume;
}

std::string path_beside(const std::string& header, const std::string& name) {
  const std::filesystem::path data = std::filesystem::path(header).parent_path() / name;
  std::error_code error;
  if (std::filesystem::is_symlink(data, error) || std::filesystem::equivalent(header, data, error) ||
      !std::filesystem::is_regular_file(data, error)) {
    throw Refused("E_DATA_FILE", "the header names '" + name + "' as its data, which is not a file beside it",
                  "keep header and data together in one folder");
  }
  return data.string();
}

}  // namespace lossscope::reader
