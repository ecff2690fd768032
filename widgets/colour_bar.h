// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>
#include <QWidget>

#include "widgets/picture.h"

namespace lossscope::widgets {

struct BarColours {
  QColor text, frame;
};

/// The colours of a scale with round tick values below them, its title, unit and power of ten at the left, how many
/// voxels lie beyond its ends (arrows point there) and how many are not finite; in `box`, of which the numbers below
/// use about 30 pixels.
void paint_colour_bar(QPainter& painter, QRectF box, const ColourScale& scale, qint64 non_finite,
                      const BarColours& colours);

/// Where the colours lie in the box of paint_colour_bar, and how high that should be.
[[nodiscard]] QRectF colour_bar_place(QRectF box, const QFontMetricsF& metrics, const ColourScale& scale,
                                      qint64 non_finite);
[[nodiscard]] int colour_bar_height(const QFontMetrics& metrics);
[[nodiscard]] QString non_finite_text(qint64 count);  ///< empty for none

/// The colours of a scale between its two ends, in one line of text, in the painter's pen; arrows where values lie
/// beyond.
void paint_range(QPainter& painter, QRectF row, const ColourScale& scale);
/// Only the colours in `bar` and the numbers below it; what they are of says `colour_heading`: title, unit and the
/// power of ten that the numbers leave out.
void paint_colour_scale(QPainter& painter, QRectF bar, const ColourScale& scale, const BarColours& colours);
[[nodiscard]] QString colour_heading(const ColourScale& scale);

/// The colours of a scale with round tick values, title and unit; horizontal. Paints with the palette's text colour.
/// Its ends are dragged, or typed after a double click: whoever owns the range hears of it and sets a new scale.
class ColourBar : public QWidget {
  Q_OBJECT
 public:
  explicit ColourBar(QWidget* parent = nullptr);
  void setScale(const ColourScale& scale);
  void setNonFinite(qint64 count);  ///< shown beside the bar when not 0
  [[nodiscard]] const ColourScale& scale() const { return scale_; }
  [[nodiscard]] QRectF place() const;  ///< of the colours, in the widget
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void rangeChosen(double low, double high, quint64 drag);  ///< low < high; one drag, one number

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;

 private:
  enum class End { none, low, high };
  [[nodiscard]] QRectF box() const;
  [[nodiscard]] End endAt(QPointF position) const;
  void moveEnd(End end, double value);
  void edit(End end);

  ColourScale scale_;
  qint64 non_finite_ = 0;
  End held_ = End::none;
  ColourScale from_;  ///< when the end was taken hold of
  QPointF pressed_;
  quint64 drag_ = 0;
};

}  // namespace lossscope::widgets
