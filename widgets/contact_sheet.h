// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scene_view.h"
#include "widgets/sheet_scene.h"

class QScrollBar;

namespace lossscope::widgets {

/// A sheet on screen. A click, or the arrow keys and Return, choose a cell. Where not all rows are seen at a time, the
/// wheel, the scroll bar and the arrow keys bring the others.
class ContactSheet : public SceneView {
  Q_OBJECT
 public:
  explicit ContactSheet(QWidget* parent = nullptr);
  void setSheet(Sheet sheet);
  void setTextSize(int pixels) override;
  void setCurrent(const QString& id);
  [[nodiscard]] const Sheet& sheet() const { return sheet_.sheet(); }
  [[nodiscard]] QRectF boxOf(const QString& id) const;  ///< null for one that is unknown or not in view
  [[nodiscard]] QScrollBar* scrollBar() const { return scroll_; }
  [[nodiscard]] SheetPlan plan() const { return sheet_.plan(size()); }

 Q_SIGNALS:
  void chosen(const QString& id);

 protected:
  [[nodiscard]] Scene& scene() override { return sheet_; }
  void paintMarks(QPainter& painter) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void showRows();  ///< as many as fit, and the scroll bar for the rest
  void bringIntoView(int cell);
  [[nodiscard]] int cellAt(QPointF position) const;
  [[nodiscard]] int placeOf(const QString& id) const;  ///< -1 for an unknown id

  SheetScene sheet_;
  QScrollBar* scroll_ = nullptr;
  int selected_ = 0, turned_ = 0;  ///< of the wheel, in eighths of a degree, less the rows that it brought
};

}  // namespace lossscope::widgets
