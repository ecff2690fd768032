// SPDX-License-Identifier: Apache-2.0
#include "app/window/recovery.h"

#include <QDateTime>
#include <QLocale>
#include <QStandardPaths>
#include <chrono>

#include "app/window/input_row.h"
#include "app/window/main_window.h"
#include "app/window/notice_bar.h"

namespace lossscope {
namespace {

constexpr int kLaterMilliseconds = 500;
constexpr std::size_t kStepsKept = 100;  ///< before and after the present one

QString files_of(const Session& session) {
  QStringList names;
  for (const Role role : {Role::image, Role::mask, Role::prediction}) {
    const std::string path = session.path_of(role);
    const QString name = input_name(QString::fromStdString(path));
    if (!path.empty() && !names.contains(name)) {
      names << name;
    }
  }
  return names.join(QStringLiteral(" + "));
}

QString moment(std::filesystem::file_time_type time) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::file_clock::to_sys(time).time_since_epoch());
  return QLocale().toString(QDateTime::fromSecsSinceEpoch(seconds.count()), QLocale::ShortFormat);
}

/// A sentence above the views, until it is dismissed.
void tell_of_recovery(MainWindow& window, const QString& name, const QString& sentence) {
  auto* bar = new NoticeBar(name, sentence);
  bar->addButton(name + QStringLiteral("Dismiss"), Recovery::tr("Dismiss"), {}, [] {});
  window.showNotice(bar);
}

}  // namespace

std::filesystem::path journal_folder() {
  const QString data = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
  return std::filesystem::path(data.toStdString()) / "journals";
}

Recovery::Recovery(MainWindow& window, const std::filesystem::path& folder, QObject* parent)
    : QObject(parent),
      window_(window),
      folder_(folder),
      abandoned_(newest_abandoned_journal(folder, &set_aside_)),
      journal_(folder) {
  later_.setSingleShot(true);
  later_.setInterval(kLaterMilliseconds);
  connect(&later_, &QTimer::timeout, this, &Recovery::record);
  connect(window.store().undoStack(), &QUndoStack::indexChanged, this, &Recovery::steppedOrMerged);
  connect(&window.store(), &SessionStore::changed, this, [this] {
    if (!later_.isActive()) {
      later_.start();
    }
  });
}

void Recovery::steppedOrMerged(int index) {
  const int count = window_.store().undoStack()->count();
  const bool merged = index == index_ && count == count_;
  index_ = index;
  count_ = count;
  if (!merged) {
    record();
  } else if (!later_.isActive()) {
    later_.start();
  }
}

bool Recovery::record() {
  later_.stop();
  const bool recorded = journal_.record(window_.store().history(kStepsKept));
  if (!recorded && !std::exchange(told_, true)) {
    tell_of_recovery(
        window_, QStringLiteral("recoveryOff"),
        tr("Recovery is off: %1 cannot be written (%2). What you do now does not come back after a crash; save the "
           "session.")
            .arg(QString::fromStdString(displayable(folder_.string())), QString::fromStdString(journal_.problem())));
  }
  return recorded;
}

void Recovery::offer() {
  for (const std::filesystem::path& file : set_aside_) {
    tell_of_recovery(window_, QStringLiteral("recoverySetAside"),
                     tr("What an earlier LossScope noted for recovery cannot be read. It was set aside: %1")
                         .arg(QString::fromStdString(displayable(file.string()))));
  }
  if (!abandoned_) {
    return;
  }
  const AbandonedJournal& newest = *abandoned_;
  auto* bar = new NoticeBar(QStringLiteral("recoveryBar"),
                            tr("LossScope did not end properly on %1: %2. Steps to undo: %3.")
                                .arg(moment(newest.last_written()), files_of(newest.history().now))
                                .arg(newest.history().index));
  bar->addButton(QStringLiteral("restoreSession"), tr("Restore"),
                 tr("Show what was on screen, with its steps for undo and redo"), [this] { restore(); });
  bar->addButton(QStringLiteral("discardSession"), tr("Discard"), tr("Forget that session"), [this] {
    abandoned_->discard();
    abandoned_.reset();
  });
  window_.showNotice(bar);
}

bool Recovery::restore() {
  if (!abandoned_) {
    return false;
  }
  const History history = abandoned_->history();
  SessionStore& store = window_.store();
  if (store.undoStack()->count() == 0) {
    store.restore(history);
  } else {  // an undoable step, so that what was done since the start is not lost
    store.begin(tr("restore the session"), [&](Session& session) { session = history.now; });
  }
  if (record()) {
    abandoned_->discard();  // it is part of our own journal now
  }
  abandoned_.reset();
  return true;
}

}  // namespace lossscope
