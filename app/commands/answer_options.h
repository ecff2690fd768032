// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/session/session.h"

namespace lossscope::commands {

/// The answers that flags give to what files leave open; one flag for each row of questions().
struct AnswerArguments {
  std::map<Question, std::vector<std::string>> given;
};

/// Whether a question can be asked of an input.
[[nodiscard]] bool concerns(const QuestionInfo& row, Role role);

/// Adds --component, --grid, --kind, --label, ...: VALUE answers for every file that asks, image=VALUE (or mask=,
/// prediction=) for one. `without`: questions that the command never asks.
void add_answer_options(CLI::App& app, AnswerArguments& arguments, std::span<const Question> without = {});

/// Gives a session the answers. Throws UsageError that lists what is valid.
void apply_answers(const AnswerArguments& arguments, Session& session);

}  // namespace lossscope::commands
