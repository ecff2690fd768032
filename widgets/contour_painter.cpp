// SPDX-License-Identifier: Apache-2.0
#include "widgets/contour_painter.h"

#include <utility>

#include "basics/trace.h"
#include "widgets/picture.h"
#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

/// Each segment for itself on a screen: Qt draws those many times faster than the outline of a line with joints, and
/// with square ends they leave no gaps.
void stroke(QPainter& painter, const QPainterPath& path, const QColor& colour, double width) {
  QPen pen(colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  if (draws_vectors(painter)) {
    painter.strokePath(path, pen);
    return;
  }
  pen.setCapStyle(Qt::SquareCap);
  painter.setPen(pen);
  QList<QLineF> segments;
  segments.reserve(path.elementCount());
  for (int at = 1; at < path.elementCount(); ++at) {
    if (path.elementAt(at).isLineTo()) {
      segments.emplace_back(path.elementAt(at - 1), path.elementAt(at));
    }
  }
  painter.drawLines(segments);
}

void draw(QPainter& painter, const Contours& contours) {
  const trace::Span span(trace::Category::paint, "draw the contours");
  for (const auto& [path, colour] : {std::pair(&contours.mask, mask_colour()),
                                     std::pair(&contours.prediction, prediction_colour())}) {
    const QPainterPath placed = contours.place.map(*path);
    stroke(painter, placed, Qt::black, 2.2 * contours.width);
    stroke(painter, placed, colour, contours.width);
  }
}

}  // namespace

void ContourPainter::paint(QPainter& painter, QSizeF size, double pixels, const Contours& contours) {
  if (draws_vectors(painter) || !painter.worldTransform().isIdentity()) {  // elsewhere pixels might not meet pixels
    draw(painter, contours);
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
    draw(inner, contours);
  }
  painter.drawImage(0, 0, layer_);
}

}  // namespace lossscope::widgets
