// SPDX-License-Identifier: Apache-2.0
#include "app/window/class_question.h"

#include <QCoreApplication>
#include <algorithm>

namespace lossscope {
namespace {

constexpr const char* kClasses = "classes";
constexpr const char* kOne = "one-structure";

std::string words(const char* source) { return QCoreApplication::translate("MessageBar", source).toStdString(); }

}  // namespace

Refusal with_ways_of_classes(Refusal refusal, const Session& session) {
  const auto channels = std::ranges::count_if(refusal.choices, [](const Choice& choice) {
    return choice.question == Question::component && choice.answer.find_first_not_of("0123456789") == std::string::npos;
  });
  if (session.study.classes) {
    refusal.choices.push_back({Question::label, kOne, words("One structure"),
                               words("Looks at one structure again, against one channel."), false});
  } else if (refusal.code == "E_COMPONENTS" && refusal.role == Role::prediction && channels > 1 &&
             !session.study.mask.path.empty()) {
    const bool likely = channels > 2;  // two are background and structure
    const bool safe = likely && std::ranges::none_of(refusal.choices, &Choice::safe);
    refusal.choices.insert(likely ? refusal.choices.begin() : refusal.choices.end(),
                           {Question::label, kClasses, words("All classes"),
                            words("Compares every label of the mask with its channel, all of them together or one at "
                                  "a time."),
                            safe});
  }
  return refusal;
}

void take_way(const Refusal& refusal, const Choice& choice, Session& session) {
  if (choice.question == Question::label && choice.answer == kClasses) {
    look_at_all_classes(session);
  } else if (choice.question == Question::label && choice.answer == kOne) {
    leave_classes(session);
  } else {
    session.answer(refusal.role.value_or(Role::image), choice.question, choice.answer);
  }
}

void look_at_all_classes(Session& session) {
  session.study.classes.emplace();
  session.prediction().threshold.reset();  // a cut prediction has no most likely class
  session.look.shown_class.reset();
}

void leave_classes(Session& session) {
  session.study.classes.reset();
  session.look.shown_class.reset();
  if (session.look.arrangement == Arrangement::class_sheet) {
    session.look.arrangement = Arrangement::single;
  }
}

}  // namespace lossscope
