// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace lossscope {

/// What the running kernel offers to lock up a process that no longer trusts itself.
struct SandboxSupport {
  int landlock = 0;      ///< its ABI: opening files only where allowed; 0: none
  bool seccomp = false;  ///< refusing system calls: writing, sockets, starting programs
  [[nodiscard]] bool none() const { return landlock == 0 && !seccomp; }
};
[[nodiscard]] SandboxSupport sandbox_support();
/// "Landlock (ABI 7) and seccomp", or what is missing, for people.
[[nodiscard]] std::string to_string(const SandboxSupport& support);

/// Three quarters of the machine's memory, in bytes: the last barrier before it swaps itself to death.
[[nodiscard]] std::size_t most_of_the_memory();

/// What a helper may still do once it is sealed.
struct SandboxRules {
  std::vector<std::string> readable;             ///< files, or folders with all below them
  std::vector<std::string> writable;             ///< folders with all below them
  std::size_t memory = 0;                        ///< further bytes of address space; 0: no limit
  unsigned cpu_seconds = 0;                      ///< further processor time of all threads together; 0: no limit
  bool use_landlock = true, use_seccomp = true;  ///< false: as on a kernel that has none (for tests)
};

/// Seals this process, for good: opens nothing but what `rules` say, opens no socket, starts no process, changes no
/// file (unless `writable`), sends no signal to others, takes no more memory and processor time than allowed. Threads
/// that run already keep what they could read before; all else holds for them too. Rlimits always hold; returns which
/// of the two kernel facilities is in force, so that nobody claims a sandbox that is not there.
/// Built with a sanitizer, no memory limit is set (shadow memory takes terabytes of address space), and what leak
/// detection needs stays allowed: /proc, cloning and tracing itself.
SandboxSupport seal(const SandboxRules& rules);

}  // namespace lossscope
