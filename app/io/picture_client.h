// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stop_token>
#include <string>

namespace lossscope {

/// A picture to look at.
struct ReadPicture {
  int width = 0, height = 0;
  std::shared_ptr<const unsigned char> rgba;  ///< width * height * 4 bytes, rows from the top
};

/// Reads a foreign PNG or TIFF of at most 16 MiB and 16 million pixels in a process of its own. Blocks; call it from a
/// worker thread. Throws Refusal, Cancelled, std::bad_alloc.
[[nodiscard]] ReadPicture read_picture(const std::string& path, std::stop_token stop = {});

}  // namespace lossscope
