// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/sources.h"
#include "app/reader/gates/hints.h"

namespace lossscope {

/// What `files` reads. The program's own reader, read_input, is told what the case knows of the file; any other reads
/// as it does.
[[nodiscard]] LoadedVolume read_hinted(const FileReader& files, const InputChoice& input, const ReadingHints& hints,
                                       Role role, const Progress& progress, std::stop_token stop);

}  // namespace lossscope
