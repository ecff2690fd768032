// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/figures/case_text.h"
#include "app/io/case.h"

class QLabel;
class QToolButton;

namespace lossscope {

/// One input of the case: its role, file and grid, and a menu to open, reassign or remove it.
class InputRow : public QWidget {
  Q_OBJECT
 public:
  InputRow(Role role, const QString& title, QWidget* parent = nullptr);

  /// The file of the session that is on screen, of which the reader said `loaded`, and below it the one that was asked
  /// for in its place and is not there (yet).
  void show(const Session& shown, const Session& asked, const LoadedVolume& loaded);

 Q_SIGNALS:
  void openRequested(lossscope::Role role);
  void removeRequested(lossscope::Role role);
  void useAsRequested(lossscope::Role from, lossscope::Role to);

 private:
  Role role_;
  QLabel* name_ = nullptr;
  QLabel* details_ = nullptr;
  QLabel* asked_ = nullptr;
  QToolButton* menu_ = nullptr;
};

}  // namespace lossscope
