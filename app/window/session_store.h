// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QUndoStack>
#include <functional>

#include "app/session/history.h"

namespace lossscope {

/// The window's one session. Every change but a moved crosshair is an undoable step; whoever shows something of it
/// listens to `changed`.
class SessionStore : public QObject {
  Q_OBJECT
 public:
  explicit SessionStore(QObject* parent = nullptr);

  [[nodiscard]] const Session& session() const { return session_; }
  [[nodiscard]] QUndoStack* undoStack() { return &undo_; }

  using Edit = std::function<void(Session&)>;
  /// Changes the session by an undoable step. Steps of one `drag` of the same `parameter` merge; 0 never merges.
  void change(const QString& text, const Edit& edit, const std::string& parameter = {}, std::uint64_t drag = 0);
  /// The same for a step that begins another case: from here on it is another document.
  void begin(const QString& text, const Edit& edit);
  /// Which document is on screen: a number that undo and redo take back and forth with the session.
  [[nodiscard]] std::uint64_t document() const { return document_; }
  /// Shows another layer; it has another unit, so a locked range is let go.
  void showLayer(OverlayLayer layer);
  /// Changes where one looks: not undoable.
  void look(const Edit& edit);
  /// Starts over with another session; the undo history ends.
  void replace(const Session& session);
  /// The session with up to `around` steps before it and as many to redo.
  [[nodiscard]] History history(std::size_t around) const;
  /// Starts over with another session and its steps.
  void restore(const History& history);

 Q_SIGNALS:
  void changed(const lossscope::Session& session);

 private:
  void apply(const Session& session);
  void push(const QString& text, const Edit& edit, const std::string& parameter, std::uint64_t drag,
            std::uint64_t document);

  Session session_;
  std::uint64_t document_ = 0, last_document_ = 0;
  QUndoStack undo_;
  bool doing_ = false;  ///< a new step, not one that is undone or redone
};

}  // namespace lossscope
