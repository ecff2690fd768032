// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_overlay.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTextLayout>
#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

constexpr double kOverlayMargin = 8;
constexpr double kSmall = 15;  // times its text: in a narrower picture the scale bar's would run into the letters
constexpr double kSmallText = 0.75;
constexpr double kLinesBelow = 5.5;  // in the height of a picture whose scale bar stands above a letter
constexpr double kBetween = 8;       // pixels between two words of one edge
const QColor kShadow(0, 0, 0, 190);
constexpr int kVeilOfText = 110;  // of 255: light words stand out from white bone, and it from them

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

/// Text that is smaller in a narrow picture, but never so small that an audience cannot read it.
int text_size(int usual, double width) {
  if (width >= kSmall * usual) {
    return usual;
  }
  const int small = static_cast<int>(kSmallText * usual);
  return usual < kLeastPresented ? small : std::max(kLeastPresented, small);
}

/// What is left at either side of a letter in the middle of an edge.
double beside_letter(const QFontMetricsF& metrics, QRectF box, const QString& letter) {
  const double middle = letter.isEmpty() ? 0 : 1.2 * metrics.horizontalAdvance(letter) + kBetween;  // it is bold
  return (box.width() - middle) / 2 - kBetween / 2;
}

/// The first of some texts that has room; none: empty.
QString first_that_fits(const QFontMetricsF& metrics, std::initializer_list<QString> texts, double width) {
  const auto found =
      std::ranges::find_if(texts, [&](const QString& text) { return metrics.horizontalAdvance(text) <= width; });
  return found == texts.end() ? QString() : *found;
}

/// Title at the left, the slice's number at the right of the upper edge, where they have room.
void paint_upper_edge(QPainter& painter, QRectF box, const SlicePicture& picture) {
  const QFontMetricsF metrics(painter.font());
  const double half = beside_letter(metrics, box, picture.top);
  const QString title = first_that_fits(metrics, {picture.title, picture.title.left(3), picture.title.left(1)}, half);
  paint_outlined_text(painter, box, Qt::AlignLeft | Qt::AlignTop, title, kOverlayText);
  if (picture.slices > 0) {
    const QString number = QString::number(picture.slice + 1);
    const QString of = QCoreApplication::translate("SliceView", "%1 of %2").arg(number).arg(picture.slices);
    const double room = picture.top.isEmpty() ? box.width() - metrics.horizontalAdvance(title) - kBetween : half;
    paint_outlined_text(painter, box, Qt::AlignRight | Qt::AlignTop, first_that_fits(metrics, {of, number}, room),
                        kOverlayText);
  }
}

double scale_length(QRectF box, double pixels_per_mm) { return round_length(box.width() * 0.3 / pixels_per_mm); }

QString scale_text(QRectF box, double pixels_per_mm, const QString& unit) {
  return QLocale::c().toString(scale_length(box, pixels_per_mm)) + QLatin1Char(' ') + unit;
}

void paint_scale_bar(QPainter& painter, QRectF box, double pixels_per_mm, const QString& unit) {
  const double length = scale_length(box, pixels_per_mm);
  const double pixels = length * pixels_per_mm;
  const QLineF bar(box.left(), box.bottom() - 2, box.left() + pixels, box.bottom() - 2);
  painter.setPen(QPen(kShadow, 4, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(bar);
  painter.setPen(QPen(kOverlayText, 2, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(bar);
  const QString text = scale_text(box, pixels_per_mm, unit);
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
  if (draws_vectors(painter)) {  // there the outline would be five more copies of the text
    painter.fillRect(QRectF(place, size).adjusted(-2, 0, 2, 0), QColor(0, 0, 0, kVeilOfText));
  } else {
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
  QFont font = painter.font();
  font.setPixelSize(text_size(font.pixelSize(), size.width()));
  painter.setFont(font);
  paint_letters(painter, box, picture);
  if (picture.scale_bar) {
    const QFontMetricsF metrics(font);
    const double text = metrics.horizontalAdvance(scale_text(box, pixels_per_mm, picture.length_unit));
    const bool above = text > beside_letter(metrics, box, picture.bottom);  // of the letter at the lower edge
    const bool free = !above || box.height() > kLinesBelow * metrics.height();
    if (free) {  // else it would lie over the letter at the left
      paint_scale_bar(painter, above ? box.adjusted(0, 0, 0, -metrics.height()) : box, pixels_per_mm,
                      picture.length_unit);
    }
  }
  paint_upper_edge(painter, box, picture);
}

}  // namespace lossscope::widgets
