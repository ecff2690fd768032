// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/reader/dicom_series.h"

namespace lossscope::reader {

/// A frame of a volume.
struct Slice {
  Slice(const DicomEntry* of, std::size_t number)
      : entry(of), frame(number), place(header().position), is_placed(header().has_position) {}

  const DicomEntry* entry;
  std::size_t frame;
  std::array<double, 3> place;  ///< of its first pixel, LPS mm
  bool is_placed;
  double along = 0;  ///< place along the normal, mm

  [[nodiscard]] const DicomFrame& header() const { return entry->file.frames[frame]; }
  [[nodiscard]] std::string name() const;
};
using Slices = std::vector<Slice>;

/// Slices in the order of their places along the normal, volume by volume; the geometry of the whole. Slices without a
/// place, and several at one, are settled as Question::slices and Question::duplicates say.
/// Throws Refused E_DICOM_POSITION, E_DICOM_DUPLICATES.
void sort_slices(Slices& slices, Layout& layout, const Answers& answers);

/// Places along the stack, mm; empty when they are even. Throws Refused E_DICOM_SPACING.
[[nodiscard]] std::vector<double> uneven_positions(const Slices& slices, const Layout& layout, const Answers& answers);

}  // namespace lossscope::reader
