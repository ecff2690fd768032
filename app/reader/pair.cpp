// SPDX-License-Identifier: Apache-2.0
// A header (.hdr) and its voxels (.img), each perhaps gzip: NIfTI-1, NIfTI-2 or ANALYZE 7.5. Either may be opened.
#include <algorithm>
#include <filesystem>

#include "app/reader/blocks.h"
#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

/// `name` with the other half's letters in the same case, without .gz; empty when it is neither half.
std::string other_half(std::string name, std::string_view from, std::string_view to) {
  if (lower(name).ends_with(".gz")) {
    name.resize(name.size() - 3);
  }
  if (!lower(name).ends_with(from)) {
    return {};
  }
  const bool upper = name.back() != from.back();
  name.resize(name.size() - to.size());
  for (const char c : to) {
    name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
  }
  return name;
}

/// The other half beside `path`, packed or not, whatever the case of its letters. Throws Refused E_DATA_FILE.
std::string found_half(const std::string& path, const std::string& name, const char* what) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  for (const char* packed : {"", ".gz"}) {
    if (std::filesystem::is_regular_file(folder / (name + packed), error)) {
      return path_beside(path, name + packed);
    }
  }
  const std::string wanted = lower(name);
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string there = entry.path().filename().string();
    if (lower(there) == wanted || lower(there) == wanted + ".gz") {
      found.push_back(there);
    }
  }
  if (found.size() == 1) {
    return path_beside(path, found.front());
  }
  throw Refused("E_DATA_FILE",
                found.empty() ? std::string(what) + " of this pair, " + name + ", is not beside it"
                              : "it is not sure which file is " + std::string(what) + " of this pair: " + found[0] +
                                    " or " + found[1],
                found.empty() ? "copy both files into one folder" : "name both files alike but for .hdr and .img");
}

std::vector<std::byte> head_of(const Source& source) {
  std::vector<std::byte> head(kNiftiHead);
  head.resize(is_gzip(source) ? Inflater(source).read(head) : source.read(0, head));
  return head;
}

/// Skips to the voxels of a packed file, since its offset counts inflated bytes.
RawVolume read_packed(Layout layout, const Source& source, const Wish& wish) {
  layout.packing = Packing::deflated;
  admit(layout, source.size(), wish);
  RawVolume volume(std::move(layout));
  Inflater inflater(source);
  std::vector<std::byte> skipped(static_cast<std::size_t>(volume.data_offset));
  if (inflater.read(skipped) != skipped.size()) {
    refuse_cut();
  }
  read_deflated(volume, inflater, {});
  return volume;
}

/// SPM keeps the orientation of an ANALYZE volume in a file of MATLAB's.
void note_mat_file(Layout& layout, const std::string& header) {
  std::error_code error;
  const auto mat = std::filesystem::path(header).replace_extension(".mat");
  if (layout.format == "ANALYZE" && std::filesystem::exists(mat, error)) {
    Displayable& text = std::ranges::find(layout.notes, "W_ANALYZE", &Note::code)->text;
    text += "; the file " + mat.filename().string() +
            " beside it, in which SPM keeps another orientation, was not read: save the volume as NIfTI to have it";
  }
}

}  // namespace

RawVolume read_pair(const std::string& path, const Wish& wish) {
  const std::string name = std::filesystem::path(path).filename().string();
  const std::string data_name = other_half(name, ".hdr", ".img"), header_name = other_half(name, ".img", ".hdr");
  const std::string header = header_name.empty() ? path : found_half(path, header_name, "the header");
  Layout layout = pair_gate(head_of(FileSource(header)), wish.answers);
  settle_component_axis(layout, wish);
  const std::string data = data_name.empty() ? path : found_half(path, data_name, "the voxels");
  if (layout.data_offset > kFewBytes) {
    throw Refused("E_HEADER", "the header is damaged: the voxels begin at byte " + std::to_string(layout.data_offset),
                  "export the volume again");
  }
  note_mat_file(layout, header);
  const FileSource voxels(data);
  RawVolume volume =
      is_gzip(voxels) ? read_packed(std::move(layout), voxels, wish) : read_voxels(std::move(layout), voxels, wish);
  swap_bytes(volume);
  volume.files = {header, data};
  return volume;
}

}  // namespace lossscope::reader
