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

  /// `path` as chosen and its name for a person; `loaded` what the reader said of it, null while it is not read.
  void show(const QString& path, const QString& name, const LoadedVolume* loaded);

 Q_SIGNALS:
  void openRequested(lossscope::Role role);
  void removeRequested(lossscope::Role role);
  void useAsRequested(lossscope::Role from, lossscope::Role to);

 private:
  Role role_;
  QLabel* name_ = nullptr;
  QLabel* details_ = nullptr;
  QToolButton* menu_ = nullptr;
};

}  // namespace lossscope
