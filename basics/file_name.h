// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "basics/displayable.h"

namespace lossscope {

/// The last part of a path, fit to be shown: what a note calls the file.
[[nodiscard]] inline std::string shown_name(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) {
    path.remove_suffix(1);
  }
  return displayable(path.substr(path.find_last_of('/') + 1));
}

}  // namespace lossscope
