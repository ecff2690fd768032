// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <optional>

#include "widgets/chart_painter.h"

namespace lossscope::widgets {

/// A chart on screen, in the palette's colours. Pointing at it, or the arrow keys, show values; a click, a drag or
/// Return picks the x under the pointer.
class ChartView : public QWidget {
  Q_OBJECT
 public:
  explicit ChartView(QWidget* parent = nullptr);

  void setChart(Chart chart);
  [[nodiscard]] const Chart& chart() const { return chart_; }
  void setVeiled(bool on);                   ///< faint: it is not the chart of what is shown elsewhere
  void setPlaceholder(const QString& text);  ///< shown where the chart has no series
  void setPickable(bool on);                 ///< whether a click means anything
  [[nodiscard]] ChartLayout chartLayout() const;
  [[nodiscard]] const std::optional<ChartHit>& hit() const { return hit_; }
  [[nodiscard]] QSize sizeHint() const override { return {420, 190}; }
  [[nodiscard]] QSize minimumSizeHint() const override { return {200, 110}; }

 Q_SIGNALS:
  void picked(double x, quint64 drag);  ///< one drag, one number
  void exportRequested();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void pointAt(QPointF position);
  void step(int by);
  [[nodiscard]] ChartColours colours() const;

  Chart chart_;
  QString placeholder_;
  std::optional<ChartHit> hit_;
  QPointF pointer_;
  bool pointing_ = false, pickable_ = false, veiled_ = false;
  quint64 drag_ = 0;
};

}  // namespace lossscope::widgets
