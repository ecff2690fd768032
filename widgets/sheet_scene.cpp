// SPDX-License-Identifier: Apache-2.0
#include "widgets/sheet_scene.h"

#include <algorithm>

namespace lossscope::widgets {
namespace {

constexpr double kMargin = 5, kBar = 6;
const QColor kText(0xe6, 0xe7, 0xea), kMuted(0xa4, 0xa8, 0xae), kEmpty(0x3a, 0x3d, 0x42);

double line_height() { return QFontMetricsF(picture_font()).height(); }

/// A cell without its picture: name above, bar and one line below.
double furniture() { return 2 * line_height() + kBar + 10; }

double title_height(const Sheet& sheet) { return sheet.title.isEmpty() ? 0 : line_height() + 6; }

void paint_shares(QPainter& painter, QRectF bar, const SheetCell& cell) {
  painter.fillRect(bar, kEmpty);
  double left = bar.left();
  for (const SheetShare& share : cell.shares) {
    const double right = std::min(bar.right(), left + bar.width() * std::max(share.share, 0.0));
    painter.fillRect(QRectF(QPointF(left, bar.top()), QPointF(right, bar.bottom())), share.colour);
    left = right;
  }
}

void paint_elided(QPainter& painter, QRectF box, int alignment, const QString& text, const QColor& colour) {
  painter.setPen(colour);
  painter.drawText(box, alignment | Qt::AlignVCenter,
                   QFontMetricsF(painter.font()).elidedText(text, Qt::ElideRight, box.width()));
}

}  // namespace

void SheetScene::setSheet(Sheet sheet) {
  sheet_ = std::move(sheet);
  slices_.resize(sheet_.cells.size());
  for (std::size_t at = 0; at < slices_.size(); ++at) {
    if (!slices_[at]) {
      slices_[at] = std::make_unique<SliceScene>();
    }
    SliceScene& slice = *slices_[at];
    slice.setColourScale(sheet_.cells[at].scale);
    slice.setWindowLevel(sheet_.window, sheet_.level);
    slice.setOverlayOpacity(sheet_.opacity);
    slice.setOverlayVisible(sheet_.opacity > 0);
    slice.setContoursVisible(sheet_.contours);
    slice.setContourWidth(0.7);  // a small picture is mostly its edge
    slice.setPicture(sheet_.cells[at].picture);
  }
}

std::vector<QRectF> SheetScene::boxes(QSizeF size) const {
  const int count = static_cast<int>(sheet_.cells.size());
  if (count == 0) {
    return {};
  }
  const QSizeF room(size.width(), size.height() - title_height(sheet_));
  const SlicePicture& first = sheet_.cells[0].picture;
  const double aspect = first.height > 0 ? first.width * first.pixel_width / (first.height * first.pixel_height) : 1;
  int columns = 1;
  double best = 0;
  for (int tried = 1; tried <= count; ++tried) {
    const int rows = (count + tried - 1) / tried;
    const double width = room.width() / tried - 2 * kMargin, height = room.height() / rows - furniture();
    if (std::min(width, height * aspect) > best) {
      best = std::min(width, height * aspect);
      columns = tried;
    }
  }
  const int rows = (count + columns - 1) / columns;
  const QSizeF cell(room.width() / columns, room.height() / rows);
  std::vector<QRectF> boxes;
  for (int at = 0; at < count; ++at) {
    const int column = at % columns, row = at / columns;
    boxes.emplace_back(QPointF(column * cell.width(), title_height(sheet_) + row * cell.height()), cell);
  }
  return boxes;
}

void SheetScene::paintCell(QPainter& painter, QRectF box, std::size_t at, double pixels) {
  const SheetCell& cell = sheet_.cells[at];
  const double line = line_height();
  const QRectF inner = box.adjusted(kMargin, 2, -kMargin, -2);
  const QRectF head(inner.topLeft(), QSizeF(inner.width(), line));
  const double value_width = QFontMetricsF(painter.font()).horizontalAdvance(cell.value) + 6;
  paint_elided(painter, head, Qt::AlignRight, cell.value, kText);
  paint_elided(painter, head.adjusted(0, 0, -value_width, 0), Qt::AlignLeft, cell.name, kText);
  const QRectF picture(inner.left(), head.bottom() + 2, inner.width(), box.height() - furniture());
  if (picture.height() > 8) {
    painter.save();
    painter.translate(picture.topLeft());
    slices_[at]->paint(painter, picture.size(), pixels);
    painter.restore();
  }
  const QRectF bar(inner.left(), picture.bottom() + 2, inner.width(), kBar);
  paint_shares(painter, bar, cell);
  paint_elided(painter, QRectF(inner.left(), bar.bottom() + 1, inner.width(), line), Qt::AlignLeft, cell.note, kMuted);
}

void SheetScene::paint(QPainter& painter, QSizeF size, double pixels) {
  painter.save();
  painter.setFont(picture_font());
  painter.fillRect(QRectF(QPointF(0, 0), size), scene_background());
  const QRectF title(kMargin, 2, size.width() - 2 * kMargin, line_height() + 2);
  const double caption = QFontMetricsF(painter.font()).horizontalAdvance(sheet_.caption) + 12;
  if (!sheet_.title.isEmpty()) {
    paint_elided(painter, title, Qt::AlignRight, sheet_.caption, kMuted);
    paint_elided(painter, title.adjusted(0, 0, -caption, 0), Qt::AlignLeft, sheet_.title, kText);
  }
  const std::vector<QRectF> places = boxes(size);
  for (std::size_t at = 0; at < places.size(); ++at) {
    paintCell(painter, places[at], at, pixels);
  }
  painter.restore();
}

}  // namespace lossscope::widgets
