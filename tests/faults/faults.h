// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/io/safe_file.h"
#include "tests/app/commands/run_program.h"

namespace lossscope::testing {

/// A folder that the program writes to, and the file that counts its calls.
class Faults {
 public:
  Faults() { std::filesystem::create_directory(out("")); }

  [[nodiscard]] std::string out(const std::string& name) const { return folder_.file("out/" + name); }
  [[nodiscard]] std::string mask() const { return folder_.file("mask.nii"); }

  /// One run whose `at`-th call that writes, or reads, fails with `error`; `calls` becomes the number of calls seen.
  Outcome run(const std::vector<std::string>& arguments, int at, int error, int& calls, bool reads = false) const {
    write_file(folder_.file("count"), std::string(sizeof(int), '\0'));
    std::map<std::string, std::string> environment{{"LD_PRELOAD", LOSSSCOPE_FAILING_CALLS},
                                                   {"FAULT_FOLDER", out("")},
                                                   {"FAULT_COUNT", folder_.file("count")},
                                                   {"FAULT_AT", std::to_string(at)},
                                                   {"FAULT_ERROR", std::to_string(error)}};
    if (reads) {
      environment["FAULT_READS"] = "1";
    }
    const Outcome outcome = run_lossscope(arguments, environment);
    std::memcpy(&calls, read_bytes(folder_.file("count")).data(), sizeof(calls));
    return outcome;
  }

 private:
  Folder folder_;
};

}  // namespace lossscope::testing
