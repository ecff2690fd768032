// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace lossscope {

/// A helper program of ours beside the running one (or in $LOSSSCOPE_BIN, or on the PATH).
[[nodiscard]] std::string helper_program(const std::string& name);

/// How a child ended.
struct ChildEnd {
  bool cancelled = false, timed_out = false;
  int signal = 0;  ///< that killed it, or 0
  int exit_code = 0;
};

/// Runs a program with `arguments` and `input` on its stdin and hands over every line of its stdout. `descriptor` is
/// inherited under the same number (-1: none). The child is killed when `stop` asks for it (within 50 ms) or when it is
/// silent for `silence_seconds`. Throws std::runtime_error when it cannot be started.
ChildEnd run_child(const std::string& program, const std::vector<std::string>& arguments, const std::string& input,
                   int descriptor, int silence_seconds, const std::stop_token& stop,
                   const std::function<void(const std::string&)>& line);

}  // namespace lossscope
