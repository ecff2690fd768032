// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scene_view.h"
#include "widgets/sheet_scene.h"

namespace lossscope::widgets {

/// A sheet on screen. A click, or the arrow keys and Return, choose a cell.
class ContactSheet : public SceneView {
  Q_OBJECT
 public:
  explicit ContactSheet(QWidget* parent = nullptr);
  void setSheet(Sheet sheet);
  void setCurrent(const QString& id);
  [[nodiscard]] const Sheet& sheet() const { return sheet_.sheet(); }
  [[nodiscard]] QRectF boxOf(const QString& id) const;  ///< empty for an unknown id

 Q_SIGNALS:
  void chosen(const QString& id);

 protected:
  [[nodiscard]] Scene& scene() override { return sheet_; }
  void paintMarks(QPainter& painter) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  [[nodiscard]] int cellAt(QPointF position) const;
  [[nodiscard]] int placeOf(const QString& id) const;  ///< -1 for an unknown id

  SheetScene sheet_;
  int selected_ = 0;
};

}  // namespace lossscope::widgets
