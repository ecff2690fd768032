// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <algorithm>

namespace lossscope {

/// A box that may be narrower than its words: they end in "…" then, and are not cut within a letter.
class ElidedCombo : public QComboBox {
 public:
  /// `letters`: of which it has room at least, however long its words are.
  explicit ElidedCombo(int letters = 0) {
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(letters);
  }

  [[nodiscard]] QSize minimumSizeHint() const override {
    constexpr int kFewest = 5;
    QSize least = QComboBox::minimumSizeHint();
    least.rwidth() -=
        fontMetrics().horizontalAdvance(QLatin1Char('X')) * std::max(0, minimumContentsLength() - kFewest);
    return least;
  }

 protected:
  void paintEvent(QPaintEvent* /*event*/) override {
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    if (currentIndex() < 0) {
      option.palette.setBrush(QPalette::ButtonText, option.palette.placeholderText());
      option.currentText = placeholderText();
    }
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const QRect field = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    constexpr int kMargin = 4;
    option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, field.width() - kMargin);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
  }
};

}  // namespace lossscope
