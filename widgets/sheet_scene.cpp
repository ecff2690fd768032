// SPDX-License-Identifier: Apache-2.0
#include "widgets/sheet_scene.h"

#include <algorithm>
#include <cmath>

#include "widgets/colour_bar.h"

namespace lossscope::widgets {
namespace {

constexpr double kPaperCell = 165;  // about as wide on paper
constexpr double kRangeRoom = 4;    // lines of text, as wide as high
constexpr double kCellMargin = 5, kBar = 6, kEdge = 2, kCellGap = 3;

struct Inks {
  QColor ground, text, muted, empty;
};

const Inks& inks(SheetLook look) {
  static const Inks kScreen{scene_background(), {0xe6, 0xe7, 0xea}, {0xa4, 0xa8, 0xae}, {0x3a, 0x3d, 0x42}};
  static const Inks kPaper{Qt::white, {0x1b, 0x1d, 0x21}, {0x5b, 0x60, 0x68}, {0xe3, 0xe5, 0xe9}};
  return look == SheetLook::screen ? kScreen : kPaper;
}

/// How many lines a text needs in so much room, from 1 to `most`.
int lines_of(const QFont& font, const QString& text, double width, int most) {
  const QFontMetricsF metrics(font);
  const QRectF room(0, 0, width, 1e6);
  const double height = metrics.boundingRect(room, Qt::AlignLeft | Qt::TextWordWrap, text).height();
  return std::clamp(static_cast<int>(std::lround(height / metrics.height())), 1, most);
}

QString elided(const QFont& font, const QString& text, double width) {
  return QFontMetricsF(font).elidedText(text, Qt::ElideRight, width);
}

}  // namespace

void SheetScene::setSheet(Sheet sheet) {
  sheet_ = std::move(sheet);
  slices_.resize(sheet_.cells.size());
  for (std::size_t at = 0; at < slices_.size(); ++at) {
    if (!slices_[at]) {
      slices_[at] = std::make_unique<SliceScene>();
      slices_[at]->setTextSize(textSize());
    }
    SliceScene& slice = *slices_[at];
    slice.setColourScale(sheet_.cells[at].scale);
    slice.setWindowLevel(sheet_.window, sheet_.level);
    slice.setOverlayOpacity(sheet_.opacity);
    slice.setOverlayVisible(sheet_.opacity > 0);
    slice.setContoursVisible(sheet_.contours);
    slice.setPicture(sheet_.cells[at].picture);
    if (!sheet_.focus.isNull()) {
      slice.focusOn(sheet_.focus);
    }
  }
}

void SheetScene::setTextSize(int pixels) {
  Scene::setTextSize(pixels);
  for (const auto& slice : slices_) {
    slice->setTextSize(pixels);
  }
}

QFont SheetScene::font(bool bold) const {
  QFont font = textFont();
  if (look_ == SheetLook::paper) {
    font.setPixelSize(10);
  }
  font.setBold(bold && look_ == SheetLook::paper);
  return font;
}

double SheetScene::line() const { return QFontMetricsF(font()).height(); }

double SheetScene::head() const { return sheet_.title.isEmpty() ? 0 : line() + 6; }

double SheetScene::aspect() const {
  const SlicePicture& first = sheet_.cells.front().picture;
  const QSizeF shown = sheet_.focus.isNull() ? QSizeF(first.width, first.height) : sheet_.focus.size();
  const double height = shown.height() * first.pixel_height;
  return height > 0 ? std::clamp(shown.width() * first.pixel_width / height, 0.6, 1.8) : 1;
}

int SheetScene::nameLines(double width) const {
  int lines = 1;
  for (const SheetCell& cell : sheet_.cells) {
    lines = std::max(lines, lines_of(font(true), cell.name, width, 4));
  }
  return lines;
}

int SheetScene::noteLines(double width) const {
  int lines = 1;
  for (const SheetCell& cell : sheet_.cells) {
    lines = std::max(lines, lines_of(font(), cell.note, width, 2));
  }
  return lines;
}

double SheetScene::around(double width) const {
  const double inner = width - 2 * kCellMargin;
  return (nameLines(inner) + 1 + noteLines(inner)) * line() + kBar + kEdge + 4 * kCellGap + 4;
}

/// Of larger text than usual the widest value and its range must fit.
double SheetScene::leastCell() const {
  return textSize() > 0 ? valueWidth() + kRangeRoom * line() + 2 * kCellMargin : 0;
}

int SheetScene::columns(QSizeF room) const {
  const int count = static_cast<int>(sheet_.cells.size());
  if (look_ == SheetLook::paper) {
    return std::clamp(static_cast<int>(std::lround(room.width() / kPaperCell)), 1, count);
  }
  int columns = 1;
  double best = 0;
  for (int tried = 1; tried <= count; ++tried) {
    const int rows = (count + tried - 1) / tried;
    const double width = room.width() / tried, height = room.height() / rows - around(width);
    if (tried > 1 && width < leastCell()) {
      break;
    }
    if (std::min(width - 2 * kCellMargin, height * aspect()) > best) {
      best = std::min(width - 2 * kCellMargin, height * aspect());
      columns = tried;
    }
  }
  return columns;
}

std::vector<QRectF> SheetScene::boxes(QSizeF size) const {
  std::vector<QRectF> boxes;
  if (sheet_.cells.empty()) {
    return boxes;
  }
  const QSizeF room(size.width(), size.height() - head());
  const int count = static_cast<int>(sheet_.cells.size()), across = columns(room);
  const int rows = (count + across - 1) / across;
  const QSizeF cell(room.width() / across, room.height() / rows);
  for (int at = 0; at < count; ++at) {
    boxes.emplace_back(QPointF(at % across * cell.width(), head() + at / across * cell.height()), cell);
  }
  return boxes;
}

double SheetScene::heightFor(double width) const {
  if (sheet_.cells.empty()) {
    return head();
  }
  const int across = columns(QSizeF(width, 1e6));
  const int rows = (static_cast<int>(sheet_.cells.size()) + across - 1) / across;
  const double cell = width / across;
  return head() + rows * (around(cell) + (cell - 2 * kCellMargin) / aspect());
}

/// Room for the widest value, the same in every cell so that the ranges stand below each other.
double SheetScene::valueWidth() const {
  const QFontMetricsF metrics(font(true));
  double width = metrics.horizontalAdvance(QStringLiteral("0.000000"));
  for (const SheetCell& cell : sheet_.cells) {
    width = std::max(width, metrics.horizontalAdvance(cell.value));
  }
  return width + 8;
}

/// The value, and at the right the colours' range.
void SheetScene::paintValue(QPainter& painter, QRectF row, const SheetCell& cell) const {
  painter.setFont(font(true));
  painter.setPen(inks(look_).text);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, cell.value);
  const double used = valueWidth();
  painter.setFont(font());
  painter.setPen(inks(look_).muted);
  if (sheet_.opacity > 0 && row.width() >= used + kRangeRoom * line()) {
    paint_range(painter, row.adjusted(used, 0, 0, 0), cell.scale);
  }
}

void SheetScene::paintShares(QPainter& painter, QRectF bar, const SheetCell& cell) const {
  painter.fillRect(bar, inks(look_).empty);
  double left = bar.left();
  for (const SheetShare& share : cell.shares) {
    const double right = std::min(bar.right(), left + bar.width() * std::max(share.share, 0.0));
    painter.fillRect(QRectF(QPointF(left, bar.top()), QPointF(right, bar.bottom())), share.colour);
    left = right;
  }
  if (std::isfinite(cell.edge)) {
    const double share = std::clamp(cell.edge, 0.0, 1.0);
    painter.fillRect(QRectF(bar.left(), bar.bottom() + 1, share * bar.width(), kEdge), inks(look_).text);
  }
}

void SheetScene::paintCell(QPainter& painter, QRectF box, std::size_t at, double pixels) {
  const SheetCell& cell = sheet_.cells[at];
  const QRectF inner = box.adjusted(kCellMargin, kCellGap, -kCellMargin, 0);
  const QRectF name(inner.topLeft(), QSizeF(inner.width(), nameLines(inner.width()) * line()));
  painter.setFont(font(true));
  painter.setPen(inks(look_).text);
  painter.drawText(name, Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap, cell.name);
  const QRectF picture(inner.left(), name.bottom() + kCellGap, inner.width(), box.height() - around(box.width()));
  if (picture.height() > 8) {
    painter.save();
    painter.translate(picture.topLeft());
    slices_[at]->paint(painter, picture.size(), pixels);
    painter.restore();
  }
  const QRectF value(inner.left(), picture.bottom() + kCellGap, inner.width(), line());
  paintValue(painter, value, cell);
  const QRectF bar(inner.left(), value.bottom() + 1, inner.width(), kBar);
  paintShares(painter, bar, cell);
  painter.setFont(font());
  painter.setPen(inks(look_).muted);
  const QRectF note(inner.left(), bar.bottom() + kEdge + 2, inner.width(), noteLines(inner.width()) * line());
  painter.drawText(note, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, cell.note);
}

void SheetScene::paint(QPainter& painter, QSizeF size, double pixels) {
  painter.save();
  painter.fillRect(QRectF(QPointF(0, 0), size), inks(look_).ground);
  painter.setFont(font());
  if (!sheet_.title.isEmpty()) {
    const QRectF row(kCellMargin, 2, size.width() - 2 * kCellMargin, line() + 2);
    const double caption = QFontMetricsF(font()).horizontalAdvance(sheet_.caption) + 12;
    painter.setPen(inks(look_).muted);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, elided(font(), sheet_.caption, row.width()));
    painter.setPen(inks(look_).text);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                     elided(font(), sheet_.title, std::max(0.0, row.width() - caption)));
  }
  const std::vector<QRectF> places = boxes(size);
  for (std::size_t at = 0; at < places.size(); ++at) {
    paintCell(painter, places[at], at, pixels);
  }
  painter.restore();
}

}  // namespace lossscope::widgets
