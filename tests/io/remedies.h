// SPDX-License-Identifier: Apache-2.0
// What a refusal says can be done about it, done. resources/checks/remedies.py finds the refusals that no test shows
// so.
#pragma once

#include <gtest/gtest.h>

#include <concepts>
#include <exception>
#include <string>

#include "app/io/safe_file.h"
#include "tests/app/commands/run_program.h"

namespace lossscope::testing {

/// Code and remedy of what somebody was told; the code is empty where nothing was refused.
struct Told {
  std::string code, remedy;
};

template <std::invocable Act>
Told told_by(Act&& act) {
  try {
    (void)act();
  } catch (const Refusal& refusal) {
    return {refusal.code, refusal.remedy};
  } catch (const WriteError& error) {
    return {"E_WRITE", error.remedy};
  } catch (const std::exception& error) {
    return {"no refusal", error.what()};
  }
  return {};
}
/// By the program: exit 3 has a code in its JSON or its words, exit 5 is E_WRITE.
inline Told told_by(const Outcome& outcome) {
  if (outcome.code == 0) {
    return {};
  }
  const auto json = nlohmann::json::parse(outcome.out, nullptr, false);
  if (json.is_object() && json.contains("refused")) {
    return {json["refused"].value("code", ""), json["refused"].value("remedy", "")};
  }
  const auto begin = outcome.err.find("(E_"), end = outcome.err.find(')', begin);
  if (outcome.code == 3 && begin != std::string::npos) {
    return {outcome.err.substr(begin + 1, end - begin - 1), outcome.err.substr(end)};
  }
  return {outcome.code == 5 ? "E_WRITE" : "exit " + std::to_string(outcome.code), outcome.err};
}

/// Whether `refused` was told as `code` with `words` in its remedy, and nothing was refused any more by `done`, which
/// does what they say.
inline ::testing::AssertionResult remedy_works(const std::string& code, const std::string& words, const Told& refused,
                                               const Told& done) {
  if (refused.code != code || refused.remedy.find(words) == std::string::npos) {
    return ::testing::AssertionFailure() << "told was " << refused.code << ": " << refused.remedy;
  }
  if (!done.code.empty()) {
    return ::testing::AssertionFailure() << "'" << words << "' leads to " << done.code << ": " << done.remedy;
  }
  return ::testing::AssertionSuccess();
}

}  // namespace lossscope::testing
