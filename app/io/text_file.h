// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace lossscope {

inline constexpr std::size_t kMostText = std::size_t{16} << 20;  ///< bytes: no session or demo comes near it

/// The whole of a small file that a person gives: a session, a demo. Never waits, whatever lies at the path.
/// Throws Refusal E_MISSING, E_LINKS, E_PERMISSION, E_NOT_A_FILE, E_EMPTY, E_SIZE, E_READ.
[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace lossscope
