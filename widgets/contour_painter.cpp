// SPDX-License-Identifier: Apache-2.0
#include "widgets/contour_painter.h"

#include <utility>

#include "basics/trace.h"
#include "widgets/picture.h"
#include "widgets/polyline.h"
#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

constexpr double kInvisible = 0.08;  ///< physical pixels that no eye tells from none

/// Each segment for itself on a screen: Qt draws those many times faster than the outline of a line with joints, and
/// with square ends they leave no gaps.
void stroke(QPainter& painter, const QList<QLineF>& segments, const QColor& colour, double width) {
  painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap));
  painter.drawLines(segments);
}

void stroke(QPainter& painter, const QPainterPath& path, const QColor& colour, double width) {
  painter.strokePath(path, QPen(colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
}

/// In the colour, over a wider dark line.
template <class Line>
void draw(QPainter& painter, const Line& line, const QColor& colour, double width) {
  stroke(painter, line, Qt::black, 2.2 * width);
  stroke(painter, line, colour, width);
}

/// `pixels`: physical ones for each of the painter's units.
void draw(QPainter& painter, double pixels, const Contours& contours) {
  const trace::Span span(trace::Category::paint, "draw the contours");
  for (const auto& [path, colour] : {std::pair(&contours.mask, mask_colour()),
                                     std::pair(&contours.prediction, prediction_colour())}) {
    const QPainterPath placed = contours.place.map(*path);
    if (draws_vectors(painter)) {
      draw(painter, placed, colour, contours.width);
    } else {
      draw(painter, segments_of(placed, kInvisible / pixels), colour, contours.width);
    }
  }
}

}  // namespace

void ContourPainter::paint(QPainter& painter, QSizeF size, double pixels, const Contours& contours) {
  if (draws_vectors(painter) || !painter.worldTransform().isIdentity()) {  // elsewhere pixels might not meet pixels
    draw(painter, pixels, contours);
    return;
  }
  const QSize physical = (size * pixels).toSize();
  if (layer_.size() != physical || layer_.devicePixelRatio() != pixels || kept_ != contours) {
    kept_ = contours;
    if (layer_.size() != physical) {
      layer_ = QImage(physical, QImage::Format_ARGB32_Premultiplied);
    }
    layer_.setDevicePixelRatio(pixels);
    layer_.fill(Qt::transparent);
    QPainter inner(&layer_);
    inner.setRenderHint(QPainter::Antialiasing);
    draw(inner, pixels, contours);
  }
  painter.drawImage(0, 0, layer_);
}

}  // namespace lossscope::widgets
