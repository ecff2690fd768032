// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "widgets/slice_scene.h"

namespace lossscope::widgets {

/// A part of a whole that a cell's bar shows, e.g. "FP".
struct SheetShare {
  QString name;
  QColor colour;
  double share = 0;  ///< 0..1
};

/// One small picture of a sheet.
struct SheetCell {
  QString id, name, value;
  QString note;     ///< below the bar, e.g. "edge 82 %"
  QString tooltip;  ///< of the widget
  SlicePicture picture;
  ColourScale scale;
  std::vector<SheetShare> shares;  ///< empty where they are not known yet
};

/// Many small pictures of one slice, each with its name, its value and what it is made of.
struct Sheet {
  QString title, caption;
  std::vector<SheetCell> cells;
  double window = 1, level = 0.5;  ///< of the grey images
  double opacity = 0.75;           ///< of the overlays; 0 hides them
  bool contours = true;
};

class SheetScene : public Scene {
 public:
  void setSheet(Sheet sheet);
  [[nodiscard]] const Sheet& sheet() const { return sheet_; }
  /// Where the cells lie in a view of `size`: as many columns as make the pictures largest.
  [[nodiscard]] std::vector<QRectF> boxes(QSizeF size) const;
  void paint(QPainter& painter, QSizeF size, double pixels) override;

 private:
  void paintCell(QPainter& painter, QRectF box, std::size_t at, double pixels);

  Sheet sheet_;
  std::vector<std::unique_ptr<SliceScene>> slices_;
};

}  // namespace lossscope::widgets
