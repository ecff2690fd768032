// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <functional>

class QHBoxLayout;

namespace lossscope {

/// A sentence above the views that waits for an answer; it goes with the first button pressed.
class NoticeBar : public QFrame {
  Q_OBJECT
 public:
  NoticeBar(const QString& name, const QString& sentence, QWidget* parent = nullptr);
  void addButton(const QString& name, const QString& label, const QString& tool_tip, std::function<void()> run);

 private:
  QHBoxLayout* layout_;
};

}  // namespace lossscope
