// SPDX-License-Identifier: Apache-2.0
#include "widgets/contact_sheet.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>

namespace lossscope::widgets {

ContactSheet::ContactSheet(QWidget* parent) : SceneView(parent) {}

void ContactSheet::setSheet(Sheet sheet) {
  sheet_.setSheet(std::move(sheet));
  updateScene();
}

int ContactSheet::placeOf(const QString& id) const {
  const auto& cells = sheet_.sheet().cells;
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const SheetCell& cell) { return cell.id == id; });
  return found == cells.end() ? -1 : static_cast<int>(found - cells.begin());
}

void ContactSheet::setCurrent(const QString& id) {
  selected_ = std::max(0, placeOf(id));
  update();
}

QRectF ContactSheet::boxOf(const QString& id) const {
  const int place = placeOf(id);
  return place < 0 ? QRectF() : sheet_.boxes(size())[static_cast<std::size_t>(place)];
}

int ContactSheet::cellAt(QPointF position) const {
  const std::vector<QRectF> boxes = sheet_.boxes(size());
  const auto found =
      std::find_if(boxes.begin(), boxes.end(), [&](const QRectF& box) { return box.contains(position); });
  return found == boxes.end() ? -1 : static_cast<int>(found - boxes.begin());
}

void ContactSheet::paintMarks(QPainter& painter) {
  const std::vector<QRectF> boxes = sheet_.boxes(size());
  if (selected_ < static_cast<int>(boxes.size())) {
    painter.setPen(QPen(palette().color(QPalette::Highlight), hasFocus() ? 2 : 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(boxes[static_cast<std::size_t>(selected_)].adjusted(1.5, 0.5, -1.5, -0.5));
  }
}

void ContactSheet::mousePressEvent(QMouseEvent* event) {
  const int cell = cellAt(event->position());
  if (event->button() == Qt::LeftButton && cell >= 0) {
    selected_ = cell;
    update();
    Q_EMIT chosen(sheet().cells[static_cast<std::size_t>(cell)].id);
  }
}

void ContactSheet::keyPressEvent(QKeyEvent* event) {
  const std::vector<QRectF> boxes = sheet_.boxes(size());
  const int count = static_cast<int>(boxes.size());
  const int columns = static_cast<int>(
      std::count_if(boxes.begin(), boxes.end(), [&](const QRectF& box) { return box.top() == boxes[0].top(); }));
  const auto move = [&](int by) {
    if (selected_ + by >= 0 && selected_ + by < count) {
      selected_ += by;
      update();
    }
  };
  switch (event->key()) {
    case Qt::Key_Left:
      return move(-1);
    case Qt::Key_Right:
      return move(1);
    case Qt::Key_Up:
      return move(-columns);
    case Qt::Key_Down:
      return move(columns);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      if (selected_ < count) {
        Q_EMIT chosen(sheet().cells[static_cast<std::size_t>(selected_)].id);
      }
      return;
    default:
      SceneView::keyPressEvent(event);
  }
}

bool ContactSheet::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int cell = cellAt(help->pos());
    if (cell >= 0) {
      QToolTip::showText(help->globalPos(), sheet().cells[static_cast<std::size_t>(cell)].tooltip, this);
      return true;
    }
  }
  return SceneView::event(event);
}

}  // namespace lossscope::widgets
