// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {

/// The path of a request, which has it as numbers: names are bytes, and need not be UTF-8.
[[nodiscard]] inline std::string path_of(const nlohmann::json& request) {
  const std::vector<unsigned char> bytes = request["path"];
  return {bytes.begin(), bytes.end()};
}

/// Statistics of the voxels as stored (scaled), and labels when all are whole numbers; added to `answer`. The values of
/// a mask become labels first (see mask_values.h). Throws Refused as settle_mask, E_ALL_NAN, E_RANGE_FLOAT.
void describe(RawVolume& volume, const Wish& wish, nlohmann::json& answer);

/// Fills the file descriptor with the voxels for the role: masks as their labels (uint8 or int32), predictions of whole
/// numbers that a float cannot hold as int32, everything else as float32; says which type in `answer`. Throws Refused
/// E_MEMORY.
void deliver(const RawVolume& volume, const std::string& role, int descriptor, nlohmann::json& answer);

/// Writes raw voxels from a descriptor to a file, by way of a temporary one. Throws Refused E_WRITE.
void write_file(const nlohmann::json& request);

}  // namespace lossscope::reader
