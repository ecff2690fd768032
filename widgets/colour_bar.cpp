// SPDX-License-Identifier: Apache-2.0
#include "widgets/colour_bar.h"

#include <QLineEdit>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/transfer_function.h"

namespace lossscope::widgets {
namespace {

constexpr double kReach = 0.2;  ///< part of the bar at each end that takes hold of it
constexpr int kEditorWidth = 120;

}  // namespace

ColourBar::ColourBar(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setContextMenuPolicy(Qt::CustomContextMenu);
  setMouseTracking(true);
  setToolTip(tr("Drag an end of the colours, or double-click it to type a number; right click for more"));
}

void ColourBar::setScale(const ColourScale& scale) {
  if (scale != scale_) {
    scale_ = scale;
    update();
  }
}

void ColourBar::setNonFinite(qint64 count) {
  non_finite_ = count;
  update();
}

QSize ColourBar::sizeHint() const { return {360, colour_bar_height(fontMetrics())}; }
QSize ColourBar::minimumSizeHint() const { return {200, sizeHint().height()}; }

QRectF ColourBar::box() const { return QRectF(rect()).adjusted(4, 0, -16, 0); }

QRectF ColourBar::place() const { return colour_bar_place(box(), QFontMetricsF(font()), scale_, non_finite_); }

void ColourBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QPalette::ColorGroup group = scale_.known ? QPalette::Active : QPalette::Disabled;
  paint_colour_bar(painter, box(), scale_, non_finite_,
                   {palette().color(group, QPalette::WindowText), palette().color(QPalette::Mid)});
}

ColourBar::End ColourBar::endAt(QPointF position) const {
  if (!scale_.classes.empty()) {
    return End::none;
  }
  const QRectF bar = place();
  const double share = (position.x() - bar.left()) / bar.width();
  const double margin = 12 / bar.width();  // the arrow beyond the end belongs to it
  return share < -margin || share > 1 + margin ? End::none
         : share <= kReach                     ? End::low
         : share >= 1 - kReach                 ? End::high
                                               : End::none;
}

void ColourBar::mousePressEvent(QMouseEvent* event) {
  held_ = event->button() == Qt::LeftButton ? endAt(event->position()) : End::none;
  from_ = scale_;
  pressed_ = event->position();
  ++drag_;
}

void ColourBar::mouseMoveEvent(QMouseEvent* event) {
  if (held_ == End::none) {
    setCursor(endAt(event->position()) == End::none ? Qt::ArrowCursor : Qt::SizeHorCursor);
    return;
  }
  // By what the pointer moved on the scale as it was: the end that was taken hold of follows it.
  const double moved = (event->position().x() - pressed_.x()) / place().width();
  const TransferFunction before(from_);
  moveEnd(held_, before.value(held_ == End::high ? 1 + moved : moved));
}

void ColourBar::moveEnd(End end, double value) {
  double low = from_.minimum, high = from_.maximum;
  const bool symmetric = low < 0 && low == -high;
  const double least = 1e-6 * (high - low);
  if (symmetric) {
    high = std::max(least, end == End::high ? value : -value);
    low = -high;
  } else if (end == End::high) {
    high = std::max(value, low + least);
  } else {
    low = std::min(from_.minimum >= 0 ? std::max(0.0, value) : value, high - least);
  }
  if (std::isfinite(low) && std::isfinite(high) && low < high) {
    Q_EMIT rangeChosen(low, high, drag_);
  }
}

void ColourBar::mouseReleaseEvent(QMouseEvent*) { held_ = End::none; }

void ColourBar::mouseDoubleClickEvent(QMouseEvent* event) {
  const QRectF bar = place();
  if (event->button() == Qt::LeftButton && scale_.classes.empty() && event->position().x() >= bar.left() - 12) {
    edit(event->position().x() < bar.center().x() ? End::low : End::high);
  }
}

void ColourBar::edit(End end) {
  held_ = End::none;
  from_ = scale_;
  ++drag_;
  auto* editor = new QLineEdit(this);
  editor->setObjectName(end == End::low ? QStringLiteral("rangeLow") : QStringLiteral("rangeHigh"));
  editor->setText(QLocale::c().toString(end == End::low ? scale_.minimum : scale_.maximum, 'g', 6));
  const QRectF bar = place();
  const int left = static_cast<int>(end == End::low ? bar.left() : bar.right() - kEditorWidth);
  editor->setGeometry(std::max(0, left), 0, kEditorWidth, height());
  editor->selectAll();
  editor->show();
  editor->setFocus();
  connect(editor, &QLineEdit::returnPressed, this, [this, editor, end] {
    bool known = false;
    const double value = QLocale::c().toDouble(editor->text().trimmed(), &known);
    const bool fits =
        known && std::isfinite(value) && (end == End::low ? value < from_.maximum : value > from_.minimum);
    if (!fits) {
      editor->setToolTip(tr("a number %1 the other end").arg(end == End::low ? tr("below") : tr("above")));
      editor->setStyleSheet(QStringLiteral("QLineEdit { border: 2px solid #d55e00; }"));
      editor->selectAll();
      return;
    }
    editor->deleteLater();
    Q_EMIT rangeChosen(end == End::low ? value : from_.minimum, end == End::high ? value : from_.maximum, drag_);
  });
  connect(editor, &QLineEdit::editingFinished, editor, [editor] {
    if (!editor->hasFocus()) {
      editor->deleteLater();
    }
  });
}

}  // namespace lossscope::widgets
