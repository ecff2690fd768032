// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>
#include <QWidget>

#include "widgets/picture.h"

namespace lossscope::widgets {

struct BarColours {
  QColor text, frame;
};

/// The colours of a scale with round tick values below them, its title, unit and power of ten at the left, and how many
/// voxels are not finite; in `box`, of which the numbers below use about 30 pixels.
void paint_colour_bar(QPainter& painter, QRectF box, const ColourScale& scale, qint64 non_finite,
                      const BarColours& colours);

/// The colours of a scale between its two ends, in one line of text, in the painter's pen.
void paint_range(QPainter& painter, QRectF row, const ColourScale& scale);
/// Only the colours in `bar` and the numbers below it; what they are of says `colour_heading`: title, unit and the
/// power of ten that the numbers leave out.
void paint_colour_scale(QPainter& painter, QRectF bar, const ColourScale& scale, const BarColours& colours);
[[nodiscard]] QString colour_heading(const ColourScale& scale);

/// The colours of a scale with round tick values, title and unit; horizontal. Paints with the palette's text colour.
class ColourBar : public QWidget {
  Q_OBJECT
 public:
  explicit ColourBar(QWidget* parent = nullptr);
  void setScale(const ColourScale& scale);
  void setNonFinite(qint64 count);  ///< shown beside the bar when not 0
  [[nodiscard]] const ColourScale& scale() const { return scale_; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  ColourScale scale_;
  qint64 non_finite_ = 0;
};

}  // namespace lossscope::widgets
