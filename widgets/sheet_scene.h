// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
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
  QString note;     ///< below the bars, e.g. "FP 12  FN 70  edge 82 %"
  QString tooltip;  ///< of the widget
  SlicePicture picture;
  ColourScale scale;
  std::vector<SheetShare> shares;                          ///< empty where they are not known yet
  double edge = std::numeric_limits<double>::quiet_NaN();  ///< another share, of the same whole: a thin line below
};

/// Many small pictures of one slice, each with its name, its value and what it is made of.
struct Sheet {
  QString title, caption;  ///< above the pictures, at the left and at the right
  std::vector<SheetCell> cells;
  double window = 1, level = 0.5;  ///< of the grey images
  double opacity = 0.75;           ///< of the overlays; 0 hides them
  bool contours = true;
  QRectF focus;  ///< voxels that fill each picture; null: the whole slice
};

enum class SheetLook : std::uint8_t { screen, paper };

/// A sheet on a view's dark ground, or on white paper with smaller text; otherwise the same picture.
class SheetScene : public Scene {
 public:
  explicit SheetScene(SheetLook look = SheetLook::screen) : look_(look) {}
  void setSheet(Sheet sheet);
  [[nodiscard]] const Sheet& sheet() const { return sheet_; }
  /// Where the cells lie in `size`: on screen in as many columns as make the pictures largest.
  [[nodiscard]] std::vector<QRectF> boxes(QSizeF size) const;
  /// How high it is on paper when the pictures keep their shape.
  [[nodiscard]] double heightFor(double width) const override;
  void paint(QPainter& painter, QSizeF size, double pixels) override;
  void setTextSize(int pixels) override;

 private:
  [[nodiscard]] QFont font(bool bold = false) const;
  [[nodiscard]] double line() const;  ///< height of a line of text
  [[nodiscard]] double valueWidth() const;
  [[nodiscard]] double head() const;                ///< height of title and caption
  [[nodiscard]] double aspect() const;              ///< width by height of what a picture shows
  [[nodiscard]] int nameLines(double width) const;  ///< lines that the longest name needs in this width
  [[nodiscard]] int noteLines(double width) const;  ///< lines that the longest note needs
  [[nodiscard]] double around(double width) const;  ///< height of a cell of this width, less its picture
  [[nodiscard]] double leastCell() const;
  [[nodiscard]] int columns(QSizeF room) const;
  void paintCell(QPainter& painter, QRectF box, std::size_t at, double pixels);
  void paintValue(QPainter& painter, QRectF row, const SheetCell& cell) const;
  void paintShares(QPainter& painter, QRectF bar, const SheetCell& cell) const;

  SheetLook look_;
  Sheet sheet_;
  std::vector<std::unique_ptr<SliceScene>> slices_;
};

}  // namespace lossscope::widgets
