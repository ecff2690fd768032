// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QBoxLayout>
#include <QWidget>
#include <algorithm>

namespace lossscope {

/// Two groups of controls in one line, or one below the other where a line has no room for both.
class FoldingRow : public QWidget {
 public:
  FoldingRow(QWidget* first, QWidget* second) : first_(first), second_(second) {
    both_ = new QBoxLayout(QBoxLayout::LeftToRight, this);
    both_->setContentsMargins(6, 2, 6, 0);
    both_->setSpacing(4);
    both_->addWidget(first);
    both_->addWidget(second, 1);
  }
  [[nodiscard]] QSize minimumSizeHint() const override {
    const QMargins around = both_->contentsMargins();
    const int widest = std::max(first_->minimumSizeHint().width(), second_->minimumSizeHint().width());
    return {widest + around.left() + around.right(), QWidget::minimumSizeHint().height()};
  }

 protected:
  void resizeEvent(QResizeEvent* event) override {
    const QMargins around = both_->contentsMargins();
    const int needed =
        first_->sizeHint().width() + both_->spacing() + second_->sizeHint().width() + around.left() + around.right();
    both_->setDirection(needed > width() ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    QWidget::resizeEvent(event);
  }

 private:
  QWidget* first_;
  QWidget* second_;
  QBoxLayout* both_ = nullptr;
};

}  // namespace lossscope
