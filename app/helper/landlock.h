// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace lossscope {

/// The Landlock ABI of the running kernel; 0 where there is none or a container forbids it.
[[nodiscard]] int landlock_abi();

/// From here on this thread, and those it starts, open only what is listed; nothing is executed, no TCP port is used,
/// and no signal leaves the process (as far as the ABI goes). False when it could not be put in force. Needs
/// PR_SET_NO_NEW_PRIVS. Paths that do not exist are left out.
[[nodiscard]] bool landlock_restrict(const std::vector<std::string>& readable,
                                     const std::vector<std::string>& writable);

/// From here on this thread, and those and the programs that it starts, write, make, rename and delete only below what
/// is listed; reading, running and the network stay as they were. Sets PR_SET_NO_NEW_PRIVS. False when it could not be
/// put in force. Paths that do not exist are left out.
[[nodiscard]] bool landlock_confine_changes(const std::vector<std::string>& writable);

}  // namespace lossscope
