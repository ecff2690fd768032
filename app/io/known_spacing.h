// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/io/reader_client.h"

namespace lossscope {

/// Whether the file says how large a voxel is; one that is not there does not. Pictures and arrays do not either: their
/// grid has 1 a voxel, which is no length.
[[nodiscard]] bool knows_spacing(const LoadedVolume& file);

}  // namespace lossscope
