// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lossscope {

/// Lower-case hexadecimal SHA-256 (FIPS 180-4) of bytes. Own code, so that the helpers need no cryptography library.
[[nodiscard]] std::string sha256_of(std::span<const unsigned char> bytes);
/// The same of a file; of a folder, of its sorted files one after the other.
[[nodiscard]] std::string sha256_of(const std::string& path);
/// The same of several files, one after the other.
[[nodiscard]] std::string sha256_of(const std::vector<std::string>& files);

}  // namespace lossscope
