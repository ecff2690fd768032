// SPDX-License-Identifier: Apache-2.0
#include "widgets/sheet_scene.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "widgets/colour_bar.h"

namespace lossscope::widgets {
namespace {

struct Inks {
  QColor ground, text, muted, empty;
};

const Inks& inks(SheetLook look) {
  static const Inks kScreen{scene_background(), {0xe6, 0xe7, 0xea}, {0xa4, 0xa8, 0xae}, {0x3a, 0x3d, 0x42}};
  static const Inks kPaper{Qt::white, {0x1b, 0x1d, 0x21}, {0x5b, 0x60, 0x68}, {0xe3, 0xe5, 0xe9}};
  return look == SheetLook::screen ? kScreen : kPaper;
}

QString elided(const QFont& font, const QString& text, double width) {
  return QFontMetricsF(font).elidedText(text, Qt::ElideRight, width);
}

}  // namespace

void SheetScene::setSheet(Sheet sheet) {
  sheet_ = std::move(sheet);
  plan_.reset();
  notes_.reset();
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
  plan_.reset();
  notes_.reset();
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

/// The value, and at the right or below it the colours' range.
void SheetScene::paintValue(QPainter& painter, QRectF row, const SheetCell& cell) const {
  painter.setFont(font(true));
  painter.setPen(inks(look_).text);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignTop, cell.value);
  painter.setFont(font());
  painter.setPen(inks(look_).muted);
  if (sheet_.opacity > 0) {
    const bool apart = rangeApart(row.width());
    const QRectF first(row.topLeft(), QSizeF(row.width(), line()));
    paint_range(painter, apart ? first.translated(0, line()) : first.adjusted(valueWidth(), 0, 0, 0), cell.scale);
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

/// The name above the picture or above the other words; those below the picture.
void SheetScene::paintWords(QPainter& painter, QRectF box, std::size_t at, const SheetPlan& plan) const {
  const SheetCell& cell = sheet_.cells[at];
  const int row = static_cast<int>(at) / plan.columns;
  const QRectF name(box.topLeft(), QSizeF(box.width(), nameLines(box.width(), row, plan) * line()));
  painter.setFont(font(true));
  painter.setPen(inks(look_).text);
  painter.drawText(name, Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap, cell.name);
  const double below = textHeight(box.width(), row, plan) - name.height() - kCellGap;
  const double top = plan.beside ? name.bottom() : box.bottom() - below + kCellGap;  // apart from the picture above
  const QRectF value(box.left(), top, box.width(), (rangeApart(box.width()) ? 2 : 1) * line());
  paintValue(painter, value, cell);
  const QRectF bar(box.left(), value.bottom() + 1, box.width(), kBar);
  paintShares(painter, bar, cell);
  painter.setFont(font());
  painter.setPen(inks(look_).muted);
  const QRectF note(box.left(), bar.bottom() + kEdge + 2, box.width(), notes(box.width()).lines * line());
  painter.drawText(note, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, noteOf(cell, notes(box.width()).shortened));
}

void SheetScene::paintCell(QPainter& painter, QRectF box, const SheetPlan& plan, std::size_t at, double pixels) {
  const auto [picture, words] = parts(at, box, plan);
  if (picture.width() > 8 && picture.height() > 8) {
    painter.save();
    painter.translate(picture.topLeft());
    slices_[at]->paint(painter, picture.size(), pixels);
    painter.restore();
  }
  painter.save();
  painter.setClipRect(box, Qt::IntersectClip);
  paintWords(painter, words, at, plan);
  painter.restore();
}

/// Which of the cells are seen, where not all are; before the caption.
QString SheetScene::shownText(QSizeF size) const {
  const SheetPlan now = plan(size);
  if (!now.scrolls()) {
    return {};
  }
  const int count = static_cast<int>(sheet_.cells.size()), first = firstRow(size) * now.columns;
  return QCoreApplication::translate("SheetScene", "%1 to %2 of %3, ")
      .arg(first + 1)
      .arg(std::min(count, first + now.rows * now.columns))
      .arg(count);
}

void SheetScene::paintHead(QPainter& painter, QSizeF size) const {
  const QRectF row(kCellMargin, 2, size.width() - 2 * kCellMargin, line() + 2);
  const QString caption = shownText(size) + sheet_.caption;
  const bool two = twoLines(size.width());
  const double used = two ? 0 : QFontMetricsF(font()).horizontalAdvance(caption) + 12;
  painter.setPen(inks(look_).muted);
  painter.drawText(two ? row.translated(0, line()) : row, (two ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter,
                   elided(font(), caption, row.width()));
  painter.setPen(inks(look_).text);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                   elided(font(), sheet_.title, std::max(0.0, row.width() - used)));
}

void SheetScene::paint(QPainter& painter, QSizeF size, double pixels) {
  painter.save();
  painter.fillRect(QRectF(QPointF(0, 0), size), inks(look_).ground);
  painter.setFont(font());
  if (!sheet_.title.isEmpty()) {
    paintHead(painter, size);
  }
  const SheetPlan now = plan(size);
  const std::vector<QRectF> places = boxes(size);
  for (std::size_t at = 0; at < places.size(); ++at) {
    if (!places[at].isNull()) {
      paintCell(painter, places[at], now, at, pixels);
    }
  }
  painter.restore();
}

}  // namespace lossscope::widgets
