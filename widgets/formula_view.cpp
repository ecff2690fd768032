// SPDX-License-Identifier: Apache-2.0
#include "widgets/formula_view.h"

#include <QEvent>
#include <QPainter>
#include <QSvgRenderer>
#include <algorithm>
#include <cmath>

namespace lossscope::widgets {
namespace {

constexpr double kUnitsPerEx = 442;  // of the viewBox that MathJax writes
constexpr int kFormulaMargin = 4;

}  // namespace

QSizeF formula_size(const QSvgRenderer& formula, double ex) { return formula.viewBoxF().size() / kUnitsPerEx * ex; }

FormulaView::FormulaView(QWidget* parent) : QWidget(parent), renderer_(std::make_unique<QSvgRenderer>()) {
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);  // Fixed would hold it to the hint
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

FormulaView::~FormulaView() = default;

void FormulaView::setSvg(const QByteArray& svg) {
  svg_ = svg;
  load();
  updateGeometry();
}

void FormulaView::load() {
  QByteArray coloured = svg_;
  coloured.replace("#000000", palette().color(QPalette::WindowText).name().toLatin1());
  renderer_->load(coloured);
  update();
}

QSizeF FormulaView::natural() const {
  const double ex = fontMetrics().xHeight() * 1.15;  // formulas look small beside text of their own x-height
  return formula_size(*renderer_, ex);
}

bool FormulaView::hasHeightForWidth() const { return true; }

int FormulaView::heightForWidth(int width) const {
  const QSizeF size = natural();
  if (size.isEmpty()) {
    return 0;
  }
  const double scale = std::min(1.0, std::max(1, width - 2 * kFormulaMargin) / size.width());
  return static_cast<int>(std::ceil(size.height() * scale)) + 2 * kFormulaMargin;
}

QSize FormulaView::sizeHint() const {
  const int width = static_cast<int>(natural().width()) + 2 * kFormulaMargin;
  return {std::min(width, 300), heightForWidth(std::min(width, 300))};
}

QSize FormulaView::minimumSizeHint() const { return {60, 0}; }

void FormulaView::paintEvent(QPaintEvent*) {
  const QSizeF size = natural();
  if (size.isEmpty()) {
    return;
  }
  const double scale = std::min(1.0, (width() - 2.0 * kFormulaMargin) / size.width());
  const QSizeF shown = size * scale;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  renderer_->render(&painter, QRectF(QPointF(kFormulaMargin, (height() - shown.height()) / 2), shown));
}

void FormulaView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    load();
  }
  QWidget::changeEvent(event);
}

}  // namespace lossscope::widgets
