// SPDX-License-Identifier: Apache-2.0
#include "app/window/formula_picture.h"

#include <QPainter>
#include <QSvgRenderer>
#include <QWidget>
#include <algorithm>

#include "app/figures/live_formula.h"
#include "widgets/formula_view.h"

namespace lossscope {

QImage formula_picture(std::string_view loss, const QWidget& on, int width) {
  QByteArray svg = formula_svg(loss);
  svg.replace("#000000", on.palette().color(QPalette::Text).name().toLatin1());
  QSvgRenderer renderer(svg);
  QSizeF size = widgets::formula_size(renderer, on.fontMetrics().xHeight() * 1.15);
  if (size.isEmpty()) {
    return {};
  }
  size *= std::min(1.0, width / size.width());
  const double ratio = on.devicePixelRatioF();
  QImage picture((size * ratio).toSize().expandedTo({1, 1}), QImage::Format_ARGB32_Premultiplied);
  picture.setDevicePixelRatio(ratio);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  renderer.render(&painter, QRectF(QPointF(0, 0), size));
  return picture;
}

}  // namespace lossscope
