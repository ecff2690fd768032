// SPDX-License-Identifier: Apache-2.0
// The gate of each format: its header, checked before any library sees the file.
//
// Pure functions of bytes: the library lossscope_gates links zlib and nothing else, so a fuzzer can call every gate on
// a MemorySource. Each returns, or throws Refused (or std::bad_alloc for a size that was found plausible); anything
// else is a bug. No gate allocates more than its header needs (1 MiB for text headers) before a size was checked.
#pragma once

#include <optional>

#include "app/reader/gates/layout.h"
#include "app/reader/gates/source.h"

namespace lossscope::reader {

enum class Format : std::uint8_t { nifti, nrrd, metaimage, png, tiff, dicom };
[[nodiscard]] const char* name_of(Format format);

/// What a file is by its first bytes; none when they are of no known format. gzip counts as NIfTI.
[[nodiscard]] std::optional<Format> format_by_content(const Source& source);
/// The format of a file whose name and content agree. Throws Refused E_FORMAT that says what each of them is.
[[nodiscard]] Format format_of(const std::string& path, const Source& source);

/// Bytes that nifti_gate wants to see of the (inflated) beginning.
inline constexpr std::size_t kNiftiHead = 544;
/// NIfTI-1 and NIfTI-2 in one file. `head`: the first bytes, kNiftiHead or all there are. Asks for the orientation when
/// sform and qform differ by more than 0.1 voxel.
/// Throws Refused E_TRUNC, E_FORMAT, E_HEADER, E_TYPE, E_SIZE, E_ORIENTATION.
[[nodiscard]] Layout nifti_gate(std::span<const std::byte> head, const Answers& answers);

/// NRRD, attached or detached. Throws Refused E_FORMAT, E_HEADER, E_TYPE, E_SIZE, E_ENCODING, E_DATA_FILE.
[[nodiscard]] Layout nrrd_gate(const Source& source);

/// MetaImage. Throws Refused E_FORMAT, E_HEADER, E_TYPE, E_SIZE, E_DATA_FILE.
[[nodiscard]] Layout metaimage_gate(const Source& source);

/// PNG: every chunk in place, with the right checksum. A palette's indices are the voxels.
/// Throws Refused E_FORMAT, E_TRUNC, E_CRC, E_HEADER.
[[nodiscard]] Layout png_gate(const Source& source);

/// Where the planes of a TIFF lie, volume by volume and slice by slice.
struct TiffPlanes {
  std::vector<std::uint64_t> offsets;  ///< of each plane's directory
  bool are_pixels = false;             ///< of its pixels, uncompressed: the planes share one directory
};
/// TIFF and BigTIFF: pages of one size without a loop, all data inside the file; slices, channels and times as OME,
/// ImageJ, tifffile or MetaMorph describe them. Reads at most 8 MiB of a description.
/// Throws Refused E_FORMAT, E_TRUNC, E_HEADER, E_TYPE, E_ENCODING, E_TIFF_PAGES.
[[nodiscard]] Layout tiff_gate(const Source& source, TiffPlanes* planes = nullptr);

/// One DICOM file as far as it matters here.
struct DicomSlice {
  std::string series, description, transfer_syntax;
  int rows = 0, columns = 0, bits_allocated = 0, samples = 1;
  bool is_signed = false;
  std::int64_t instance = 0;
  std::array<double, 3> position{};
  std::array<double, 6> orientation{1, 0, 0, 0, 1, 0};
  std::array<double, 2> spacing{1, 1};  ///< between rows, between columns, mm
  double slope = 1, intercept = 0, thickness = 0;
  bool has_position = false, has_spacing = false;
};
/// Throws Refused E_FORMAT (no DICOM), E_DICOM_NO_IMAGE, E_DICOM_SYNTAX, E_DICOM_FRAMES, E_TRUNC, E_HEADER.
[[nodiscard]] DicomSlice dicom_gate(const Source& source);

/// A detached data file must be a plain name beside the header. Throws Refused E_DATA_FILE.
void check_data_name(const std::string& name);

}  // namespace lossscope::reader
