// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "widgets/chart_painter.h"
#include "widgets/scene.h"

namespace lossscope::widgets {

/// A chart as a panel of a figure.
class ChartScene : public Scene {
 public:
  explicit ChartScene(Chart chart) : chart_(std::move(chart)) {}
  void paint(QPainter& painter, QSizeF size, double /*pixels*/) override {
    painter.save();
    QFont font = picture_font();
    font.setPixelSize(10);
    painter.setFont(font);
    paint_chart(painter, QRectF(QPointF(0, 0), size), chart_);
    painter.restore();
  }

 private:
  Chart chart_;
};

}  // namespace lossscope::widgets
