// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lossscope {

/// One file of a zip archive, as its central directory says.
struct ZipRecord {
  std::string name;
  enum class How : std::uint8_t { stored, deflated, other } how = How::other;
  std::uint64_t bytes = 0;  ///< when inflated, as the archive says
  std::string_view packed;  ///< within the archive; not of `other`
  std::uint32_t sum = 0;    ///< CRC-32 of what it holds, as the directory says
};

/// The central directory (ZIP and ZIP64). Nothing is inflated. Throws std::runtime_error that says what is wrong: no
/// archive, a record outside the file, or a directory that is cut.
[[nodiscard]] std::vector<ZipRecord> zip_directory(std::span<const unsigned char> file);

/// What a record holds; at most its `bytes`, and nothing when it does not inflate to just them.
[[nodiscard]] std::string content_of(const ZipRecord& record);

}  // namespace lossscope
