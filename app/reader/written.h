// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace lossscope::reader {

/// True when the volume file at `path` (.nii, .nii.gz, .nrrd or .mha, as ITK writes it) holds exactly these voxels to
/// its end. ITK's writers do not report every byte that the disk did not take.
[[nodiscard]] bool holds_voxels(const std::string& path, std::span<const std::byte> voxels);

}  // namespace lossscope::reader
