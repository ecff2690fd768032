// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lossscope {

/// The pages that most of the memory around an address lies in, as the kernel tells of this process: "2 MB" or "4 kB";
/// empty where it does not say.
[[nodiscard]] std::string page_size_at(const void* address);

}  // namespace lossscope
