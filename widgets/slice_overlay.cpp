// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_overlay.h"

#include <QCoreApplication>
#include <QLocale>
#include <array>
#include <cmath>

#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

constexpr double kMargin = 8;
constexpr double kSmall = 180;  // pixels: of a narrower picture the scale bar's text would run into the letters
constexpr int kSmallText = 9;
const QColor kText(235, 235, 235);
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

void paint_scale_bar(QPainter& painter, QRectF box, double pixels_per_mm) {
  const double length = round_length(box.width() * 0.3 / pixels_per_mm);
  const double pixels = length * pixels_per_mm;
  const QLineF bar(box.left(), box.bottom() - 2, box.left() + pixels, box.bottom() - 2);
  painter.setPen(QPen(kShadow, 4, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(bar);
  painter.setPen(QPen(kText, 2, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(bar);
  const QString text = QLocale::c().toString(length) + QStringLiteral(" mm");
  paint_outlined_text(painter, box.adjusted(0, 0, 0, -6), Qt::AlignLeft | Qt::AlignBottom, text, kText);
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
  painter.setPen(kShadow);
  if (!draws_vectors(painter)) {  // there it would be five more texts to select and edit
    for (const QPointF& offset : {QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1), QPointF(1, 1)}) {
      painter.drawText(box.translated(offset), alignment, text);
    }
  }
  painter.setPen(colour);
  painter.drawText(box, alignment, text);
}

void paint_crosshair(QPainter& painter, QSizeF size, QPointF at) {
  constexpr double kGap = 7;
  const std::array lines{QLineF(0, at.y(), at.x() - kGap, at.y()), QLineF(at.x() + kGap, at.y(), size.width(), at.y()),
                         QLineF(at.x(), 0, at.x(), at.y() - kGap),
                         QLineF(at.x(), at.y() + kGap, at.x(), size.height())};
  for (const QColor& colour : {QColor(0, 0, 0, 90), QColor(255, 255, 255, 120)}) {
    painter.setPen(QPen(colour, colour.red() == 0 ? 2.5 : 1));
    for (const QLineF& line : lines) {
      painter.drawLine(line);
    }
  }
}

void paint_slice_overlay(QPainter& painter, QSizeF size, const SlicePicture& picture, double pixels_per_mm) {
  const QRectF box(kMargin, kMargin / 2, size.width() - 2 * kMargin, size.height() - kMargin);
  if (size.width() < kSmall) {
    QFont font = painter.font();
    font.setPixelSize(kSmallText);
    painter.setFont(font);
  }
  paint_letters(painter, box, picture);
  if (picture.scale_bar) {
    paint_scale_bar(painter, box, pixels_per_mm);
  }
  const QString number =
      picture.slices > 0
          ? QCoreApplication::translate("SliceView", "%1 of %2").arg(picture.slice + 1).arg(picture.slices)
          : QString();
  paint_outlined_text(painter, box, Qt::AlignLeft | Qt::AlignTop, picture.title, kText);
  paint_outlined_text(painter, box, Qt::AlignRight | Qt::AlignTop, number, kText);
}

}  // namespace lossscope::widgets
