// SPDX-License-Identifier: Apache-2.0
#include "app/window/session_store.h"

#include <QSignalBlocker>
#include <algorithm>
#include <utility>

#include "app/session/session_undo.h"

namespace lossscope {

namespace {

/// A step that also says which document is on screen before and after it.
class Step final : public ChangeSession {
 public:
  Step(Session before, Session after, const QString& text, Apply apply, std::string parameter, std::uint64_t drag,
       std::uint64_t& shown, std::uint64_t document)
      : ChangeSession(std::move(before), std::move(after), text, std::move(apply), std::move(parameter), drag),
        shown_(shown),
        before_(shown),
        after_(document) {}
  void undo() override {
    shown_ = before_;
    ChangeSession::undo();
  }
  void redo() override {
    shown_ = after_;
    ChangeSession::redo();
  }

 private:
  std::uint64_t& shown_;  ///< of the store, which outlives its steps
  std::uint64_t before_, after_;
};

}  // namespace

SessionStore::SessionStore(QObject* parent) : QObject(parent) { undo_.setUndoLimit(500); }

void SessionStore::change(const QString& text, const Edit& edit, const std::string& parameter, std::uint64_t drag) {
  push(text, edit, parameter, drag, document_);
}

void SessionStore::begin(const QString& text, const Edit& edit) { push(text, edit, {}, 0, ++last_document_); }

void SessionStore::push(const QString& text, const Edit& edit, const std::string& parameter, std::uint64_t drag,
                        std::uint64_t document) {
  Session next = session_;
  edit(next);
  if (next.study != session_.study || next.prediction() != session_.prediction()) {
    next.look.playback.reset();  // the descent began from another prediction
  }
  if (next == session_ && document == document_) {
    return;
  }
  const bool nested = std::exchange(doing_, true);
  undo_.push(new Step(
      session_, next, text, [this](const Session& session) { apply(session); }, parameter, drag, document_, document));
  doing_ = nested;
}

void SessionStore::showLayer(OverlayLayer layer) {
  change(tr("layer"), [layer](Session& session) {
    session.look.layer = layer;
    session.look.range.locked = false;
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
  document_ = ++last_document_;
  session_ = session;
  Q_EMIT changed(session_);
}

History SessionStore::history(std::size_t around) const {
  const auto count = static_cast<std::size_t>(undo_.count()), index = static_cast<std::size_t>(undo_.index());
  const std::size_t begin = index > around ? index - around : 0, end = std::min(index + around, count);
  const auto command = [this](std::size_t at) {
    // The stack holds only commands of this type.
    return static_cast<const ChangeSession*>(undo_.command(static_cast<int>(at)));
  };
  History history{begin < end ? command(begin)->before() : session_, {}, index - begin, session_};
  for (std::size_t at = begin; at < end; ++at) {
    history.steps.push_back({command(at)->text().toStdString(), command(at)->after()});
  }
  return history;
}

void SessionStore::restore(const History& history) {
  {
    const QSignalBlocker quiet(this);  // listeners see only the end
    undo_.clear();
    document_ = ++last_document_;
    const Session* before = &history.first;
    for (const History::Step& step : history.steps) {
      undo_.push(new Step(
          *before, step.after, QString::fromStdString(step.text), [this](const Session& session) { apply(session); },
          {}, 0, document_, document_));
      before = &step.after;
    }
    undo_.setIndex(static_cast<int>(history.index));
    session_ = history.now;
  }
  Q_EMIT changed(session_);
}

void SessionStore::apply(const Session& session) {
  const Session before = std::exchange(session_, session);
  const bool again = !doing_;  // undone or redone, not done: a demo's step says where one looks
  if (again && session.study.image == before.study.image && session.study.mask == before.study.mask) {
    session_.look.crosshair = before.look.crosshair;  // undoing a parameter must not take the eye elsewhere
    session_.look.display.tab = before.look.display.tab;
  }
  Q_EMIT changed(session_);
}

}  // namespace lossscope
