// SPDX-License-Identifier: Apache-2.0
// Where the cells of a sheet lie, and the words in them.
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "widgets/sheet_scene.h"

namespace lossscope::widgets {
namespace {

constexpr double kPaperCell = 165;             // about as wide on paper
constexpr double kRangeRoom = 7;               // lines of text, as wide as high
constexpr int kUsablePixels = 64;              // a picture that is smaller is not worth its place
constexpr int kPresentedLines = 7;             // before an audience
constexpr int kNameLines = 4, kNoteLines = 3;  // at most

/// Until the shares are known, so that nothing moves then.
QString usual_short_note() { return QStringLiteral("FP\u00a0100  FN\u00a0100"); }
QString usual_note() { return QStringLiteral("FP\u00a0100  FN\u00a0100  edge\u00a0100\u00a0%"); }

/// How many lines a text needs in so much room, from 1 to `most`.
int lines_of(const QFont& font, const QString& text, double width, int most) {
  const QFontMetricsF metrics(font);
  const QRectF room(0, 0, width, 1e6);
  const double height = metrics.boundingRect(room, Qt::AlignLeft | Qt::TextWordWrap, text).height();
  return std::clamp(static_cast<int>(std::lround(height / metrics.height())), 1, most);
}

/// The widest part of a text that no line break can divide.
double widest_word(const QFont& font, const QString& text) {
  static const QRegularExpression kBreak(QStringLiteral("(?<=-)| "));
  const QFontMetricsF metrics(font);
  double widest = 0;
  for (const QString& word : text.split(kBreak)) {
    widest = std::max(widest, metrics.horizontalAdvance(word));
  }
  return widest;
}

}  // namespace

bool SheetScene::twoLines(double width) const {
  const QFontMetricsF metrics(font());
  return look_ == SheetLook::screen &&
         metrics.horizontalAdvance(sheet_.title) + metrics.horizontalAdvance(sheet_.caption) + 6 * line() >
             width;  // and how many of them are shown
}

double SheetScene::head(double width) const {
  return sheet_.title.isEmpty() ? 0 : (twoLines(width) ? 2 : 1) * line() + 6;
}

double SheetScene::aspect() const {
  const SlicePicture& first = sheet_.cells.front().picture;
  const QSizeF shown = sheet_.focus.isNull() ? QSizeF(first.width, first.height) : sheet_.focus.size();
  const double height = shown.height() * first.pixel_height;
  return height > 0 ? std::clamp(shown.width() * first.pixel_width / height, 0.6, 1.8) : 1;
}

int SheetScene::nameLines(double width, int row, const SheetPlan& plan) const {
  int lines = 1;
  for (std::size_t at = 0; at < sheet_.cells.size(); ++at) {
    if (plan.scrolls() || static_cast<int>(at) / plan.columns == row) {
      lines = std::max(lines, lines_of(font(true), sheet_.cells[at].name, width, kNameLines));
    }
  }
  return lines;
}

const QString& SheetScene::noteOf(const SheetCell& cell, bool shortened) {
  return shortened && !cell.short_note.isEmpty() ? cell.short_note : cell.note;
}

const SheetScene::Notes& SheetScene::notes(double width) const {
  if (notes_ && notes_->width == width) {
    return *notes_;
  }
  const QFontMetricsF metrics(font());
  Notes& now = notes_.emplace();
  now.width = width;
  now.shortened = std::ranges::any_of(sheet_.cells, [&](const SheetCell& cell) {
    return metrics.horizontalAdvance(cell.shares.empty() ? usual_note() : cell.note) > width;
  });
  for (const SheetCell& cell : sheet_.cells) {
    now.lines = std::max(now.lines, lines_of(font(), noteOf(cell, now.shortened), width, kNoteLines));
  }
  return now;
}

double SheetScene::leastText() const {
  double width = valueWidth() - 8;
  for (const SheetCell& cell : sheet_.cells) {
    width = std::max({width, widest_word(font(true), cell.name), widest_word(font(), cell.note)});
  }
  return std::ceil(std::max(width, QFontMetricsF(font()).horizontalAdvance(usual_short_note()))) + 1;
}

bool SheetScene::rangeApart(double width) const { return width < valueWidth() + kRangeRoom * line(); }

double SheetScene::textHeight(double width, int row, const SheetPlan& plan) const {
  return (nameLines(width, row, plan) + 1 + (rangeApart(width) ? 1 : 0) + notes(width).lines) * line() + kBar + kEdge +
         2 + 2 * kCellGap;
}

double SheetScene::textHeights(double width, const SheetPlan& plan) const {
  double sum = 0;
  for (int row = 0; row < plan.rows; ++row) {
    sum += textHeight(width, row, plan);
  }
  return sum;
}

double SheetScene::wordsWidth(double cell, const SheetPlan& plan) const {
  return plan.beside ? leastText() : cell - 2 * kCellMargin;
}

QSizeF SheetScene::pictureRoom(QSizeF room, const SheetPlan& plan) const {
  const double cell = room.width() / plan.columns, words = wordsWidth(cell, plan);
  if (words < leastText() && look_ == SheetLook::screen) {
    return {};
  }
  if (!plan.beside) {
    return {words, (room.height() - textHeights(words, plan)) / plan.rows - 2 * kCellGap};
  }
  const QSizeF picture(cell - 2 * kCellMargin - words - kWordsGap, room.height() / plan.rows - 2 * kCellGap);
  double tallest = 0;
  for (int row = 0; row < plan.rows; ++row) {
    tallest = std::max(tallest, textHeight(words, row, plan));
  }
  return tallest <= picture.height() + kCellGap ? picture : QSizeF();
}

double SheetScene::side(QSizeF room, const SheetPlan& plan) const {
  const QSizeF picture = pictureRoom(room, plan);
  return std::max(0.0, std::min(picture.width(), picture.height() * aspect()) / std::max(1.0, aspect()));
}

/// Before an audience a picture is seen from afar, as its words are: some lines at a time are enough.
int SheetScene::usable() const {
  if (textSize() <= 0) {
    return kUsablePixels;
  }
  return static_cast<int>(kPresentedLines * line());
}

/// Some rows at a time: as many cells as can be of a usable size, and those as large as they can be.
SheetPlan SheetScene::scrolled(QSizeF room) const {
  const int count = static_cast<int>(sheet_.cells.size());
  SheetPlan found{1, 1, count};
  int most = 0;
  double best = -1;
  for (const bool beside : {false, true}) {
    for (int columns = 1; columns <= count; ++columns) {
      const int all_rows = (count + columns - 1) / columns;
      for (int rows = 1; rows < all_rows; ++rows) {
        const SheetPlan tried{columns, rows, all_rows, beside};
        const double now = side(room, tried);
        const int shown = now >= usable() ? columns * rows : 0;
        if (shown > most || (shown == most && now > best)) {
          most = shown;
          best = now;
          found = tried;
        }
        if (now < usable()) {
          break;  // more rows are lower ones
        }
      }
    }
  }
  return found;
}

/// All cells at a time, as large as they can be, unless that is too small.
SheetPlan SheetScene::found(QSizeF size) const {
  const int count = static_cast<int>(sheet_.cells.size());
  if (look_ == SheetLook::paper) {
    const int columns = std::clamp(static_cast<int>(std::lround(size.width() / kPaperCell)), 1, count);
    const int rows = (count + columns - 1) / columns;
    return {columns, rows, rows};
  }
  const QSizeF room(size.width(), size.height() - head(size.width()));
  SheetPlan found;
  double best = -1;
  for (const bool beside : {false, true}) {
    for (int columns = 1; columns <= count; ++columns) {
      const int rows = (count + columns - 1) / columns;
      const SheetPlan tried{columns, rows, rows, beside};
      if (const double now = side(room, tried); now > best) {
        best = now;
        found = tried;
      }
    }
  }
  return best >= usable() ? found : scrolled({room.width() - kScrollRoom, room.height()});
}

SheetPlan SheetScene::plan(QSizeF size) const {
  if (sheet_.cells.empty()) {
    return {};
  }
  if (!plan_ || plan_->first != size) {
    plan_ = {size, found(size)};
  }
  return plan_->second;
}

int SheetScene::firstRow(QSizeF size) const {
  const SheetPlan now = plan(size);
  return std::clamp(first_row_, 0, now.all_rows - now.rows);
}

std::vector<QRectF> SheetScene::boxes(QSizeF size) const {
  std::vector<QRectF> boxes(sheet_.cells.size());
  if (boxes.empty()) {
    return boxes;
  }
  const SheetPlan now = plan(size);
  double top = head(size.width());
  const QSizeF room(size.width() - (now.scrolls() ? kScrollRoom : 0), size.height() - top);
  const double width = room.width() / now.columns, words = wordsWidth(width, now);
  const double pictures = room.height() - (now.beside ? 0 : textHeights(words, now));  // what is left for them
  const int first = firstRow(size);
  for (int row = 0; row < now.rows; ++row) {
    const double height = pictures / now.rows + (now.beside ? 0 : textHeight(words, row, now));
    for (int column = 0; column < now.columns; ++column) {
      const auto at = static_cast<std::size_t>((first + row) * now.columns + column);
      if (at < boxes.size()) {
        boxes[at] = QRectF(column * width, top, width, height);
      }
    }
    top += height;
  }
  return boxes;
}

std::pair<QRectF, QRectF> SheetScene::parts(std::size_t cell, QRectF box, const SheetPlan& plan) const {
  const QRectF inner = box.adjusted(kCellMargin, kCellGap, -kCellMargin, -kCellGap);
  if (plan.beside) {
    const double words = leastText();
    return {inner.adjusted(0, 0, -words - kWordsGap, 0), inner.adjusted(inner.width() - words, 0, 0, 0)};
  }
  const int row = static_cast<int>(cell) / plan.columns;
  const double name = nameLines(inner.width(), row, plan) * line() + kCellGap;
  return {inner.adjusted(0, name, 0, name - textHeight(inner.width(), row, plan)), inner};
}

double SheetScene::heightFor(double width) const {
  if (sheet_.cells.empty()) {
    return head(width);
  }
  const SheetPlan now = plan({width, 1e6});
  const double inner = width / now.columns - 2 * kCellMargin;
  return head(width) + textHeights(inner, now) + now.rows * (2 * kCellGap + inner / aspect());
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

}  // namespace lossscope::widgets
