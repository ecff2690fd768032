// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QPainter>
#include <QPainterPath>
#include <QTransform>
#include <vector>

namespace lossscope::widgets {

/// The outlines of mask and prediction in their colours: thin, and dashed where they would hide the rim between them.
struct Contours {
  QPainterPath mask, prediction;  ///< voxels
  QTransform place;               ///< from voxels to the painter's units
  double width = 1;               ///< of a line, in the painter's units

  bool operator==(const Contours&) const = default;
};

/// Paints contours and keeps the pictures: drawing lines is most of the time that a slice takes, and they do not change
/// while a parameter is dragged or another view steps. Views that show the same slice may share one painter.
class ContourPainter {
 public:
  void keep(std::size_t pictures) { kept_ = pictures; }  ///< > 0. 1 by default, enough for a painter that one view uses
  /// Draws into the rectangle from (0, 0) to `size`, with `pixels` physical pixels for each of the painter's units.
  void paint(QPainter& painter, QSizeF size, double pixels, const Contours& contours);

 private:
  struct Layer {
    Contours of;
    QImage picture;  ///< transparent where no line is
  };
  [[nodiscard]] const QImage& layer(QSize physical, double pixels, const Contours& contours);

  std::vector<Layer> layers_;  ///< the pictures that are kept, the latest first
  std::size_t kept_ = 1;
};

}  // namespace lossscope::widgets
