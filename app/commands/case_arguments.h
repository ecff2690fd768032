// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/commands/answer_options.h"
#include "app/commands/command.h"
#include "app/commands/loss_arguments.h"
#include "app/commands/model_arguments.h"
#include "app/session/session.h"

namespace lossscope::commands {

/// The arguments that name a case and losses, the same for every subcommand that computes.
struct CaseArguments {
  std::string session, mask, predict, image, spacing, preset;
  std::vector<std::string> predictions;  ///< of one prediction: its file, or one file a channel
  AnswerArguments answers;
  ModelArguments model;
  std::vector<std::string> losses, settings;
  bool all = false;
  int threads = 0;
};
void add_case_options(CLI::App& command, CaseArguments& arguments);
void add_loss_options(CLI::App& command, CaseArguments& arguments);
/// Checks the answers that flags give, before any file is read. Throws UsageError for an invalid one.
void check_answers(const CaseArguments& arguments);

/// The inputs as a session. Throws UsageError and Refusal.
[[nodiscard]] Session session_of(const CaseArguments& arguments, const std::stop_token& stop);
/// What was assumed of a case, and which answers of the flags decided nothing.
[[nodiscard]] std::vector<Assumption> assumptions_of(const CaseArguments& arguments, const CaseData& data);
/// The chosen losses with their parameters; where none was chosen, the loss of the session file.
/// Throws UsageError.
[[nodiscard]] std::vector<ConfiguredLoss> losses_of(const CaseArguments& arguments, const Session& session);

/// Turns a std::invalid_argument into wrong usage.
template <class Parse>
auto parsed(Parse parse) {
  try {
    return parse();
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

}  // namespace lossscope::commands
