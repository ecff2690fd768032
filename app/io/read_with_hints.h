// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/io/reader_client.h"
#include "app/reader/gates/hints.h"

namespace lossscope {

/// read_volume for a file of a case: what the case knows of it settles some of what it leaves open.
[[nodiscard]] LoadedVolume read_with_hints(const ReadRequest& request, const ReadingHints& hints,
                                           const Progress& progress = {}, std::stop_token stop = {});

}  // namespace lossscope
