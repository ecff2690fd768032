// SPDX-License-Identifier: Apache-2.0
#include "widgets/chart_view.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <algorithm>
#include <utility>

namespace lossscope::widgets {

ChartView::ChartView(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ChartView::setChart(Chart chart) {
  chart_ = std::move(chart);
  hit_ = pointing_ ? chart_hit(chart_, chartLayout(), pointer_) : std::nullopt;
  update();
}

void ChartView::setPlaceholder(const QString& text) {
  placeholder_ = text;
  update();
}

void ChartView::setVeiled(bool on) {
  if (std::exchange(veiled_, on) != on) {
    update();
  }
}

void ChartView::setPickable(bool on) { pickable_ = on; }

ChartLayout ChartView::chartLayout() const { return layout_chart(chart_, QRectF(rect()), font()); }

ChartColours ChartView::colours() const {
  const QPalette& from = palette();
  ChartColours colours;
  colours.background = from.color(QPalette::Base);
  colours.text = from.color(QPalette::Text);
  colours.muted = from.color(QPalette::PlaceholderText);
  colours.grid = from.color(QPalette::Button);
  return colours;
}

void ChartView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (chart_.empty()) {
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap, placeholder_);
    return;
  }
  paint_chart(painter, QRectF(rect()), chart_, colours());
  if (hit_) {
    painter.setRenderHint(QPainter::Antialiasing);
    paint_hit(painter, chart_, chartLayout(), *hit_, colours());
  }
  if (hasFocus()) {
    painter.setPen(palette().color(QPalette::Highlight));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
  if (veiled_) {
    QColor veil = palette().color(QPalette::Base);
    veil.setAlphaF(0.6F);
    painter.fillRect(rect(), veil);
  }
}

void ChartView::pointAt(QPointF position) {
  pointer_ = position;
  pointing_ = true;
  hit_ = chart_hit(chart_, chartLayout(), position);
  update();
}

void ChartView::mousePressEvent(QMouseEvent* event) {
  pointAt(event->position());
  if (event->button() == Qt::LeftButton && pickable_ && hit_) {
    Q_EMIT picked(chartLayout().x.value(event->position().x()), ++drag_);
  }
}

void ChartView::mouseMoveEvent(QMouseEvent* event) {
  pointAt(event->position());
  if ((event->buttons() & Qt::LeftButton) && pickable_ && !chart_.empty()) {
    const ChartLayout layout = chartLayout();
    const double x = std::clamp(event->position().x(), layout.plot.left(), layout.plot.right());
    Q_EMIT picked(layout.x.value(x), drag_);
  }
}

void ChartView::step(int by) {
  const ChartLayout layout = chartLayout();
  if (chart_.empty() || chart_.series[0].x.empty()) {
    return;
  }
  const double here = hit_ ? layout.x.pixel(hit_->x) : layout.plot.center().x();
  const double low = hit_ ? hit_->x : layout.x.value(here);
  // To the nearest sample on that side, of any series.
  double wanted = low;
  for (const ChartSeries& series : chart_.series) {
    const bool bins = series.x.size() > series.y.size();
    for (std::size_t at = 0; at < series.y.size(); ++at) {
      const double x = bins ? (series.x[at] + series.x[at + 1]) / 2 : series.x[at];
      const bool beyond = by > 0 ? x > low && (wanted == low || x < wanted) : x < low && (wanted == low || x > wanted);
      wanted = beyond ? x : wanted;
    }
  }
  pointAt({layout.x.pixel(wanted), layout.plot.center().y()});
}

void ChartView::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
    step(event->key() == Qt::Key_Right ? 1 : -1);
  } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && pickable_ && hit_) {
    Q_EMIT picked(hit_->x, ++drag_);
  } else {
    QWidget::keyPressEvent(event);
  }
}

void ChartView::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  menu.addAction(tr("Export chart ..."), this, &ChartView::exportRequested)->setEnabled(!chart_.empty());
  menu.exec(event->globalPos());
}

void ChartView::leaveEvent(QEvent* event) {
  pointing_ = false;
  hit_.reset();
  update();
  QWidget::leaveEvent(event);
}

}  // namespace lossscope::widgets
