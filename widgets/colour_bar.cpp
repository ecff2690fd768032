// SPDX-License-Identifier: Apache-2.0
#include "widgets/colour_bar.h"

#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/slice_overlay.h"

namespace lossscope::widgets {
namespace {

constexpr int kBarHeight = 12;
constexpr int kGap = 4;
constexpr double kShortBar = 130;  ///< bar and margins below which a title is cut

/// Round values within the scale, at least `space` pixels apart.
std::vector<double> ticks(const ColourScale& scale, double pixels, double space) {
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

/// The power of ten that all ticks share, so that they need few digits; 0 for none.
int common_exponent(const ColourScale& scale) {
  const double largest = std::max(std::abs(scale.minimum), std::abs(scale.maximum));
  if (!(largest > 0) || !std::isfinite(largest)) {
    return 0;
  }
  const int exponent = static_cast<int>(std::floor(std::log10(largest)));
  return exponent >= -2 && exponent <= 4 ? 0 : exponent;
}

QString superscript(int number) {
  QString text;
  for (const QChar c : QString::number(number)) {
    constexpr std::array<char16_t, 10> kDigits{u'\u2070', u'\u00b9', u'\u00b2', u'\u00b3', u'\u2074',
                                               u'\u2075', u'\u2076', u'\u2077', u'\u2078', u'\u2079'};
    text += c == u'-' ? QChar(u'\u207b') : QChar(kDigits[static_cast<std::size_t>(c.digitValue())]);
  }
  return text;
}

QString number(double value, int exponent, int digits = 4) {
  const double scaled = value / std::pow(10.0, exponent);
  return std::abs(scaled) < 1e-9 ? QStringLiteral("0")
                                 : QLocale::c().toString(scaled, 'g', digits).replace(u'-', QChar(0x2212));
}

/// Title, unit and power of ten: "contribution (10⁻⁷ of the loss, per voxel)".
QString heading(const ColourScale& scale, int exponent) {
  QStringList unit;
  if (exponent != 0) {
    unit << QStringLiteral("10") + superscript(exponent);
  }
  if (!scale.unit.isEmpty()) {
    unit << scale.unit;
  }
  return unit.isEmpty() ? scale.title : scale.title + QStringLiteral(" (%1)").arg(unit.join(u' '));
}

void paint_colours(QPainter& painter, QRectF bar, const ColourScale& scale) {
  constexpr int kStops = 64;
  QLinearGradient gradient(bar.topLeft(), bar.topRight());
  for (int stop = 0; stop <= kStops; ++stop) {
    const double share = static_cast<double>(stop) / kStops;
    gradient.setColorAt(share, colour_of(scale.minimum + share * (scale.maximum - scale.minimum), scale));
  }
  painter.fillRect(bar, gradient);
}

void paint_ticks(QPainter& painter, QRectF bar, const ColourScale& scale, int exponent) {
  const QFontMetricsF metrics(painter.font());
  const double space = metrics.horizontalAdvance(QStringLiteral("-88.88")) + 14;
  const double range = scale.maximum - scale.minimum;
  for (const double value : ticks(scale, bar.width(), space)) {
    const double x = bar.left() + (range > 0 ? (value - scale.minimum) / range : 0) * bar.width();
    painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 3));
    const QRectF box(x - space / 2, bar.bottom() + kGap, space, metrics.height());
    painter.drawText(box, Qt::AlignHCenter | Qt::AlignTop, number(value, exponent));
  }
}

}  // namespace

QString colour_heading(const ColourScale& scale) { return heading(scale, common_exponent(scale)); }

void paint_colour_scale(QPainter& painter, QRectF bar, const ColourScale& scale, const BarColours& colours) {
  paint_colours(painter, bar, scale);
  painter.setPen(QPen(colours.frame, 1));
  painter.drawRect(bar);
  painter.setPen(colours.text);
  paint_ticks(painter, bar, scale, common_exponent(scale));
}

void paint_colour_bar(QPainter& painter, QRectF box, const ColourScale& scale, qint64 non_finite,
                      const BarColours& colours) {
  const QFontMetricsF metrics(painter.font());
  const QString title = colour_heading(scale);
  const QString bad =
      non_finite > 0 ? ColourBar::tr("%n voxel(s) not finite", nullptr, static_cast<int>(non_finite)) : QString();
  // In a narrow box the unit matters more than the length of the bar.
  const double title_width =
      std::min(metrics.horizontalAdvance(title), std::max(box.width() / 2, box.width() - kShortBar));
  const double bad_width = bad.isEmpty() ? 0 : metrics.horizontalAdvance(bad) + 24;
  const double room = metrics.horizontalAdvance(QStringLiteral("-88.8")) / 2;  // for the numbers at the ends
  const QRectF bar(box.left() + title_width + 16, box.top() + kGap,
                   std::max(40.0, box.width() - title_width - bad_width - 16 - room), kBarHeight);
  painter.setPen(colours.text);
  painter.drawText(QRectF(box.left(), bar.top(), title_width + 1, bar.height()),
                   Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip,
                   metrics.elidedText(title, Qt::ElideRight, title_width + 1));
  paint_colour_scale(painter, bar, scale, colours);
  if (bad_width > 0) {
    const QRectF mark(bar.right() + 24, bar.top(), kBarHeight, kBarHeight);
    painter.fillRect(mark, colour_of(std::nan(""), scale));
    painter.drawText(mark.translated(kBarHeight + 4, 0).adjusted(0, -4, bad_width, 4), Qt::AlignVCenter, bad);
  }
}

void paint_range(QPainter& painter, QRectF row, const ColourScale& scale) {
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
  const QRectF bar(row.left() + left, row.center().y() - height / 2, row.width() - left - right, height);
  if (bar.width() > 8) {
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, low);
    paint_colours(painter, bar, scale);
  }
}

ColourBar::ColourBar(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }

void ColourBar::setScale(const ColourScale& scale) {
  scale_ = scale;
  update();
}

void ColourBar::setNonFinite(qint64 count) {
  non_finite_ = count;
  update();
}

QSize ColourBar::sizeHint() const { return {360, kBarHeight + 2 * kGap + fontMetrics().height()}; }
QSize ColourBar::minimumSizeHint() const { return {200, sizeHint().height()}; }

void ColourBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paint_colour_bar(painter, QRectF(rect()).adjusted(4, 0, -16, 0), scale_, non_finite_,
                   {palette().color(QPalette::WindowText), palette().color(QPalette::Mid)});
}

}  // namespace lossscope::widgets
