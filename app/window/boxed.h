// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QBoxLayout>
#include <QWidget>
#include <initializer_list>

namespace lossscope {

/// Widgets side by side or one below the other, without a margin around them.
inline QWidget* boxed(QBoxLayout::Direction direction, int spacing, std::initializer_list<QWidget*> widgets) {
  auto* content = new QWidget;
  auto* layout = new QBoxLayout(direction, content);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(spacing);
  for (QWidget* widget : widgets) {
    layout->addWidget(widget);
  }
  return content;
}

}  // namespace lossscope
