// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lossscope {

enum class FileUse : std::uint8_t { none, read, write };

/// Whether the running kernel filters system calls on this architecture.
[[nodiscard]] bool seccomp_available();

/// From here on all threads of this process get an error from system calls that open a socket, start or touch another
/// process, change the system, and (but for FileUse::write) change a file; under FileUse::none from every call that
/// opens one. Calls newer than this code do not exist. `tools`: leave what a sanitizer's leak detection needs.
/// False when the filter could not be put in force. Needs PR_SET_NO_NEW_PRIVS.
[[nodiscard]] bool seccomp_restrict(FileUse use, bool tools);

}  // namespace lossscope
