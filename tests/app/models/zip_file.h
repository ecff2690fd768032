// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace lossscope::testing {

/// A record to be written; `method` 8 deflates it.
struct ZipPart {
  std::string name, content;
  int method = 0;
};

/// The bytes of a zip archive, written by hand so that tests can write wrong ones.
[[nodiscard]] std::string zip_of(const std::vector<ZipPart>& parts);

}  // namespace lossscope::testing
