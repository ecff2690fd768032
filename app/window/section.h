// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QScrollArea>

namespace lossscope {

/// The heading of a part of a panel: the same everywhere.
[[nodiscard]] inline QLabel* section_title(const QString& text) {
  auto* title = new QLabel(text);
  QFont font = title->font();
  font.setBold(true);
  title->setFont(font);
  title->setContentsMargins(0, 6, 0, 0);
  return title;
}

/// `content` in an area that scrolls up and down only.
[[nodiscard]] inline QScrollArea* scrolling(QWidget* content) {
  auto* area = new QScrollArea;
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->setWidgetResizable(true);
  area->setWidget(content);
  return area;
}

}  // namespace lossscope
