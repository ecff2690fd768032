// SPDX-License-Identifier: Apache-2.0
#include "app/window/session_store.h"

#include "app/session/session_undo.h"

namespace lossscope {

SessionStore::SessionStore(QObject* parent) : QObject(parent) { undo_.setUndoLimit(500); }

void SessionStore::change(const QString& text, const Edit& edit, const std::string& parameter, std::uint64_t drag) {
  Session next = session_;
  edit(next);
  if (next == session_) {
    return;
  }
  undo_.push(new ChangeSession(
      session_, next, text, [this](const Session& session) { apply(session); }, parameter, drag));
}

void SessionStore::showLayer(OverlayLayer layer) {
  change(tr("layer"), [layer](Session& session) {
    session.layer = layer;
    session.range.locked = false;
  });
}

void SessionStore::look(const Edit& edit) {
  Session next = session_;
  edit(next);
  if (next != session_) {
    session_ = next;
    Q_EMIT changed(session_);
  }
}

void SessionStore::replace(const Session& session) {
  undo_.clear();
  session_ = session;
  Q_EMIT changed(session_);
}

void SessionStore::apply(const Session& session) {
  const bool same_case = session.mask == session_.mask && session.image == session_.image;
  const auto crosshair = session_.crosshair;
  session_ = session;
  if (same_case) {
    session_.crosshair = crosshair;  // undoing a parameter must not take the eye elsewhere
  }
  Q_EMIT changed(session_);
}

}  // namespace lossscope
