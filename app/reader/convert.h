// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {

/// Statistics of the voxels as stored (scaled), and labels when all are whole numbers; added to `answer`.
/// Throws Refused E_MASK_NAN, E_MASK_VALUES when a mask cannot be one.
void describe(const RawVolume& volume, const std::string& role, nlohmann::json& answer);

/// Fills the file descriptor with the voxels for the role: masks as their labels (uint8 or int32), everything else as
/// float32; says which type in `answer`. Throws Refused E_MEMORY.
void deliver(const RawVolume& volume, const std::string& role, int descriptor, nlohmann::json& answer);

/// Writes raw voxels from a descriptor to a file, by way of a temporary one. Throws Refused E_WRITE.
void write_file(const nlohmann::json& request);

}  // namespace lossscope::reader
