// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/io/io_testing.h"

namespace lossscope::testing {

struct Outcome {
  int code = -1;
  std::string out, err;
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(out); }
};

inline std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return result + "'";
}

/// Runs the program as a script would: no display, nothing on its standard input; with some more environment.
inline Outcome run_lossscope(const std::vector<std::string>& arguments,
                             const std::map<std::string, std::string>& environment = {}) {
  const Folder folder;
  const char* bin = std::getenv("LOSSSCOPE_BIN");
  std::string command = "env -u DISPLAY -u WAYLAND_DISPLAY -u QT_QPA_PLATFORM ";
  for (const auto& [name, value] : environment) {
    command += quoted(name + "=" + value) + ' ';
  }
  command += quoted(std::string(bin == nullptr ? "." : bin) + "/lossscope");
  for (const std::string& argument : arguments) {
    command += ' ' + quoted(argument);
  }
  command += " </dev/null 2>" + quoted(folder.file("err"));
  Outcome outcome;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t n = 0; pipe != nullptr && (n = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;) {
    outcome.out.append(buffer, n);
  }
  const int status = pipe == nullptr ? -1 : ::pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  const auto err = read_bytes(folder.file("err"));
  outcome.err.assign(err.begin(), err.end());
  return outcome;
}

}  // namespace lossscope::testing
