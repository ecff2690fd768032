// SPDX-License-Identifier: Apache-2.0
// From a path to one orthogonal volume: path, gate, budget, voxels, component, grid.
#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

/// The files of a folder, which is a DICOM series; hidden files are left out.
std::vector<std::string> files_of(const std::string& folder) {
  constexpr std::size_t kMostFiles = 32767;
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with(".") && entry.is_regular_file()) {
      files.push_back(entry.path().string());
    }
    if (files.size() > kMostFiles) {
      throw Refused("E_SIZE", "the folder holds more than 32767 files", "put one series into a folder of its own");
    }
  }
  if (error) {
    throw Refused("E_PERMISSION", "its files cannot be listed: " + error.message(), "change its permissions");
  }
  std::ranges::sort(files);
  return files;
}

RawVolume read_file(const std::string& path, const Wish& wish) {
  const FileSource source(path);
  const Format format = format_of(path, source);
  switch (format) {
    case Format::png:
      return read_png(path, source, wish);
    case Format::tiff:
      return read_tiff(path, source, wish);
    case Format::jpeg:
    case Format::bmp:
      return read_flat_picture(format, source, wish);
    case Format::dicom:
      return read_dicom_file(path, wish);
    case Format::numpy:
      return read_numpy(source, wish);
    case Format::pair:
      return read_pair(path, wish);
    case Format::nifti:
    case Format::mgh:
    case Format::nrrd:
    case Format::metaimage:
      break;
  }
  return read_plain(path, format, source, wish);
}

}  // namespace

RawVolume read_any(const std::string& path, const Wish& wish) {
  RawVolume volume = check_path(path) ? read_dicom_folder(files_of(path), wish) : read_file(path, wish);
  settle_classes(volume, wish);
  choose_component(volume, wish);
  return volume;
}

RawVolume take_channel(RawVolume& all, int which, const Wish& wish) {
  RawVolume volume = all.components() == 1 ? std::move(all) : component_of(all, which);
  if (is_sheared(volume)) {
    resample_to_right_angles(volume, wish.role == "mask");
  }
  if (wish.answers.to(Question::memory) == "half") {
    (void)wish.answers.take(Question::memory);
    take_half(volume);
  }
  return volume;
}

}  // namespace lossscope::reader
