// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/reader/gates/dicom_file.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {

/// A file that was looked at.
struct DicomEntry {
  std::string path;
  DicomFile file;
};
using DicomEntries = std::vector<DicomEntry>;

/// What the gate says of a file. Throws Refused as dicom_gate and FileSource.
[[nodiscard]] DicomEntry look_into(const std::string& path);

/// Of several series, segmentations or sizes among files the one that was chosen, or that `path` belongs to where it is
/// not empty. Throws Refused E_DICOM_SERIES with those there are.
[[nodiscard]] DicomEntries chosen_group(DicomEntries entries, const Answers& answers, const std::string& path);

/// The slices beside `entry` that belong to its series, itself among them; itself alone where it is a volume of its own
/// or says nothing of a series. Throws Refused for a damaged slice of the series.
[[nodiscard]] DicomEntries series_of(DicomEntry entry);

/// A segmentation as labels (segment numbers) or, of fractions, as one segment's. Frames lie where they say they do;
/// planes without a frame are background. Throws Refused E_COMPONENTS where segments overlap, E_DICOM_SPACING.
[[nodiscard]] RawVolume read_segmentation(const DicomEntry& entry, const Wish& wish);

/// File name without folders.
[[nodiscard]] std::string file_name(const std::string& path);

}  // namespace lossscope::reader
