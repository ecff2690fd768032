// SPDX-License-Identifier: Apache-2.0
#include "app/figures/figure_file.h"

#include <cmath>

#include "widgets/paper.h"

namespace lossscope {
namespace {

constexpr double kMargin = 16;

}  // namespace

std::optional<PictureFormat> picture_format(const QString& name) {
  const QString lower = name.toLower();
  if (lower.endsWith(QLatin1String(".png"))) {
    return PictureFormat::png;
  }
  if (lower.endsWith(QLatin1String(".svg"))) {
    return PictureFormat::svg;
  }
  return lower.endsWith(QLatin1String(".pdf")) ? std::optional(PictureFormat::pdf) : std::nullopt;
}

QSizeF figure_paper(const widgets::Figure& figure, double width, double aspect) {
  return {width, std::ceil(widgets::figure_height(figure, width - 2 * kMargin, aspect) + 2 * kMargin)};
}

QByteArray figure_bytes(const widgets::Figure& figure, QSizeF paper, double scale, PictureFormat format) {
  const QRectF box = QRectF(QPointF(0, 0), paper).adjusted(kMargin, kMargin, -kMargin, -kMargin);
  const widgets::PaintPage paint = [&](QPainter& painter) { widgets::paint_figure(painter, box, figure, scale); };
  return widgets::picture_bytes(format, paper, scale, figure.title, paint);
}

}  // namespace lossscope
