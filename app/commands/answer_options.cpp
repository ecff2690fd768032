// SPDX-License-Identifier: Apache-2.0
#include "app/commands/answer_options.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lossscope::commands {
namespace {

constexpr std::array kRoles{Role::image, Role::mask, Role::prediction};
constexpr std::string_view kAsk = "refuse";  // what happens without the flag

std::string help_of(const QuestionInfo& row) {
  std::string help(row.meaning);
  if (row.also == QuestionInfo::Also::labels) {
    help += " (several with commas between them, or the flag again)";
  }
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

bool concerns(const QuestionInfo& row, Role role) {
  return role == Role::image ? row.of.image : (role == Role::mask ? row.of.mask : row.of.prediction);
}

/// An answer that a later one of the same flag went before.
struct Superseded {
  std::optional<Role> role;
  std::string answer, by;
};

/// What flags say of a question: for one input, or for all that may ask.
struct Answered {
  std::map<std::optional<Role>, std::string> said;
  std::vector<Superseded> superseded;
};

std::optional<Role> taken_role(const QuestionInfo& row, std::string& answer) {
  for (const Role role : kRoles) {
    const std::string prefix = std::string(to_string(role)) + "=";
    if (row.of_file && answer.starts_with(prefix)) {
      answer = answer.substr(prefix.size());
      return role;
    }
  }
  return std::nullopt;
}

std::string flag_of(const QuestionInfo& row, const std::optional<Role>& role, const std::string& answer) {
  return "--" + std::string(row.id) + " " + (role ? std::string(to_string(*role)) + "=" : "") + answer;
}

/// Whether both are lists of labels, which are all meant; a word ("nonzero", "none") is none.
bool can_be_joined(const QuestionInfo& row, const std::string& one, const std::string& other) {
  const auto is_word = [&](const std::string& text) { return std::ranges::find(row.words, text) != row.words.end(); };
  return row.also == QuestionInfo::Also::labels && !is_word(one) && !is_word(other);
}

/// The last answer holds, as on every command line, so that the way out of a refusal may be added to what was said.
Answered answered(const QuestionInfo& row, const std::vector<std::string>& given) {
  Answered all;
  for (std::string answer : given) {
    const std::optional<Role> role = taken_role(row, answer);
    if (answer == kAsk) {
      continue;
    }
    check_answer(row.question, answer);
    const auto [known, fresh] = all.said.emplace(role, answer);
    if (fresh || known->second == answer) {
      continue;
    }
    if (can_be_joined(row, known->second, answer)) {
      known->second += "," + answer;
    } else {
      all.superseded.push_back({role, known->second, answer});
      known->second = answer;
    }
  }
  return all;
}

/// The inputs that an answer is meant for.
std::vector<Role> roles_of(const QuestionInfo& row, const Answered& all, const std::optional<Role>& role) {
  const std::string& answer = all.said.at(role);
  std::vector<Role> roles;
  for (const Role each : kRoles) {
    const bool meant = role ? each == *role : !all.said.contains(each);
    if (can_be_said(row, each, answer) && (meant || row.question == Question::memory)) {
      roles.push_back(each);
    }
  }
  if (role && !can_be_said(row, *role, answer)) {
    const std::string of = " of the " + std::string(to_string(*role));
    std::string valid;
    for (const std::string_view word : row.words) {
      if (can_be_said(row, *role, word)) {
        valid.append(valid.empty() ? "" : ", ").append(word);
      }
    }
    throw UsageError(flag_of(row, role, answer) + ": " +
                     (valid.empty() ? "this is never asked" + of : "this is never said" + of + "; valid: " + valid));
  }
  return roles;
}

/// Visits what is said of every question.
template <class Visit>
void for_each_question(const AnswerArguments& arguments, Visit visit) {
  for (const QuestionInfo& row : questions()) {
    if (const auto given = arguments.given.find(row.question); given != arguments.given.end()) {
      visit(row, answered(row, given->second));
    }
  }
}

/// Visits every answer with the inputs that it is meant for; those for all come before those for one.
template <class Visit>
void for_each_answer(const AnswerArguments& arguments, Visit visit) {
  for_each_question(arguments, [&](const QuestionInfo& row, const Answered& all) {
    for (const auto& [role, answer] : all.said) {
      visit(row, role, answer, roles_of(row, all, role));
    }
  });
}

/// Whether a flag says anything of it.
bool is_given(const AnswerArguments& arguments, Question question) {
  const auto given = arguments.given.find(question);
  return given != arguments.given.end() && !given->second.empty();
}

/// What would leave one of two flags without effect. (Of a session alone the loader says it.)
void check_labels(const AnswerArguments& arguments, const Session& session) {
  if (!is_given(arguments, Question::label) && !is_given(arguments, Question::threshold) &&
      !is_given(arguments, Question::ignore)) {
    return;
  }
  const LabelChoice& labels = session.study.labels;
  const std::string chosen = "--label " + label_text(labels.values, "nonzero");
  if (const std::string_view at = session.study.mask.answers.to(Question::threshold);
      !at.empty() && !labels.values.empty()) {
    throw UsageError("--threshold " + std::string(at) + " takes every voxel from that value on, and " + chosen +
                     " those of a label alone: give one of the two, or --label nonzero");
  }
  for (const std::int64_t label : labels.values) {
    if (labels.ignores(label)) {
      throw UsageError(chosen + " and --ignore " + label_text(*labels.ignored, "none") +
                       " contradict each other: voxels of label " + std::to_string(label) +
                       " cannot be the structure and not count");
    }
  }
}

}  // namespace

/// The mask's grid is what the others are fitted to: of its own it can only give it up. And it cannot agree with
/// itself.
bool can_be_said(const QuestionInfo& row, Role role, std::string_view answer) {
  const bool of_mask = role == Role::mask;
  return concerns(row, role) && !(of_mask && row.question == Question::grid && answer != "ignore") &&
         !(of_mask && row.question == Question::nan && answer == "agree");
}

void add_answer_options(CLI::App& app, AnswerArguments& arguments, std::span<const Question> without) {
  const bool has_positional = !app.get_options([](const CLI::Option* o) { return o->get_positional(); }).empty();
  for (const QuestionInfo& row : questions()) {
    if (std::ranges::find(without, row.question) != without.end()) {
      continue;
    }
    auto* option = app.add_option("--" + std::string(row.id), arguments.given[row.question], help_of(row))
                       ->type_name(row.of_file ? "[ROLE=]VALUE" : "VALUE")
                       ->group("What a file leaves open");
    if (has_positional) {
      option->expected(1)->take_all()->allow_extra_args(false);  // what stands behind it may be a file
    }
  }
}

void apply_answers(const AnswerArguments& arguments, Session& session) {
  try {
    for_each_answer(arguments, [&](const QuestionInfo& row, const std::optional<Role>&, const std::string& answer,
                                   const std::vector<Role>& roles) {
      for (const Role role : roles) {
        session.answer(role, row.question, answer);
      }
    });
  } catch (const std::invalid_argument& error) {
    throw UsageError(std::string("--") + error.what());
  }
  check_labels(arguments, session);
}

std::vector<Assumption> unused_answers(const AnswerArguments& arguments, const Decided& decided) {
  std::vector<Assumption> notes;
  for_each_question(arguments, [&](const QuestionInfo& row, const Answered& all) {
    for (const Superseded& old : all.superseded) {
      notes.push_back({"W_UNUSED", flag_of(row, old.role, old.answer) +
                                       " changed nothing: " + flag_of(row, old.role, old.by) + " was said after it"});
    }
  });
  for_each_answer(arguments, [&](const QuestionInfo& row, const std::optional<Role>& said, const std::string& answer,
                                 const std::vector<Role>& roles) {
    const bool used = std::ranges::any_of(roles, [&](Role role) {
      const auto of_role = decided.find(role);
      return of_role != decided.end() && of_role->second.contains(row.question);
    });
    if (!used) {
      notes.push_back({"W_UNUSED", flag_of(row, said, answer) + " changed nothing: it is for " +
                                       std::string(row.asked_of) + ", and " +
                                       (said ? "the " + std::string(to_string(*said)) + " is none"
                                             : std::string("none of the inputs is one"))});
    }
  });
  return notes;
}

}  // namespace lossscope::commands
