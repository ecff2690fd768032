// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace lossscope {

/// What the window shows before a case is open: what to do, in one glance.
class EmptyState : public QWidget {
  Q_OBJECT
 public:
  explicit EmptyState(QWidget* parent = nullptr);

 Q_SIGNALS:
  void openRequested();
  void sampleRequested();

 protected:
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace lossscope
