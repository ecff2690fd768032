// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "app/reader/gates/dicom_file.h"
#include "app/reader/gates/source.h"

namespace lossscope::reader {

/// What the pixels of a file become: as wide as they are stored; uint8 for single bits.
[[nodiscard]] Scalar scalar_of(const DicomFile& file);

/// The pixels of one frame as scalar_of(file), unused bits cleared, not rescaled. `source` must be all in memory.
/// Throws Refused E_DICOM_PIXELS, E_TRUNC.
[[nodiscard]] std::vector<std::byte> read_frame(const DicomFile& file, const Source& source, std::size_t frame);

}  // namespace lossscope::reader
