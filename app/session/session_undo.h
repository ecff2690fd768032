// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QUndoCommand>
#include <functional>
#include <string>

#include "app/session/session.h"

namespace lossscope {

/// One undoable step: the session before and after it. Pushing it applies it.
class ChangeSession : public QUndoCommand {
 public:
  using Apply = std::function<void(const Session&)>;

  /// `apply` shows a session. Steps with the same `parameter` and the same `drag` merge into one, so that a drag is
  /// undone at once; `drag` 0 never merges. A drag that returns to its start leaves no step behind.
  ChangeSession(Session before, Session after, const QString& text, Apply apply, std::string parameter = {},
                std::uint64_t drag = 0);

  [[nodiscard]] const Session& before() const { return before_; }
  [[nodiscard]] const Session& after() const { return after_; }

  void undo() override;
  void redo() override;
  [[nodiscard]] int id() const override;
  bool mergeWith(const QUndoCommand* other) override;

 private:
  Session before_, after_;
  Apply apply_;
  std::string parameter_;
  std::uint64_t drag_;
};

}  // namespace lossscope
