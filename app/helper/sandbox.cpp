// SPDX-License-Identifier: Apache-2.0
#include "app/helper/sandbox.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "app/helper/landlock.h"
#include "app/helper/seccomp.h"
#include "basics/sanitized.h"

namespace lossscope {
namespace {

void limit(int which, rlim_t value) {
  const rlimit both{value, value};
  (void)::setrlimit(static_cast<__rlimit_resource>(which), &both);
}

rlim_t address_space() {
  std::ifstream file("/proc/self/statm");
  rlim_t pages = 0;
  file >> pages;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

rlim_t cpu_seconds_so_far() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
}

void set_limits(const SandboxRules& rules) {
  limit(RLIMIT_CORE, 0);
  if (rules.writable.empty()) {
    std::signal(SIGXFSZ, SIG_IGN);  // an error of write(), not the end of the process
    limit(RLIMIT_FSIZE, 0);
  }
  if (rules.cpu_seconds > 0) {
    constexpr unsigned kSlowdown = kSanitized ? 20 : 1;
    const rlim_t last = cpu_seconds_so_far() + rlim_t{rules.cpu_seconds} * kSlowdown + 1;
    const rlimit soft_first{last, last + 1};  // SIGXCPU, which says why, comes before SIGKILL
    (void)::setrlimit(RLIMIT_CPU, &soft_first);
  }
  if (rules.memory > 0 && !kSanitized) {
    limit(RLIMIT_AS, address_space() + rules.memory);
  }
}

}  // namespace

SandboxSupport sandbox_support() { return {landlock_abi(), seccomp_available()}; }

std::size_t most_of_the_memory() {
  return static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) / 4 * 3 *
         static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::string to_string(const SandboxSupport& support) {
  const std::string landlock = "Landlock (ABI " + std::to_string(support.landlock) + ")";
  if (support.none()) {
    return "none: this kernel offers neither Landlock nor seccomp";
  }
  if (support.landlock == 0) {
    return "seccomp; this kernel offers no Landlock";
  }
  return support.seccomp ? landlock + " and seccomp" : landlock + "; this kernel offers no seccomp";
}

SandboxSupport seal(const SandboxRules& rules) {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  set_limits(rules);
  std::vector<std::string> readable = rules.readable;
  if (kSanitized) {
    readable.emplace_back("/proc");
  }
  SandboxSupport in_force;
  if (rules.use_landlock && landlock_restrict(readable, rules.writable)) {
    in_force.landlock = landlock_abi();
  }
  const bool opens = !readable.empty() || !rules.writable.empty();
  if (!opens) {
    limit(RLIMIT_NOFILE, 0);
  }
  const FileUse use = !opens ? FileUse::none : (rules.writable.empty() ? FileUse::read : FileUse::write);
  in_force.seccomp = rules.use_seccomp && seccomp_restrict(use, kSanitized);
  return in_force;
}

}  // namespace lossscope
