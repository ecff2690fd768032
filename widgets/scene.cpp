// SPDX-License-Identifier: Apache-2.0
#include "widgets/scene.h"

#include <QPaintEngine>

namespace lossscope::widgets {

QImage blank_picture(QSizeF size, double scale, const QColor& background) {
  QImage picture((size * scale).toSize(), QImage::Format_RGB32);
  picture.setDevicePixelRatio(scale);
  picture.fill(background);
  return picture;
}

QImage scene_picture(Scene& scene, QSizeF size, double scale) {
  QImage picture = blank_picture(size, scale, scene_background());
  QPainter painter(&picture);
  scene.paint(painter, size, scale);
  return picture;
}

QFont picture_font() {
  QFont font(QStringLiteral("DejaVu Sans"));
  font.setPixelSize(12);
  font.setHintingPreference(QFont::PreferNoHinting);  // or text would be set differently at every resolution
  return font;
}

QFont Scene::textFont() const {
  QFont font = picture_font();
  if (text_size_ > 0) {
    font.setPixelSize(text_size_);
  }
  return font;
}

QColor scene_background() { return {18, 18, 18}; }

bool draws_vectors(const QPainter& painter) {
  const QPaintEngine* engine = painter.paintEngine();
  return engine != nullptr && (engine->type() == QPaintEngine::SVG || engine->type() == QPaintEngine::Pdf);
}

}  // namespace lossscope::widgets
