// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "losses/volume.h"

namespace lossscope {

/// At most so many bytes of results that nobody needs any more are kept for the next ones.
inline constexpr std::size_t kMostSpareBytes = std::size_t{256} << 20;

/// A volume for a result that is written whole: its voxels are anything until then. Its memory is that of an earlier
/// result of the same size where one was let go, whose pages are there already: fresh ones have to be found and zeroed
/// first. Any thread may call it. Throws as make_volume.
[[nodiscard]] Volume make_output(const Grid& grid, VoxelType type);

/// Gives the memory that is kept back to the system.
void free_spare_outputs();
/// Bytes that are kept now.
[[nodiscard]] std::size_t spare_output_bytes();

}  // namespace lossscope
