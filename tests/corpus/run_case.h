// SPDX-License-Identifier: Apache-2.0
// The real programs on the cases of the corpus, timed and measured.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/io/reader_client.h"
#include "tests/corpus/corpus.h"

namespace lossscope::corpus {

struct ProgramRun {
  int code = -1;  ///< exit code; -1 when a signal ended it
  int signal = 0;
  bool hung = false;
  double seconds = 0;
  long peak_kilobytes = 0;  ///< of the largest process of the tree
  std::string out, err;
};

/// Runs `lossscope` with a limit of 60 s.
[[nodiscard]] ProgramRun run_lossscope(const std::vector<std::string>& arguments, const std::string& folder,
                                       const std::string& memory);

/// Makes the case's files in a folder of its own below `root` and returns the path to open.
std::string make_files(const Case& made, const std::string& root);

/// The arguments of lossscope for a case whose files were made.
[[nodiscard]] std::vector<std::string> arguments_of(const Case& made, const std::string& root);

/// The answers among its flags that a reader needs.
[[nodiscard]] Answers answers_of(const Case& made);

/// The file of a case as the programs read it for a role. Throws Refusal.
[[nodiscard]] LoadedVolume load(const Case& made, const std::string& path, Role role);

/// What is wrong with how the programs took the case; empty when all is as it must be. `run` gets the figures.
[[nodiscard]] std::string check_case(const Case& made, const std::string& root, ProgramRun& run);

}  // namespace lossscope::corpus
