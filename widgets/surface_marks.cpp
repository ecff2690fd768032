// SPDX-License-Identifier: Apache-2.0
#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/colour_bar.h"
#include "widgets/slice_overlay.h"
#include "widgets/surface_scene.h"

namespace lossscope::widgets {
namespace {

/// In the corner at the lower left, smaller where the view is.
void paint_axes(QPainter& painter, QSizeF size, const CameraPose& pose) {
  constexpr double kCorner = 3, kLength = 1.7;  // in letters
  const double letter = painter.font().pixelSize();
  const double room = std::min(size.width(), size.height()) / (2 * kCorner * letter);
  const double scale = letter * std::min(1.0, room), length = kLength * scale;
  const QPointF origin = QPointF(kCorner, -kCorner) * scale + QPointF(0, size.height());
  OrbitCamera camera;
  camera.setPose(pose);
  const Point3 right = camera.right(), up = camera.up();
  const std::array letters{QStringLiteral("L"), QStringLiteral("P"), QStringLiteral("S")};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const QPointF end = origin + length * QPointF(right[axis], -up[axis]);
    painter.setPen(QPen(QColor(200, 200, 200), 1.5));
    painter.drawLine(origin, end);
    const QPointF at = origin + (end - origin) * 1.45;
    paint_outlined_text(painter, QRectF(at - QPointF(letter, letter), 2 * QSizeF(letter, letter)), Qt::AlignCenter,
                        letters[axis], QColor(255, 224, 130));
  }
}

/// A ground on which text is read over slices, too.
void paint_plate(QPainter& painter, QRectF box) {
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(18, 18, 18, 170));
  painter.drawRoundedRect(box, 4, 4);
  painter.setBrush(Qt::NoBrush);
}

/// Beside the axes; the heading is at the top, because a small view has no room for both in one line.
void paint_bar(QPainter& painter, QSizeF size, const ColourScale& scale) {
  const double axes = 7 * painter.font().pixelSize();
  constexpr double kRight = 20, kWidest = 320, kHeight = 10;
  const double numbers = QFontMetricsF(painter.font()).height() + 8;
  const double room = size.width() - axes - kRight, width = std::min(room, kWidest);
  if (width > 40) {
    const QRectF bar(axes + (room - width) / 2, size.height() - numbers - kHeight, width, kHeight);
    paint_plate(painter, bar.adjusted(-14, -5, 14, numbers - 1));
    paint_colour_scale(painter, bar, scale, {kOverlayText, QColor(120, 120, 120)});
  }
}

}  // namespace

void paint_surface_marks(QPainter& painter, QSizeF size, const SurfaceModel& model) {
  paint_axes(painter, size, model.camera);
  const QRectF box(8, 4, size.width() - 16, size.height() - 8);
  const QFontMetricsF metrics(painter.font());
  const QString title =
      metrics.elidedText(model.scale ? colour_heading(*model.scale) : model.title, Qt::ElideRight, box.width());
  if (!title.isEmpty()) {
    paint_plate(painter, metrics.boundingRect(box, Qt::AlignLeft | Qt::AlignTop, title).adjusted(-4, -1, 4, 1));
  }
  paint_outlined_text(painter, box, Qt::AlignLeft | Qt::AlignTop, title, kOverlayText);
  if (model.scale) {
    paint_bar(painter, size, *model.scale);
  }
  if (model.scale && model.non_finite > 0) {
    const QString bad = QCoreApplication::translate("SurfaceView", "%n point(s) not finite", nullptr,
                                                    static_cast<int>(model.non_finite));
    paint_outlined_text(painter, box.adjusted(0, metrics.height(), 0, 0), Qt::AlignLeft | Qt::AlignTop, bad,
                        colour_of(std::nan(""), *model.scale));
  }
}

}  // namespace lossscope::widgets
