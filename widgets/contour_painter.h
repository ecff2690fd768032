// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QPainter>
#include <QPainterPath>
#include <QTransform>

namespace lossscope::widgets {

/// The outlines of mask and prediction, in their colours over a dark line that keeps them legible on any colour.
struct Contours {
  QPainterPath mask, prediction;  ///< voxels
  QTransform place;               ///< from voxels to the painter's units
  double width = 1.5;             ///< of the coloured line, in the painter's units

  bool operator==(const Contours&) const = default;
};

/// Paints contours, and keeps them as a picture: drawing lines is most of what a slice costs, and while a parameter is
/// dragged or another view steps they stay where they are.
class ContourPainter {
 public:
  /// Draws into the rectangle from (0, 0) to `size`, with `pixels` physical pixels for each of the painter's units.
  void paint(QPainter& painter, QSizeF size, double pixels, const Contours& contours);

 private:
  Contours kept_;
  QImage layer_;  ///< of `kept_`, transparent elsewhere; null before the first
};

}  // namespace lossscope::widgets
