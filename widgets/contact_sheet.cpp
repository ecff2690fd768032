// SPDX-License-Identifier: Apache-2.0
#include "widgets/contact_sheet.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <utility>

namespace lossscope::widgets {

ContactSheet::ContactSheet(QWidget* parent) : SceneView(parent), scroll_(new QScrollBar(Qt::Vertical, this)) {
  scroll_->hide();
  scroll_->setFocusPolicy(Qt::NoFocus);
  connect(scroll_, &QScrollBar::valueChanged, this, [this](int row) {
    sheet_.setFirstRow(row);
    updateScene();
  });
}

void ContactSheet::setSheet(Sheet sheet) {
  sheet_.setSheet(std::move(sheet));
  showRows();
  updateScene();
}

void ContactSheet::setTextSize(int pixels) {
  SceneView::setTextSize(pixels);
  showRows();
  bringIntoView(selected_);  // fewer rows may be seen now
}

void ContactSheet::showRows() {
  const SheetPlan now = plan();
  scroll_->setRange(0, now.all_rows - now.rows);
  scroll_->setPageStep(now.rows);
  scroll_->setGeometry(width() - SheetScene::kScrollRoom, 0, SheetScene::kScrollRoom, height());
  scroll_->setVisible(now.scrolls());
}

void ContactSheet::bringIntoView(int cell) {
  const SheetPlan now = plan();
  const int row = cell / now.columns;
  scroll_->setValue(std::clamp(scroll_->value(), row - now.rows + 1, row));
}

int ContactSheet::placeOf(const QString& id) const {
  const auto& cells = sheet_.sheet().cells;
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const SheetCell& cell) { return cell.id == id; });
  return found == cells.end() ? -1 : static_cast<int>(found - cells.begin());
}

void ContactSheet::setCurrent(const QString& id) {
  const int place = std::max(0, placeOf(id));
  if (std::exchange(selected_, place) != place) {
    bringIntoView(place);
  }
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
  if (selected_ < static_cast<int>(boxes.size()) && !boxes[static_cast<std::size_t>(selected_)].isNull()) {
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
  const int count = static_cast<int>(sheet().cells.size()), columns = plan().columns;
  const auto move = [&](int by) {
    if (selected_ + by >= 0 && selected_ + by < count) {
      selected_ += by;
      bringIntoView(selected_);
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

/// A row a notch: of a scroll bar's usual three, some would never be seen.
void ContactSheet::wheelEvent(QWheelEvent* event) {
  constexpr int kNotch = 120;
  turned_ += event->angleDelta().y();
  const int rows = turned_ / kNotch;
  turned_ -= rows * kNotch;
  scroll_->setValue(scroll_->value() - rows);
  event->accept();
}

void ContactSheet::resizeEvent(QResizeEvent* event) {
  SceneView::resizeEvent(event);
  showRows();
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
