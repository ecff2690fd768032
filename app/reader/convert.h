// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

/// Shared memory that is large enough, and where in it a volume begins (app/helper/shared_volumes.h).
struct Destination {
  int descriptor = -1;
  std::size_t offset = 0;
};
/// Fills memory with the voxels for the role: masks as their labels (uint8 or int32), predictions of whole numbers that
/// a float cannot hold as int32, everything else as float32; says which type in `answer`. Returns how many bytes it
/// took, at most 4 a voxel. Throws Refused E_MEMORY.
std::size_t deliver(const RawVolume& volume, const std::string& role, const Destination& to, nlohmann::json& answer);

/// Writes raw voxels from a descriptor to a file, by way of a temporary one. Throws Refused E_WRITE.
void write_file(const nlohmann::json& request);

}  // namespace lossscope::reader
