// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace lossscope {

/// A member of a session file, and of the states of a demo.
struct SessionMember {
  std::string_view path;     ///< "view.range.locked"; ID stands for any id
  std::string_view meaning;  ///< what it says and which values it takes
};

/// All members, in the file's order. resources/manual/demos.md lists them, too; a test holds both together.
[[nodiscard]] std::span<const SessionMember> session_members();

}  // namespace lossscope
