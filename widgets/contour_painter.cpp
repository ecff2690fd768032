// SPDX-License-Identifier: Apache-2.0
#include "widgets/contour_painter.h"

#include <algorithm>
#include <utility>

#include "basics/trace.h"
#include "widgets/picture.h"
#include "widgets/polyline.h"
#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

constexpr double kInvisible = 0.08;  ///< physical pixels: a deviation that nobody can see

/// On a screen each segment is drawn by itself: Qt does that many times faster than a path with joints, and square ends
/// leave no gaps between segments.
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
  for (const auto& [path, colour] :
       {std::pair(&contours.mask, mask_colour()), std::pair(&contours.prediction, prediction_colour())}) {
    const QPainterPath placed = contours.place.map(*path);
    if (draws_vectors(painter)) {
      draw(painter, placed, colour, contours.width);
    } else {
      draw(painter, segments_of(placed, kInvisible / pixels), colour, contours.width);
    }
  }
}

}  // namespace

const QImage& ContourPainter::layer(QSize physical, double pixels, const Contours& contours) {
  const auto same = [&](const Layer& layer) {
    return layer.picture.size() == physical && layer.picture.devicePixelRatio() == pixels && layer.of == contours;
  };
  auto found = std::find_if(layers_.begin(), layers_.end(), same);
  const bool known = found != layers_.end();
  if (!known && layers_.size() < kept_) {
    found = layers_.insert(layers_.end(), Layer());
  } else if (!known) {
    --found;  // the oldest
  }
  std::rotate(layers_.begin(), found, found + 1);
  Layer& layer = layers_.front();
  if (!known) {
    layer.of = contours;
    if (layer.picture.size() != physical) {
      layer.picture = QImage(physical, QImage::Format_ARGB32_Premultiplied);
    }
    layer.picture.setDevicePixelRatio(pixels);
    layer.picture.fill(Qt::transparent);
    QPainter inner(&layer.picture);
    inner.setRenderHint(QPainter::Antialiasing);
    draw(inner, pixels, contours);
  }
  return layer.picture;
}

void ContourPainter::paint(QPainter& painter, QSizeF size, double pixels, const Contours& contours) {
  // A scaled picture of the lines would be blurred.
  if (draws_vectors(painter) || !painter.worldTransform().isIdentity()) {
    draw(painter, pixels, contours);
  } else {
    painter.drawImage(0, 0, layer((size * pixels).toSize(), pixels, contours));
  }
}

}  // namespace lossscope::widgets
