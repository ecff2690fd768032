// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/file_formats.h"

namespace lossscope {
namespace {

using Endings = std::string_view;
constexpr Endings kNifti[]{".nii", ".nii.gz"};
constexpr Endings kPair[]{".hdr", ".img", ".hdr.gz", ".img.gz"};
constexpr Endings kNrrd[]{".nrrd", ".nhdr"};
constexpr Endings kMetaImage[]{".mha", ".mhd"};
constexpr Endings kMgh[]{".mgz", ".mgh"};
constexpr Endings kDicom[]{".dcm", ".dicom", ".ima"};
constexpr Endings kNumpy[]{".npy", ".npz"};
constexpr Endings kPng[]{".png"};
constexpr Endings kTiff[]{".tif", ".tiff"};
constexpr Endings kJpeg[]{".jpg", ".jpeg"};
constexpr Endings kBmp[]{".bmp"};

constexpr FileFormat kFormats[]{{Format::nifti, "NIfTI", kNifti},
                                {Format::pair, "ANALYZE or NIfTI pair", kPair, Extent::header_and_data},
                                {Format::nrrd, "NRRD", kNrrd, Extent::header_and_data},
                                {Format::metaimage, "MetaImage", kMetaImage, Extent::header_and_data},
                                {Format::mgh, "MGH", kMgh},
                                {Format::dicom, "DICOM", kDicom, Extent::folder, false},
                                {Format::numpy, "NumPy", kNumpy},
                                {Format::png, "PNG", kPng},
                                {Format::tiff, "TIFF", kTiff},
                                {Format::jpeg, "JPEG", kJpeg},
                                {Format::bmp, "BMP", kBmp}};

}  // namespace

std::span<const FileFormat> file_formats() { return kFormats; }

const FileFormat& info(Format format) { return kFormats[static_cast<std::size_t>(format)]; }

std::string format_names() {
  std::string names;
  for (const FileFormat& row : kFormats) {
    const bool first = &row == std::begin(kFormats), last = &row == std::end(kFormats) - 1;
    names.append(first ? "" : (last ? " and " : ", ")).append(row.name);
  }
  return names;
}

std::string format_endings(std::string_view before, std::string_view between) {
  std::string all;
  for (const FileFormat& row : kFormats) {
    for (const std::string_view ending : row.endings) {
      all.append(all.empty() ? "" : between).append(before).append(ending);
    }
  }
  return all;
}

}  // namespace lossscope
