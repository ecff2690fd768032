// SPDX-License-Identifier: Apache-2.0
#include "widgets/colour_bar.h"

#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/slice_overlay.h"

namespace lossscope::widgets {
namespace {

constexpr int kBarHeight = 12;
constexpr int kGap = 4;

/// Round values within the scale, at least `space` pixels apart.
std::vector<double> ticks(const ColourScale& scale, double pixels, double space) {
  const double range = scale.maximum - scale.minimum;
  if (!(range > 0) || !std::isfinite(range)) {
    return {scale.minimum};
  }
  const double wanted = range * space / pixels;
  double step = round_length(wanted);
  while (step < wanted * (1 - 1e-9)) {
    step = round_length(step * 2.5);
  }
  std::vector<double> values;
  for (double k = std::ceil(scale.minimum / step - 1e-9); k * step <= scale.maximum + 1e-9 * range; ++k) {
    values.push_back(k * step);
  }
  return values;
}

QString number(double value) { return value == 0 ? QStringLiteral("0") : QLocale::c().toString(value, 'g', 3); }

}  // namespace

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
  const QString title = scale_.unit.isEmpty() ? scale_.title : scale_.title + QStringLiteral(" (%1)").arg(scale_.unit);
  const QString bad =
      non_finite_ > 0 ? tr("%n voxel(s) not finite", nullptr, static_cast<int>(non_finite_)) : QString();
  const QFontMetrics metrics = fontMetrics();
  const int title_width = std::min(metrics.horizontalAdvance(title), width() / 2);
  const int bad_width = bad.isEmpty() ? 0 : metrics.horizontalAdvance(bad) + 24;
  const QRect bar(title_width + 16, kGap, std::max(40, width() - title_width - bad_width - 40), kBarHeight);

  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(QRect(4, 0, title_width, height()), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(title, Qt::ElideRight, title_width));
  for (int x = 0; x < bar.width(); ++x) {
    const double share = (x + 0.5) / bar.width();
    painter.fillRect(bar.left() + x, bar.top(), 1, bar.height(),
                     colour_of(scale_.minimum + share * (scale_.maximum - scale_.minimum), scale_));
  }
  painter.setPen(palette().color(QPalette::Mid));
  painter.drawRect(bar.adjusted(0, 0, -1, -1));

  painter.setPen(palette().color(QPalette::WindowText));
  const double space = metrics.horizontalAdvance(QStringLiteral("-8.88e-88")) + 14;
  const double range = scale_.maximum - scale_.minimum;
  for (const double value : ticks(scale_, bar.width(), space)) {
    const double x = bar.left() + (range > 0 ? (value - scale_.minimum) / range : 0) * (bar.width() - 1);
    painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 3));
    const QRectF box(x - space / 2, bar.bottom() + kGap, space, metrics.height());
    painter.drawText(box, Qt::AlignHCenter | Qt::AlignTop, number(value));
  }
  if (bad_width > 0) {
    const QRect mark(bar.right() + 24, bar.top(), kBarHeight, kBarHeight);
    painter.fillRect(mark, colour_of(std::nan(""), scale_));
    painter.drawText(mark.translated(kBarHeight + 4, 0).adjusted(0, -4, bad_width, 4), Qt::AlignVCenter, bad);
  }
}

}  // namespace lossscope::widgets
