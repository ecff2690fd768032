// SPDX-License-Identifier: Apache-2.0
// Where ITK is not let at the voxels of a file although it knows the format, and why: each fault once. What no row
// keeps it from, ITK reads. itk_test (tests/corpus) shows every row on plain ITK, and fails where a newer ITK has
// mended it: then the row goes, and with the last row of a format its own reader.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "app/reader/gates/file_formats.h"
#include "app/reader/gates/layout.h"

namespace lossscope::reader {

enum class ItkFault : std::uint8_t {
  no_reader,
  dicom_in_one_piece,
  tiff_of_few_kinds,
  bmp_of_few_depths,
  jpeg_damage_is_grey,
  analyze_without_scale,
  nifti_2_unknown,
  nifti_not_finite_is_0,
  nifti_of_another_name,
  nifti_header_ends_it,
  packed_damage_is_kept,
  text_is_bent,
  nrrd_all_of_several,
  nrrd_header_refused,
  nrrd_las_is_turned
};

struct ItkFaultRow {
  ItkFault fault;
  std::string_view files;                               ///< of which it is a fault
  std::string_view wrong;                               ///< what ITK does with them
  std::string_view instead;                             ///< what is done here
  bool (*keeps_from)(Format, const Layout&) = nullptr;  ///< such a file; null: it shows when it is tried
};

[[nodiscard]] std::span<const ItkFaultRow> itk_faults();

/// The first reason not to let ITK read the voxels of such a file; none: ITK reads them.
[[nodiscard]] std::optional<ItkFault> itk_fault_of(Format format, const Layout& layout);

}  // namespace lossscope::reader
