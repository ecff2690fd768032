// SPDX-License-Identifier: Apache-2.0
// NIfTI, MGH, NRRD and MetaImage: once the gate knows the layout and that all bytes are there, ITK reads the voxels;
// where itk_faults.cpp has a reason against it, they are read here as a block of numbers.
#include <algorithm>
#include <optional>

#include "app/reader/blocks.h"
#include "app/reader/gates/text_header.h"
#include "app/reader/itk_volumes.h"

namespace lossscope::reader {
namespace {

/// A file of one piece that may be gzip: `head_size` bytes are what `gate` wants to see, `packed_ending` is what a
/// packed file's name ends with.
template <class Gate>
RawVolume read_one_file(const std::string& path, const Source& source, const Wish& wish, std::size_t head_size,
                        const char* packed_ending, Gate gate) {
  const bool gzip = is_gzip(source);
  std::optional<Inflater> inflater;
  std::vector<std::byte> head(head_size);
  if (gzip) {
    inflater.emplace(source);
    head.resize(inflater->read(head));
  } else {
    head.resize(source.read(0, head));
  }
  Layout layout = gate(head);
  settle_component_axis(layout, wish);
  if (lower(path).ends_with(packed_ending) != gzip) {
    layout.notes.push_back(
        {"W_NAME", gzip ? "it is gzip although its name does not say so" : "it is not gzip although its name says so"});
  }
  if (!gzip) {
    return read_voxels(std::move(layout), source, wish);
  }
  layout.packing = Packing::deflated;
  admit(layout, source.size(), wish);
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

RawVolume read_with_header(const std::string& path, Format format, Layout layout, const Source& source,
                           const Wish& wish) {
  const LibraryReader library = itk_for(format, layout, path);
  settle_component_axis(layout, wish);
  if (layout.data_file.empty()) {
    return read_voxels(std::move(layout), source, wish, library);
  }
  const std::string data = path_beside(path, layout.data_file);
  RawVolume volume = read_voxels(std::move(layout), FileSource(data), wish, library);
  volume.files = {path, data};
  return volume;
}

RawVolume read_by_format(const std::string& path, Format format, const Source& source, const Wish& wish) {
  switch (format) {
    case Format::nifti:
      return read_one_file(path, source, wish, kNiftiHead, ".gz",
                           [&](std::span<const std::byte> head) { return nifti_gate(head, wish.answers); });
    case Format::mgh:
      return read_one_file(path, source, wish, kMghHead, ".mgz", mgh_gate);
    case Format::nrrd:
      return read_with_header(path, format, nrrd_gate(source), source, wish);
    default:
      return read_with_header(path, format, metaimage_gate(source), source, wish);
  }
}

}  // namespace

RawVolume read_plain(const std::string& path, Format format, const Source& source, const Wish& wish) {
  RawVolume volume = read_by_format(path, format, source, wish);
  swap_bytes(volume);
  return volume;
}

}  // namespace lossscope::reader
