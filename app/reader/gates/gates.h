// SPDX-License-Identifier: Apache-2.0
// The gate of each format: its header, checked before any library sees the file.
//
// Pure functions of bytes: the library lossscope_gates links zlib and nothing else, so a fuzzer can call every gate on
// a MemorySource. Each returns, or throws Refused (or std::bad_alloc for a size that was found plausible); anything
// else is a bug. No gate allocates more than its header needs (1 MiB for text headers) before a size was checked.
#pragma once

#include <optional>

#include "app/reader/gates/file_formats.h"
#include "app/reader/gates/layout.h"
#include "app/reader/gates/source.h"

namespace lossscope::reader {

/// What a file is by its ending; none when that is of no known format.
[[nodiscard]] std::optional<Format> format_by_name(const std::string& path);
/// What a file is by its first bytes, inflated where it is gzip; none when they are of no known format.
[[nodiscard]] std::optional<Format> format_by_content(const Source& source);
/// The format of a file whose name and content agree. Throws Refused E_FORMAT that says what each of them is.
[[nodiscard]] Format format_of(const std::string& path, const Source& source);

/// Bytes that nifti_gate wants to see of the (inflated) beginning.
inline constexpr std::size_t kNiftiHead = 544;
/// NIfTI-1 and NIfTI-2 in one file. `head`: the first bytes, kNiftiHead or all there are. Asks for the orientation when
/// sform and qform differ by more than 0.1 voxel.
/// Throws Refused E_TRUNC, E_FORMAT, E_HEADER, E_TYPE, E_SIZE, E_ORIENTATION.
[[nodiscard]] Layout nifti_gate(std::span<const std::byte> head, const Answers& answers);

/// The header of a pair of files (.hdr, .img); `head` as above. Whatever has no magic of NIfTI is taken for
/// ANALYZE 7.5, whose orientation is said under the assumptions. Throws as nifti_gate.
[[nodiscard]] Layout pair_gate(std::span<const std::byte> head, const Answers& answers);
inline constexpr std::size_t kPairHead = 348;  ///< the shortest header of a pair
[[nodiscard]] Layout nifti_pair_gate(std::span<const std::byte> head, const Answers& answers);
[[nodiscard]] Layout analyze_gate(std::span<const std::byte> head);

/// NRRD, attached or detached. Throws Refused E_FORMAT, E_HEADER, E_TYPE, E_SIZE, E_ENCODING, E_DATA_FILE.
[[nodiscard]] Layout nrrd_gate(const Source& source);

/// Bytes that mgh_gate wants to see of the (inflated) beginning.
inline constexpr std::size_t kMghHead = 284;
/// MGH, FreeSurfer's volumes (.mgz when it is gzip). `head`: the first bytes, kMghHead or all there are.
/// Throws Refused E_TRUNC, E_FORMAT, E_HEADER, E_TYPE, E_SIZE.
[[nodiscard]] Layout mgh_gate(std::span<const std::byte> head);

/// MetaImage. Throws Refused E_FORMAT, E_HEADER, E_TYPE, E_SIZE, E_DATA_FILE.
[[nodiscard]] Layout metaimage_gate(const Source& source);

/// PNG: every chunk in place, with the right checksum. A palette's indices are the voxels.
/// Throws Refused E_FORMAT, E_TRUNC, E_CRC, E_HEADER.
[[nodiscard]] Layout png_gate(const Source& source);

/// Where the planes of a TIFF lie, volume by volume and slice by slice.
struct TiffPlanes {
  std::vector<std::uint64_t> offsets;  ///< of each plane's directory
  bool are_pixels = false;             ///< of its pixels, uncompressed: the planes share one directory
  int bits = 8;                        ///< of a sample as stored: 1 and 16 may become a byte and a float
  bool white_is_0 = false;             ///< of one bit
};
/// TIFF and BigTIFF: pages of one size without a loop, all data inside the file; slices, channels and times as OME,
/// ImageJ, tifffile or MetaMorph describe them. Reads at most 8 MiB of a description.
/// Throws Refused E_FORMAT, E_TRUNC, E_HEADER, E_TYPE, E_ENCODING, E_TIFF_PAGES.
[[nodiscard]] Layout tiff_gate(const Source& source, TiffPlanes* planes = nullptr);

/// The name of a detached data file, which must lie beside its header; spaces and "./" before it are fine.
/// Throws Refused E_DATA_FILE.
[[nodiscard]] std::string plain_data_name(std::string name);

}  // namespace lossscope::reader
