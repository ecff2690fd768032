// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_undo.h"

#include <utility>

namespace lossscope {
namespace {
constexpr int kMergeable = 0x10551;  // any number that no other command of the stack uses
}

ChangeSession::ChangeSession(Session before, Session after, const QString& text, Apply apply, std::string parameter,
                             std::uint64_t drag)
    : QUndoCommand(text),
      before_(std::move(before)),
      after_(std::move(after)),
      apply_(std::move(apply)),
      parameter_(std::move(parameter)),
      drag_(drag) {}

void ChangeSession::undo() { apply_(before_); }

void ChangeSession::redo() { apply_(after_); }

int ChangeSession::id() const { return drag_ == 0 ? -1 : kMergeable; }

bool ChangeSession::mergeWith(const QUndoCommand* other) {
  const auto* next = dynamic_cast<const ChangeSession*>(other);
  if (next == nullptr || next->drag_ != drag_ || next->parameter_ != parameter_) {
    return false;
  }
  after_ = next->after_;
  setObsolete(before_ == after_);
  return true;
}

}  // namespace lossscope
