// SPDX-License-Identifier: Apache-2.0
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/chart.h"
#include "widgets/colour_bar.h"
#include "widgets/slice_overlay.h"
#include "widgets/transfer_function.h"

namespace lossscope::widgets {
namespace {

constexpr int kBarGap = 4;
constexpr double kShortBar = 130;  ///< bar and margins below which a title is cut
constexpr double kArrow = 7;       ///< pixels beyond an end with values beyond it

/// The colours are as high as the text beside them.
double bar_height(double line) { return std::max(12.0, line - 2 * kBarGap); }

/// Round values within the scale, at least `space` pixels apart.
std::vector<double> bar_ticks(const ColourScale& scale, double pixels, double space) {
  const double range = scale.maximum - scale.minimum;
  // Ticks closer together than doubles can tell apart would never reach the end of the range.
  if (!(range > 1e-9 * std::max(std::abs(scale.minimum), std::abs(scale.maximum))) || !std::isfinite(range)) {
    return {scale.minimum};
  }
  const double wanted = range * space / pixels;
  double step = round_length(wanted);
  while (step < wanted * (1 - 1e-9)) {
    step = round_length(step * 2.5);
  }
  // A single number would not tell the range: even a short bar gets two.
  for (std::vector<double> values;; step = round_length(step / 2)) {
    values.clear();
    for (double k = std::ceil(scale.minimum / step - 1e-9); k * step <= scale.maximum + 1e-9 * range; ++k) {
      values.push_back(k * step);
    }
    if (values.size() >= 2) {
      return values;
    }
  }
}

/// Powers of ten within a logarithmic scale, and 0 of one that holds it; every few where they would not fit.
std::vector<double> logarithmic_ticks(const ColourScale& scale, const TransferFunction& colours, double pixels,
                                      double space) {
  const double largest = std::max(std::abs(scale.minimum), std::abs(scale.maximum));
  if (!(largest > 0) || !std::isfinite(largest)) {
    return {scale.minimum};
  }
  const bool both = scale.minimum < 0;
  const int first = static_cast<int>(std::ceil(std::log10(colours.smallest() * (1 - 1e-9))));
  const int last = static_cast<int>(std::floor(std::log10(largest * (1 + 1e-9))));
  const double room = pixels * (both ? 0.5 : 1.0) / std::max(1, last - first + 1);
  const int step = std::max(1, static_cast<int>(std::ceil(space / room)));
  std::vector<double> values;
  if (both) {
    values.push_back(0);
  }
  for (int exponent = last; exponent >= first; exponent -= step) {
    for (const double value : {std::pow(10.0, exponent), -std::pow(10.0, exponent)}) {
      if (value >= scale.minimum && value <= scale.maximum) {
        values.push_back(value);
      }
    }
  }
  return values;
}

/// The power of ten that all ticks share, so that they need few digits; 0 for none.
int common_exponent(const ColourScale& scale) {
  const double largest = std::max(std::abs(scale.minimum), std::abs(scale.maximum));
  if (!(largest > 0) || !std::isfinite(largest)) {
    return 0;
  }
  const int exponent = static_cast<int>(std::floor(std::log10(largest)));
  return exponent >= -2 && exponent <= 4 ? 0 : exponent;
}

QString number(double value, int exponent, int digits = 4) {
  const double scaled = value / std::pow(10.0, exponent);
  if (std::abs(scaled) >= 1) {
    digits = std::max(digits, static_cast<int>(std::log10(std::abs(scaled))) + 1);  // 123, not 1.2e+02
  }
  return std::abs(scaled) < 1e-9 ? QStringLiteral("0")
                                 : QLocale::c().toString(scaled, 'g', digits).replace(u'-', QChar(0x2212));
}

/// Power of ten and unit: "10⁻⁷ per voxel"; empty for neither.
QString unit_words(const ColourScale& scale, int exponent) {
  QStringList unit;
  if (exponent != 0) {
    unit << QStringLiteral("10") + superscript(exponent);
  }
  if (!scale.unit.isEmpty()) {
    unit << scale.unit;
  }
  return unit.join(u' ');
}

/// Title, unit and power of ten: "contribution (10⁻⁷ of the loss, per voxel)".
QString heading(const ColourScale& scale, int exponent) {
  const QString unit = unit_words(scale, exponent);
  return unit.isEmpty() ? scale.title : scale.title + QStringLiteral(" (%1)").arg(unit);
}

QString power_of_ten(double value) {
  if (value == 0) {
    return QStringLiteral("0");
  }
  const QString size = QStringLiteral("10") + superscript(static_cast<int>(std::lround(std::log10(std::abs(value)))));
  return value < 0 ? QChar(0x2212) + size : size;
}

void paint_colours(QPainter& painter, QRectF bar, const ColourScale& scale) {
  constexpr int kStops = 64;
  const TransferFunction colours(scale);
  QLinearGradient gradient(bar.topLeft(), bar.topRight());
  for (int stop = 0; stop <= kStops; ++stop) {
    const auto& rgba = colours.table()[static_cast<std::size_t>(stop * TransferFunction::kSteps / kStops)];
    gradient.setColorAt(static_cast<double>(stop) / kStops, QColor(rgba[0], rgba[1], rgba[2]));
  }
  painter.fillRect(bar, gradient);
}

/// A triangle of an end's colour, where there are values beyond it.
void paint_arrows(QPainter& painter, QRectF bar, const ColourScale& scale, const QColor& frame) {
  painter.save();
  painter.setPen(QPen(frame, 1));
  for (const bool high : {true, false}) {
    if ((high ? scale.above : scale.below) != 0) {
      const double foot = high ? bar.right() : bar.left(), tip = foot + (high ? kArrow : -kArrow);
      painter.setBrush(colour_of(high ? scale.maximum : scale.minimum, scale));
      painter.drawPolygon(QPolygonF({{foot, bar.top()}, {tip, bar.center().y()}, {foot, bar.bottom()}}));
    }
  }
  painter.restore();
}

void paint_ticks(QPainter& painter, QRectF bar, const ColourScale& scale, int exponent) {
  const QFontMetricsF metrics(painter.font());
  const bool logarithmic = scale.scaling == Scaling::logarithmic;
  const double space = metrics.horizontalAdvance(QStringLiteral("-88.88")) + 14;
  const TransferFunction colours(scale);
  const auto values =
      logarithmic ? logarithmic_ticks(scale, colours, bar.width(), space) : bar_ticks(scale, bar.width(), space);
  for (const double value : values) {
    const double x = bar.left() + colours.position(value) * bar.width();
    painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 3));
    const QRectF box(x - space / 2, bar.bottom() + kBarGap, space, metrics.height());
    painter.drawText(box, Qt::AlignHCenter | Qt::AlignTop, logarithmic ? power_of_ten(value) : number(value, exponent));
  }
}

/// A square of each class's colour and its name; what has no room is left out, and said to be.
void paint_classes(QPainter& painter, QRectF box, const ColourScale& scale, const BarColours& colours) {
  const QFontMetricsF metrics(painter.font());
  const double square = metrics.ascent(), step = square + 4, line = metrics.height() + 2;
  QPointF at(box.left(), box.top() + kBarGap);
  for (std::size_t place = 0; place < scale.classes.size(); ++place) {
    if (qAlpha(scale.classes[place]) == 0) {
      continue;
    }
    const double width = step + metrics.horizontalAdvance(scale.class_names.value(static_cast<int>(place))) + 14;
    if (at.x() + width > box.right() && at.x() > box.left()) {
      at = {box.left(), at.y() + line};
    }
    if (at.y() + line > box.bottom() + kBarGap) {
      painter.setPen(colours.text);
      painter.drawText(QPointF(box.right() - metrics.horizontalAdvance(QStringLiteral("…")), at.y() - line + square),
                       QStringLiteral("…"));
      return;
    }
    painter.fillRect(QRectF(at.x(), at.y(), square, square), QColor::fromRgb(scale.classes[place]));
    painter.setPen(colours.text);
    painter.drawText(QRectF(at.x() + step, at.y(), std::min(width, box.right() - at.x() - step), square + 2),
                     Qt::AlignLeft | Qt::AlignVCenter, scale.class_names.value(static_cast<int>(place)));
    at.rx() += width;
  }
}

/// "1 value", "100 values": of voxels or pixels.
QString counted_values(qint64 count) {
  return count == 1 ? ColourBar::tr("1 value") : ColourBar::tr("%1 values").arg(count);
}

/// How many voxels lie beyond the ends; empty for none.
QString remark(const ColourScale& scale) {
  QStringList parts;
  for (const qint64 beyond : {scale.below, scale.above}) {
    if (beyond > 0) {
      parts << counted_values(beyond) + ColourBar::tr(" beyond");
    }
  }
  return parts.join(QStringLiteral(", "));
}

/// The power of ten that the ticks leave out: on a logarithmic scale each says its own.
int told_exponent(const ColourScale& scale) {
  return scale.scaling == Scaling::logarithmic ? 0 : common_exponent(scale);
}

/// What has room of title, unit and power; the power, without which the ticks are wrong, longest.
QString heading_in(const ColourScale& scale, const QFontMetricsF& metrics, double width) {
  const int exponent = told_exponent(scale);
  const QString power = exponent != 0 ? QStringLiteral("10") + superscript(exponent) : QString();
  for (const QString& words : {colour_heading(scale), heading(scale, exponent), unit_words(scale, exponent)}) {
    if (!words.isEmpty() && metrics.horizontalAdvance(words) <= width) {
      return words;
    }
  }
  return power.isEmpty() ? metrics.elidedText(colour_heading(scale), Qt::ElideRight, width) : power;
}

}  // namespace

QString colour_heading(const ColourScale& scale) {
  const int exponent = told_exponent(scale);
  const QString more = remark(scale);
  const QString title = heading(scale, exponent);
  return more.isEmpty() ? title : title + QStringLiteral(", ") + more;
}

QRectF colour_bar_place(QRectF box, const QFontMetricsF& metrics, const ColourScale& scale, qint64 non_finite) {
  // In a narrow box the unit matters more than the length of the bar.
  const double most = std::max(box.width() / 2, box.width() - kShortBar);
  const double title = std::min(metrics.horizontalAdvance(heading_in(scale, metrics, most)), most);
  const QString bad = non_finite_text(non_finite);
  const double bad_width = bad.isEmpty() ? 0 : metrics.horizontalAdvance(bad) + 24;
  const double room = metrics.horizontalAdvance(QStringLiteral("-88.8")) / 2;  // for the numbers at the ends
  return {box.left() + title + 16, box.top() + kBarGap, std::max(40.0, box.width() - title - bad_width - 16 - room),
          bar_height(metrics.height())};
}

QString non_finite_text(qint64 count) {
  return count > 0 ? counted_values(count) + ColourBar::tr(" not finite") : QString();
}

int colour_bar_height(const QFontMetrics& metrics) {
  return static_cast<int>(bar_height(metrics.height())) + 2 * kBarGap + metrics.height();
}

void paint_colour_scale(QPainter& painter, QRectF bar, const ColourScale& scale, const BarColours& colours) {
  if (!scale.classes.empty()) {
    paint_classes(painter, bar.adjusted(0, -kBarGap, 0, 2 * bar.height()), scale, colours);
    return;
  }
  paint_colours(painter, bar, scale);
  painter.setPen(QPen(colours.frame, 1));
  painter.drawRect(bar);
  paint_arrows(painter, bar, scale, colours.frame);
  painter.setPen(scale.known ? colours.text : colours.frame);
  paint_ticks(painter, bar, scale, common_exponent(scale));
  if (!scale.known) {  // within the colours, so that nothing moves
    const QFontMetricsF metrics(painter.font());
    paint_outlined_text(painter, bar.adjusted(4, 0, -4, 0), Qt::AlignHCenter | Qt::AlignVCenter,
                        metrics.elidedText(ColourBar::tr("range not known yet"), Qt::ElideRight, bar.width() - 8),
                        Qt::white);
  }
}

void paint_colour_bar(QPainter& painter, QRectF box, const ColourScale& scale, qint64 non_finite,
                      const BarColours& colours) {
  const QFontMetricsF metrics(painter.font());
  if (!scale.classes.empty()) {
    const double title = metrics.horizontalAdvance(scale.title) + 16;
    painter.setPen(colours.text);
    painter.drawText(QRectF(box.left(), box.top() + kBarGap, title, metrics.height()), Qt::AlignLeft | Qt::AlignTop,
                     scale.title);
    paint_classes(painter, box.adjusted(title, 0, 0, 0), scale, colours);
    return;
  }
  const QRectF bar = colour_bar_place(box, metrics, scale, non_finite);
  const double title_width = bar.left() - box.left() - 16;
  painter.setPen(colours.text);
  painter.drawText(QRectF(box.left(), bar.top(), title_width + 1, bar.height()),
                   Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, heading_in(scale, metrics, title_width + 1));
  paint_colour_scale(painter, bar, scale, colours);
  if (non_finite > 0) {
    const QRectF mark(bar.right() + 24, bar.top(), bar.height(), bar.height());
    painter.fillRect(mark, colour_of(std::nan(""), scale));
    painter.drawText(mark.translated(bar.height() + 4, 0).adjusted(0, -4, box.width(), 4), Qt::AlignVCenter,
                     non_finite_text(non_finite));
  }
}

void paint_range(QPainter& painter, QRectF row, const ColourScale& scale) {
  if (!scale.classes.empty()) {
    return;
  }
  const QFontMetricsF metrics(painter.font());
  const int exponent = common_exponent(scale);
  const bool symmetric = scale.minimum == -scale.maximum;
  QString high = number(scale.maximum, exponent, 2);
  if (exponent != 0) {
    high += QStringLiteral("\u00b710") + superscript(exponent);
  }
  const QString low = symmetric ? QString() : number(scale.minimum, exponent, 2);
  high.prepend(symmetric && scale.maximum != 0 ? QStringLiteral("\u00b1") : QString());
  painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, high);
  const double left = low.isEmpty() ? 0 : metrics.horizontalAdvance(low) + 3;
  const double right = metrics.horizontalAdvance(high) + 3;
  const double height = std::min(8.0, row.height());
  const QRectF room(row.left() + left, row.center().y() - height / 2, row.width() - left - right, height);
  const QRectF bar = room.adjusted(scale.below != 0 ? kArrow : 0, 0, scale.above != 0 ? -kArrow : 0, 0);
  if (bar.width() > 8) {
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, low);
    paint_colours(painter, bar, scale);
    paint_arrows(painter, bar, scale, painter.pen().color());
  }
}

}  // namespace lossscope::widgets
