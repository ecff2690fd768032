// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;

namespace lossscope {

/// Stands above the views while they show a descent, and says so.
class DescentBanner : public QFrame {
  Q_OBJECT
 public:
  explicit DescentBanner(QWidget* parent = nullptr);
  void say(const QString& sentence);  ///< hidden without one

 Q_SIGNALS:
  void leaveRequested();

 private:
  QLabel* says_ = nullptr;
};

}  // namespace lossscope
