// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
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
  QString note;        ///< below the bars, e.g. "FP 12  FN 70  edge 82 %"
  QString short_note;  ///< instead, where that is too long for a line; empty: there is no shorter one
  QString tooltip;     ///< of the widget
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

/// How the cells of a sheet lie in a room: in rows of `columns`, of which `rows` are seen at a time.
struct SheetPlan {
  int columns = 1, rows = 1, all_rows = 1;
  bool beside = false;  ///< the words stand at the right of each picture instead of around it
  [[nodiscard]] bool scrolls() const { return rows < all_rows; }
  bool operator==(const SheetPlan&) const = default;
};

/// A sheet on a view's dark ground, or on white paper with smaller text; otherwise the same picture. On screen the
/// cells lie as makes their pictures largest; where that would be too small to see, some rows are shown at a time.
class SheetScene : public Scene {
 public:
  explicit SheetScene(SheetLook look = SheetLook::screen) : look_(look) {}
  void setSheet(Sheet sheet);
  [[nodiscard]] const Sheet& sheet() const { return sheet_; }
  [[nodiscard]] SheetPlan plan(QSizeF size) const;
  /// The row that is seen first, where not all are.
  void setFirstRow(int row) { first_row_ = row; }
  [[nodiscard]] int firstRow(QSizeF size) const;
  /// Where the cells lie in `size`; null for those that are not seen.
  [[nodiscard]] std::vector<QRectF> boxes(QSizeF size) const;
  /// Where the picture and the words of a cell lie in its box. Words that stand around a picture hold it.
  [[nodiscard]] std::pair<QRectF, QRectF> parts(std::size_t cell, QRectF box, const SheetPlan& plan) const;
  /// How high it is on paper when the pictures keep their shape.
  [[nodiscard]] double heightFor(double width) const override;
  /// The room at the right that is left for a scroll bar, where not all rows are seen.
  static constexpr int kScrollRoom = 14;
  void paint(QPainter& painter, QSizeF size, double pixels) override;
  void setTextSize(int pixels) override;

 private:
  static constexpr double kCellMargin = 5, kBar = 6, kEdge = 2, kCellGap = 3;  ///< pixels
  static constexpr double kWordsGap = 8;  ///< between a picture and words beside it

  [[nodiscard]] QFont font(bool bold = false) const;
  [[nodiscard]] double line() const;  ///< height of a line of text
  [[nodiscard]] double valueWidth() const;
  [[nodiscard]] double leastText() const;           ///< width of the widest word of a cell
  [[nodiscard]] double head(double width) const;    ///< height of title and caption
  [[nodiscard]] bool twoLines(double width) const;  ///< whether they stand below each other
  [[nodiscard]] double aspect() const;              ///< width by height of what a picture shows
  [[nodiscard]] static const QString& noteOf(const SheetCell& cell, bool shortened);
  /// The cells' notes in this width: whether one is too long for a line, and the lines that the longest needs then.
  struct Notes {
    double width = 0;
    bool shortened = false;
    int lines = 1;
  };
  [[nodiscard]] const Notes& notes(double width) const;
  [[nodiscard]] bool rangeApart(double width) const;  ///< whether the range has a line of its own
  /// Lines that the longest name in a row needs in this width; of the longest of all where rows come and go.
  [[nodiscard]] int nameLines(double width, int row, const SheetPlan& plan) const;
  /// Height of the words of a row's cells, and of all rows that are seen.
  [[nodiscard]] double textHeight(double width, int row, const SheetPlan& plan) const;
  [[nodiscard]] double textHeights(double width, const SheetPlan& plan) const;
  /// The room for a picture in a plan, in the words' width; null where words do not fit.
  [[nodiscard]] QSizeF pictureRoom(QSizeF room, const SheetPlan& plan) const;
  [[nodiscard]] double wordsWidth(double cell, const SheetPlan& plan) const;
  /// The shorter side of the pictures in a plan.
  [[nodiscard]] double side(QSizeF room, const SheetPlan& plan) const;
  [[nodiscard]] SheetPlan found(QSizeF size) const;
  [[nodiscard]] SheetPlan scrolled(QSizeF room) const;
  [[nodiscard]] int usable() const;  ///< pixels that the shorter side of a picture should have
  [[nodiscard]] QString shownText(QSizeF size) const;
  void paintHead(QPainter& painter, QSizeF size) const;
  void paintCell(QPainter& painter, QRectF box, const SheetPlan& plan, std::size_t at, double pixels);
  void paintWords(QPainter& painter, QRectF box, std::size_t at, const SheetPlan& plan) const;
  void paintValue(QPainter& painter, QRectF row, const SheetCell& cell) const;
  void paintShares(QPainter& painter, QRectF bar, const SheetCell& cell) const;

  SheetLook look_;
  Sheet sheet_;
  int first_row_ = 0;
  mutable std::optional<std::pair<QSizeF, SheetPlan>> plan_;  ///< found last, and for which size
  mutable std::optional<Notes> notes_;                        ///< measured last
  std::vector<std::unique_ptr<SliceScene>> slices_;
};

}  // namespace lossscope::widgets
