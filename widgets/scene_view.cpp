// SPDX-License-Identifier: Apache-2.0
#include "widgets/scene_view.h"

#include <utility>

#include "basics/trace.h"

namespace lossscope::widgets {

SceneView::SceneView(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(120, 60);  // three of them, one above the other, fit on a small screen
  setAttribute(Qt::WA_OpaquePaintEvent);
}

void SceneView::updateScene() {
  changed_ = true;
  update();
}

void SceneView::setTextSize(int pixels) {
  scene().setTextSize(pixels);
  updateScene();
}

void SceneView::paintEvent(QPaintEvent*) {
  const auto name = [this] { return objectName().toStdString(); };
  const trace::Span span(trace::Category::paint, "paint a view", name);
  const double pixels = devicePixelRatioF();
  if (changed_ || painted_.devicePixelRatio() != pixels || painted_.size() != (QSizeF(size()) * pixels).toSize()) {
    const trace::Span scene_span(trace::Category::paint, "paint a scene", name);
    painted_ = scene_picture(scene(), size(), pixels);
    changed_ = false;
  }
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.drawImage(0, 0, painted_);
  paintMarks(painter);
  if (veiled_) {
    QColor veil = palette().color(QPalette::Window);
    veil.setAlphaF(0.6F);
    painter.fillRect(rect(), veil);
  }
}

void SceneView::setVeiled(bool on) {
  if (std::exchange(veiled_, on) != on) {
    update();
  }
}

QImage SceneView::grabPicture(double scale, bool marks) {
  QImage picture = scene_picture(scene(), size(), scale);
  if (marks) {
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    paintMarks(painter);
  }
  return picture;
}

}  // namespace lossscope::widgets
