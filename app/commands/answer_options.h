// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/session/session.h"

namespace lossscope::commands {

/// The answers that flags give to what files leave open; one flag for each row of questions().
struct AnswerArguments {
  std::map<Question, std::vector<std::string>> given;
};

/// Adds --component, --grid, --kind, --label, ...: VALUE answers for every file that asks, image=VALUE (or mask=,
/// prediction=) for one.
void add_answer_options(CLI::App& app, AnswerArguments& arguments);

/// Gives a session the answers. Throws UsageError that lists what is valid.
void apply_answers(const AnswerArguments& arguments, Session& session);

}  // namespace lossscope::commands
