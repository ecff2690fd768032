// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/engine/case_data.h"
#include "app/session/session.h"

namespace lossscope::commands {

/// The answers that flags give to what files leave open; one flag for each row of questions().
struct AnswerArguments {
  std::map<Question, std::vector<std::string>> given;
};

/// Whether this can be the answer to a question about an input.
[[nodiscard]] bool can_be_said(const QuestionInfo& row, Role role, std::string_view answer);

/// Adds --component, --grid, --kind, --label, ...: VALUE answers for every file that asks, image=VALUE (or mask=,
/// prediction=) for one. `without`: questions that the command never asks. Where nothing else stands on the command
/// line without a flag, several values may stand behind one.
void add_answer_options(CLI::App& app, AnswerArguments& arguments, std::span<const Question> without = {});

/// Gives a session the answers: a role's own goes before the general one in any order, labels that are given in several
/// ways are all meant, and of other answers the last. Throws UsageError that lists what is valid, and for labels that
/// contradict a threshold or each other.
void apply_answers(const AnswerArguments& arguments, Session& session);

/// What was given and decided nothing: each is told (W_UNUSED), for whoever gave it expects that it did.
[[nodiscard]] std::vector<Assumption> unused_answers(const AnswerArguments& arguments, const Decided& decided);

}  // namespace lossscope::commands
