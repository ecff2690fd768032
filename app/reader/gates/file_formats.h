// SPDX-License-Identifier: Apache-2.0
// The formats that are read, declared once: sniffing, refusals, dialogs and the window's hints follow from this table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lossscope {

/// Each has one row in file_formats.cpp.
enum class Format : std::uint8_t { nifti, pair, nrrd, metaimage, mgh, dicom, numpy, png, tiff, jpeg, bmp };

/// Where the files lie that make one volume.
enum class Extent : std::uint8_t {
  one_file,
  header_and_data,  ///< or one file: the header may name another one beside it
  folder            ///< its other slices lie beside it
};

struct FileFormat {
  Format format;
  std::string_view name;
  std::span<const std::string_view> endings;  ///< in lower case, with the dot
  Extent extent = Extent::one_file;
  bool has_endings = true;  ///< false: also under names without any of the endings
};

[[nodiscard]] std::span<const FileFormat> file_formats();
[[nodiscard]] const FileFormat& info(Format format);
/// "NIfTI, NRRD, ... and BMP".
[[nodiscard]] std::string format_names();
/// Every ending of every format with `before` it and `between` them: "*.nii *.nii.gz ...".
[[nodiscard]] std::string format_endings(std::string_view before, std::string_view between);

}  // namespace lossscope
