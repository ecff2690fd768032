// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/reader/gates/dicom_file.h"

namespace lossscope::reader {

/// A frame of a segmentation that is to be drawn.
struct SegmentFrame {
  std::size_t index = 0;  ///< in the file
  int segment = 0;        ///< number; 0 in a label map, which has all of them in one frame
  std::size_t plane = 0;  ///< of the stack
};

/// The stack in which the frames of a segmentation lie. Several frames may share a plane.
struct SegmentStack {
  Layout layout;
  std::vector<SegmentFrame> frames;  ///< of those that are to be drawn, in the order of the file
};

/// The stack of all frames of a file; `wanted` are those that are to be drawn. Frames without a place, and two of one
/// segment at one place, are settled as Question::slices and Question::duplicates say. Where no frame says where it
/// lies, those of each segment follow one another.
/// Throws Refused E_DICOM_POSITION, E_DICOM_DUPLICATES, E_DICOM_SPACING.
[[nodiscard]] SegmentStack stack_of(const DicomFile& file, std::vector<SegmentFrame> wanted, const Answers& answers);

/// "segment 2 (Tumour)".
[[nodiscard]] std::string segment_text(const DicomFile& file, int number);

}  // namespace lossscope::reader
