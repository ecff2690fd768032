// SPDX-License-Identifier: Apache-2.0
// Landlock by its three system calls: glibc has no wrapper, and Debian 12's header knows only ABI 2.
#include "app/helper/landlock.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace lossscope {
namespace {

// The same numbers on every architecture (they came after the tables were unified).
constexpr long kCreateRuleset = 444, kAddRule = 445, kRestrictSelf = 446;
constexpr unsigned kCreateVersion = 1;
constexpr int kPathBeneath = 1;

constexpr std::uint64_t kExecute = 1U << 0, kWriteFile = 1U << 1, kReadFile = 1U << 2, kReadDir = 1U << 3;
constexpr std::uint64_t kTruncate = 1U << 14, kDeviceControl = 1U << 15;
/// All rights to files that an ABI knows: 1 knows 13, 2 adds linking elsewhere, 3 truncating, 5 ioctl on devices.
constexpr std::uint64_t file_rights(int abi) {
  return abi >= 5 ? 0xFFFF : (abi >= 3 ? 0x7FFF : (abi == 2 ? 0x3FFF : 0x1FFF));
}

struct RulesetAttributes {
  std::uint64_t files = 0, net = 0, scoped = 0;  // an older kernel accepts members it does not know when they are 0
};
struct [[gnu::packed]] PathRule {
  std::uint64_t allowed;
  std::int32_t parent;
};

void allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const int place = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  struct stat status {};
  if (place >= 0 && ::fstat(place, &status) == 0) {
    if (!S_ISDIR(status.st_mode)) {
      rights &= kExecute | kWriteFile | kReadFile | kTruncate;  // the kernel refuses rights of folders on a file
    }
    const PathRule rule{rights, place};
    (void)::syscall(kAddRule, ruleset, kPathBeneath, &rule, 0);
  }
  if (place >= 0) {
    ::close(place);
  }
}

/// Puts a ruleset in force that handles `attributes`, with `rules` added to it; false where the kernel refuses.
template <typename Rules>
bool enforce(const RulesetAttributes& attributes, const Rules& rules) {
  const auto ruleset = static_cast<int>(::syscall(kCreateRuleset, &attributes, sizeof(attributes), 0));
  if (ruleset < 0) {
    return false;
  }
  rules(ruleset);
  const bool done = ::syscall(kRestrictSelf, ruleset, 0) == 0;
  ::close(ruleset);
  return done;
}

}  // namespace

int landlock_abi() {
  const long abi = ::syscall(kCreateRuleset, nullptr, 0, kCreateVersion);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

bool landlock_restrict(const std::vector<std::string>& readable, const std::vector<std::string>& writable) {
  const int abi = landlock_abi();
  if (abi == 0) {
    return false;
  }
  RulesetAttributes attributes{file_rights(abi), 0, 0};
  if (abi >= 4) {
    attributes.net = 3;  // bind and connect TCP
  }
  if (abi >= 6) {
    attributes.scoped = 3;  // abstract sockets and signals
  }
  return enforce(attributes, [&](int ruleset) {
    for (const std::string& path : readable) {
      allow(ruleset, path, kReadFile | kReadDir);
    }
    for (const std::string& path : writable) {
      allow(ruleset, path, file_rights(abi) & ~kExecute);
    }
  });
}

bool landlock_confine_changes(const std::vector<std::string>& writable) {
  const int abi = landlock_abi();
  const std::uint64_t changes = file_rights(abi) & ~(kExecute | kReadFile | kReadDir | kDeviceControl);
  return abi > 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && enforce({changes, 0, 0}, [&](int ruleset) {
           for (const std::string& path : writable) {
             allow(ruleset, path, changes);
           }
         });
}

}  // namespace lossscope
