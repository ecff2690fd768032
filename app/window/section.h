// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QEvent>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>

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

/// Scrolls up and down only, and so is as wide as its content needs, beside the bar.
class DownScroll : public QScrollArea {
 public:
  [[nodiscard]] QSize minimumSizeHint() const override {
    QSize least = QScrollArea::minimumSizeHint();
    if (widget() != nullptr) {
      least.setWidth(widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width());
    }
    return least;
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (watched == widget() && event->type() == QEvent::LayoutRequest) {
      updateGeometry();
    }
    return QScrollArea::eventFilter(watched, event);
  }
};

/// `content` in an area that scrolls up and down only.
[[nodiscard]] inline QScrollArea* scrolling(QWidget* content) {
  auto* area = new DownScroll;
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->setWidgetResizable(true);
  area->setWidget(content);
  return area;
}

}  // namespace lossscope
