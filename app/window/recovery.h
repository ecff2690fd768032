// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include "app/session/journal.h"

namespace lossscope {

class MainWindow;

/// Where journals lie: the user's data folder.
[[nodiscard]] std::filesystem::path journal_folder();

/// Keeps the window's journal, and offers what an instance that did not end properly left behind.
class Recovery : public QObject {
  Q_OBJECT
 public:
  Recovery(MainWindow& window, const std::filesystem::path& folder, QObject* parent = nullptr);

  /// Shows a bar with the newest abandoned session, when there is one.
  void offer();
  /// Brings back the newest abandoned session with its steps at once. False when there is none.
  bool restore();

 private:
  void steppedOrMerged(int index);
  bool record();

  MainWindow& window_;
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> set_aside_;  ///< journals that could not be read
  std::optional<AbandonedJournal> abandoned_;     ///< found before our own journal is begun, so that it is not it
  Journal journal_;
  bool told_ = false;  ///< that recovery is off
  QTimer later_;       ///< drags and looking around are recorded twice a second
  int index_ = 0, count_ = 0;
};

}  // namespace lossscope
