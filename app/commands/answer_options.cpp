// SPDX-License-Identifier: Apache-2.0
#include "app/commands/answer_options.h"

#include <algorithm>
#include <array>

namespace lossscope::commands {
namespace {

constexpr std::array kRoles{Role::image, Role::mask, Role::prediction};
constexpr std::string_view kAsk = "refuse";  // what happens without the flag

std::string help_of(const QuestionInfo& row) {
  std::string help(row.meaning);
  std::string words;
  for (const std::string_view word : row.words) {
    words.append(words.empty() ? "" : ", ").append(word);
  }
  if (!words.empty()) {
    help += row.also == QuestionInfo::Also::nothing ? ": " : "; also ";
    help += words;
  }
  return help;
}

/// The mask's grid is what the others are fitted to: of its own it can only give it up.
bool can_be_said(const QuestionInfo& row, Role role, const std::string& answer) {
  return concerns(row, role) && !(row.question == Question::grid && role == Role::mask && answer != "ignore");
}

void apply(const QuestionInfo& row, const std::string& given, Session& session) {
  if (!row.of_file) {
    session.answer(Role::mask, row.question, given);
    return;
  }
  for (const Role role : kRoles) {
    const std::string prefix = std::string(to_string(role)) + "=";
    if (given.starts_with(prefix)) {
      const std::string answer = given.substr(prefix.size());
      session.answer(role, row.question, answer);
      if (!can_be_said(row, role, answer)) {
        throw UsageError("--" + std::string(row.id) + " " + given + ": this is never asked of the " +
                         std::string(to_string(role)));
      }
      return;
    }
  }
  check_answer(row.question, given);
  for (const Role role : kRoles) {
    if (can_be_said(row, role, given)) {
      session.answer(role, row.question, given);
    }
  }
}

}  // namespace

bool concerns(const QuestionInfo& row, Role role) {
  return role == Role::image ? row.of.image : (role == Role::mask ? row.of.mask : row.of.prediction);
}

void add_answer_options(CLI::App& app, AnswerArguments& arguments, std::span<const Question> without) {
  for (const QuestionInfo& row : questions()) {
    if (std::ranges::find(without, row.question) != without.end()) {
      continue;
    }
    app.add_option("--" + std::string(row.id), arguments.given[row.question], help_of(row))
        ->type_name(row.of_file ? "[ROLE=]VALUE" : "VALUE")
        ->allow_extra_args(false)
        ->group("What a file leaves open");
  }
}

void apply_answers(const AnswerArguments& arguments, Session& session) {
  for (const QuestionInfo& row : questions()) {
    const auto given = arguments.given.find(row.question);
    if (given == arguments.given.end()) {
      continue;
    }
    try {
      for (const std::string& answer : given->second) {
        if (answer != kAsk) {
          apply(row, answer, session);
        }
      }
    } catch (const std::invalid_argument& error) {
      throw UsageError(std::string("--") + error.what());
    }
  }
}

}  // namespace lossscope::commands
