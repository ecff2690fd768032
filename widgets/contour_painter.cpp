// SPDX-License-Identifier: Apache-2.0
#include "widgets/contour_painter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "basics/trace.h"
#include "widgets/outline_strokes.h"
#include "widgets/picture.h"
#include "widgets/polyline.h"
#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

constexpr double kInvisible = 0.08;  ///< physical pixels: a deviation that nobody can see

constexpr Thin kThin;                      ///< in widths of a line
constexpr double kDash = 3, kDashGap = 5;  ///< widths: of lines along it, so that the map is seen between them
constexpr double kDashOpacity = 0.85;

/// On a screen each segment is drawn by itself: Qt does that many times faster than a path with joints.
void stroke_each(QPainter& painter, const QList<QLineF>& segments) { painter.drawLines(segments); }

/// Joined where they meet, for whoever opens the drawing in an editor.
void stroke_joined(QPainter& painter, const QList<QLineF>& segments) {
  QPainterPath path;
  for (const QLineF& line : segments) {
    if (path.elementCount() == 0 || path.currentPosition() != line.p1()) {
      path.moveTo(line.p1());
    }
    path.lineTo(line.p2());
  }
  painter.strokePath(path, painter.pen());
}

void stroke(QPainter& painter, const QList<QLineF>& segments, QColor colour, double opacity, double width) {
  const bool vectors = draws_vectors(painter);
  colour.setAlphaF(static_cast<float>(opacity));
  // Square ends leave no gaps between segments, but would show twice where they are transparent.
  const Qt::PenCapStyle cap = vectors ? Qt::RoundCap : opacity < 1 ? Qt::FlatCap : Qt::SquareCap;
  painter.setPen(QPen(colour, width, Qt::SolidLine, cap, Qt::RoundJoin));
  vectors ? stroke_joined(painter, segments) : stroke_each(painter, segments);
}

/// Into `size` of the painter's units; `pixels`: physical ones for each of them.
void draw(QPainter& painter, QSizeF size, double pixels, const Contours& contours) {
  const trace::Span span(trace::Category::paint, "draw the contours");
  const std::array lines{segments_of(contours.place.map(contours.mask), kInvisible / pixels),
                         segments_of(contours.place.map(contours.prediction), kInvisible / pixels)};
  const std::array colours{mask_colour(), prediction_colour()};
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const Strokes strokes = strokes_of(
        lines[at], lines[1 - at],
        {kThin.strip * contours.width, kThin.wall * contours.width, kThin.lost * contours.width}, QRectF({0, 0}, size));
    const double dash = kDash * contours.width, gap = kDashGap * contours.width;
    const double start = at == 0 ? 0 : (dash + gap) / 2;  // in the other outline's gaps
    stroke(painter, dashed(strokes.crowded, dash, gap, start), colours[at], kDashOpacity, contours.width);
    stroke(painter, strokes.clear, colours[at], 1, contours.width);
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
    draw(inner, QSizeF(physical) / pixels, pixels, contours);
  }
  return layer.picture;
}

void ContourPainter::paint(QPainter& painter, QSizeF size, double pixels, const Contours& contours) {
  // A scaled picture of the lines would be blurred.
  if (draws_vectors(painter) || !painter.worldTransform().isIdentity()) {
    draw(painter, size, pixels, contours);
  } else {
    painter.drawImage(0, 0, layer((size * pixels).toSize(), pixels, contours));
  }
}

}  // namespace lossscope::widgets
