// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lossscope::testing {

/// Process ids of the helpers of that name which this process started and has not reaped.
inline std::vector<pid_t> running_helpers(const std::string& name) {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    if (pid > 0 && std::getline(file, stat)) {
      const auto open = stat.find('('), close = stat.rfind(')');  // pid (name) state parent ...
      const std::string comm = stat.substr(open + 1, close - open - 1);
      if (comm == name.substr(0, 15) && std::atoi(stat.c_str() + close + 4) == ::getpid()) {
        found.push_back(pid);
      }
    }
  }
  return found;
}

/// An environment variable that goes back to what it was with the test.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Environment() { ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
};

}  // namespace lossscope::testing
