// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_overlay.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTextLayout>
#include <cmath>

#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

constexpr double kOverlayMargin = 8;
constexpr double kSmall = 15;  // times its text: in a narrower picture the scale bar's would run into the letters
constexpr double kSmallText = 0.75;
const QColor kShadow(0, 0, 0, 190);

void paint_letters(QPainter& painter, QRectF box, const SlicePicture& picture) {
  QFont font = painter.font();
  font.setBold(true);
  painter.setFont(font);
  const QColor colour(255, 224, 130);
  paint_outlined_text(painter, box, Qt::AlignLeft | Qt::AlignVCenter, picture.left, colour);
  paint_outlined_text(painter, box, Qt::AlignRight | Qt::AlignVCenter, picture.right, colour);
  paint_outlined_text(painter, box, Qt::AlignHCenter | Qt::AlignTop, picture.top, colour);
  paint_outlined_text(painter, box, Qt::AlignHCenter | Qt::AlignBottom, picture.bottom, colour);
  font.setBold(false);
  painter.setFont(font);
}

void paint_scale_bar(QPainter& painter, QRectF box, double pixels_per_mm, const QString& unit) {
  const double length = round_length(box.width() * 0.3 / pixels_per_mm);
  const double pixels = length * pixels_per_mm;
  const QLineF bar(box.left(), box.bottom() - 2, box.left() + pixels, box.bottom() - 2);
  painter.setPen(QPen(kShadow, 4, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(bar);
  painter.setPen(QPen(kOverlayText, 2, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(bar);
  const QString text = QLocale::c().toString(length) + QLatin1Char(' ') + unit;
  paint_outlined_text(painter, box.adjusted(0, 0, 0, -6), Qt::AlignLeft | Qt::AlignBottom, text, kOverlayText);
}

}  // namespace

double round_length(double limit) {
  const double decade = std::pow(10.0, std::floor(std::log10(limit)));
  const double share = limit / decade;
  return decade * (share >= 5 ? 5 : share >= 2 ? 2 : 1);
}

void paint_outlined_text(QPainter& painter, QRectF box, int alignment, const QString& text, const QColor& colour) {
  if (text.isEmpty()) {
    return;
  }
  QTextLayout layout(text, painter.font(), painter.device());  // laid out once, drawn six times for the outline
  layout.beginLayout();
  const QTextLine line = layout.createLine();
  layout.endLayout();
  const QSizeF size(line.naturalTextWidth(), line.height());
  const QPointF free(box.width() - size.width(), box.height() - size.height());
  const double x = alignment & Qt::AlignRight ? free.x() : alignment & Qt::AlignHCenter ? free.x() / 2 : 0;
  const double y = alignment & Qt::AlignBottom ? free.y() : alignment & Qt::AlignVCenter ? free.y() / 2 : 0;
  const QPointF place = box.topLeft() + QPointF(x, y);
  painter.setPen(kShadow);
  if (!draws_vectors(painter)) {  // in an SVG or PDF the outline would be five more copies of the text
    for (const QPointF& offset : {QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1), QPointF(1, 1)}) {
      layout.draw(&painter, place + offset);
    }
  }
  painter.setPen(colour);
  layout.draw(&painter, place);
}

void paint_crosshair(QPainter& painter, QSizeF size, QPointF at) {
  constexpr double kGap = 7;
  const double x = std::floor(at.x()),
               y = std::floor(at.y());  // whole pixels: sharp, and filled without blending edges
  const auto fill = [&](double margin, const QColor& colour) {
    const double width = 1 + 2 * margin;
    painter.fillRect(QRectF(0, y - margin, x - kGap, width), colour);
    painter.fillRect(QRectF(x + kGap + 1, y - margin, size.width() - x - kGap - 1, width), colour);
    painter.fillRect(QRectF(x - margin, 0, width, y - kGap), colour);
    painter.fillRect(QRectF(x - margin, y + kGap + 1, width, size.height() - y - kGap - 1), colour);
  };
  fill(1, QColor(0, 0, 0, 75));
  fill(0, QColor(255, 255, 255, 120));
}

void paint_slice_overlay(QPainter& painter, QSizeF size, const SlicePicture& picture, double pixels_per_mm) {
  const QRectF box(kOverlayMargin, kOverlayMargin / 2, size.width() - 2 * kOverlayMargin,
                   size.height() - kOverlayMargin);
  if (QFont font = painter.font(); size.width() < kSmall * font.pixelSize()) {
    font.setPixelSize(static_cast<int>(kSmallText * font.pixelSize()));
    painter.setFont(font);
  }
  paint_letters(painter, box, picture);
  if (picture.scale_bar) {
    paint_scale_bar(painter, box, pixels_per_mm, picture.length_unit);
  }
  const QString number =
      picture.slices > 0
          ? QCoreApplication::translate("SliceView", "%1 of %2").arg(picture.slice + 1).arg(picture.slices)
          : QString();
  paint_outlined_text(painter, box, Qt::AlignLeft | Qt::AlignTop, picture.title, kOverlayText);
  paint_outlined_text(painter, box, Qt::AlignRight | Qt::AlignTop, number, kOverlayText);
}

}  // namespace lossscope::widgets
