// SPDX-License-Identifier: Apache-2.0
// Parts are stacked on pages of A4; one that does not fit begins the next page, and a heading goes with what follows.
#include <QBuffer>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextDocument>
#include <algorithm>

#include "app/figures/report_tables.h"
#include "widgets/formula_view.h"
#include "widgets/paper.h"

namespace lossscope {
namespace {

constexpr int kDpi = 96;
constexpr double kPageWidth = 210 / 25.4 * kDpi, kPageHeight = 297 / 25.4 * kDpi;
constexpr double kSide = 60, kTop = 60, kFoot = 64;
constexpr double kWidth = kPageWidth - 2 * kSide, kHeight = kPageHeight - kTop - kFoot;
constexpr double kPictureScale = 2.5;  // pixels of slices and surfaces for one of the page: 240 per inch
constexpr double kExPixels = 6.6;      // x-height of the text, a little larger for formulas

/// Something of a known height that can be painted anywhere.
struct Block {
  double height = 0, above = 0;
  bool keep_with_next = false;
  std::function<void(QPainter&)> paint;  ///< at the origin
};

Block text_block(const QString& html, double above) {
  auto document = std::make_shared<QTextDocument>();
  QFont font = widgets::picture_font();
  font.setPixelSize(11);
  document->setDefaultFont(font);
  document->setDocumentMargin(0);
  document->setDefaultStyleSheet(QStringLiteral("* { color: #1b1d21; }"));
  document->setHtml(html);
  document->setTextWidth(kWidth);
  Block block;
  block.height = document->size().height();
  block.above = above;
  block.paint = [document](QPainter& painter) { document->drawContents(&painter); };
  return block;
}

Block heading_block(const QString& text, int pixels, double above) {
  Block block = text_block(
      QStringLiteral("<div style='font-size:%1px;font-weight:bold'>%2</div>").arg(pixels).arg(text.toHtmlEscaped()),
      above);
  block.keep_with_next = true;
  return block;
}

Block table_block(const ReportPart& part) {
  QString html = QStringLiteral("<table cellspacing='0' cellpadding='2'>");
  const auto row_html = [&part](const QStringList& row, const QString& style) {
    QString cells;
    for (qsizetype at = 0; at < row.size(); ++at) {
      const TableCell cell = table_cell(part, row, at);
      const QString one = QStringLiteral("<td %1 style='padding-%2:0px;padding-right:%3px;%4'>%5</td>");
      if (cell.decimal && &row == &part.head) {
        cells += one.arg(QStringLiteral("colspan='2' align='right'"), QStringLiteral("left"), QStringLiteral("18"),
                         style, cell.text.toHtmlEscaped());
        continue;
      }
      if (!cell.decimal) {
        cells += one.arg(QString(), QStringLiteral("left"), QStringLiteral("18"), style, cell.text.toHtmlEscaped());
        continue;
      }
      cells += one.arg(QStringLiteral("align='right'"), QStringLiteral("left"), QStringLiteral("0"), style, cell.whole);
      cells += one.arg(QString(), QStringLiteral("left"), QStringLiteral("18"), style, cell.fraction);
    }
    return QStringLiteral("<tr>%1</tr>").arg(cells);
  };
  if (!part.head.isEmpty()) {
    html += row_html(part.head, QStringLiteral("font-weight:bold"));
  }
  for (const QStringList& row : part.rows) {
    html += row_html(row, {});
  }
  return text_block(html + QStringLiteral("</table>"), 6);
}

Block formula_block(const QByteArray& svg) {
  auto renderer = std::make_shared<QSvgRenderer>(svg);
  QSizeF size = widgets::formula_size(*renderer, kExPixels);
  size *= std::min(1.0, kWidth / size.width());
  Block block;
  block.height = size.height();
  block.above = 8;
  block.keep_with_next = true;
  block.paint = [renderer, size](QPainter& painter) { renderer->render(&painter, QRectF(QPointF(0, 0), size)); };
  return block;
}

Block figure_block(const ReportPart& part) {
  Block block;
  block.height = std::min(widgets::figure_height(part.figure, kWidth, part.aspect), kHeight - 40);
  block.above = 18;
  block.paint = [&part, height = block.height](QPainter& painter) {
    painter.setFont(widgets::picture_font());
    widgets::paint_figure(painter, QRectF(0, 0, kWidth, height), part.figure, kPictureScale);
  };
  return block;
}

Block block_of(const ReportPart& part) {
  Block block;
  switch (part.kind) {
    case ReportPart::Kind::title:
      block = heading_block(part.text, 22, 0);
      break;
    case ReportPart::Kind::heading:
      block = heading_block(part.text, 15, 20);
      break;
    case ReportPart::Kind::subheading:
      block = heading_block(part.text, 12, 14);
      break;
    case ReportPart::Kind::paragraph:
      block = text_block(QStringLiteral("<div>%1</div>").arg(part.text.toHtmlEscaped()), 6);
      break;
    case ReportPart::Kind::table:
      block = table_block(part);
      break;
    case ReportPart::Kind::formula:
      block = formula_block(part.svg);
      break;
    case ReportPart::Kind::figure:
      block = figure_block(part);
      break;
  }
  block.keep_with_next |= part.keep;
  return block;
}

struct Placed {
  const Block* block;
  int page;
  double top;
};

/// How much room a block needs together with those that it must not be parted from.
double needed_from(const std::vector<Block>& blocks, std::size_t at) {
  double height = blocks[at].height;
  while (blocks[at].keep_with_next && at + 1 < blocks.size()) {
    ++at;
    height += blocks[at].above + blocks[at].height;
  }
  return height;
}

std::vector<Placed> lay_out(const std::vector<Block>& blocks) {
  std::vector<Placed> placed;
  int page = 0;
  double top = 0;
  bool kept = false;  // with the block before, for which there was room
  for (std::size_t at = 0; at < blocks.size(); ++at) {
    const Block& block = blocks[at];
    const bool full = !kept && top + block.above + needed_from(blocks, at) > kHeight;
    if (top > 0 && (full || top + block.above + block.height > kHeight)) {
      ++page;
      top = 0;
    }
    top += top > 0 ? block.above : 0;
    placed.push_back({&block, page, top});
    top += block.height;
    kept = block.keep_with_next;
  }
  return placed;
}

void paint_foot(QPainter& painter, const QString& title, int page, int pages) {
  QFont font = widgets::picture_font();
  font.setPixelSize(9);
  painter.setFont(font);
  painter.setPen(QColor(0x5b, 0x60, 0x68));
  const QRectF box(kSide, kPageHeight - 44, kWidth, 16);
  painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, title);
  painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("%1 of %2").arg(page + 1).arg(pages));
}

}  // namespace

QByteArray report_pdf(const Report& report) {
  std::vector<Block> blocks;
  for (const ReportPart& part : report.parts) {
    blocks.push_back(block_of(part));
  }
  const std::vector<Placed> placed = lay_out(blocks);
  const int pages = placed.empty() ? 1 : placed.back().page + 1;
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    QPdfWriter paper(&buffer);
    paper.setResolution(kDpi);
    paper.setPageSize(QPageSize(QPageSize::A4));
    paper.setPageMargins({});
    paper.setTitle(report.title);
    paper.setCreator(QStringLiteral("LossScope"));
    QPainter painter(&paper);
    painter.setRenderHint(QPainter::Antialiasing);
    int page = 0;
    paint_foot(painter, report.title, 0, pages);
    for (const Placed& part : placed) {
      while (page < part.page) {
        paper.newPage();
        paint_foot(painter, report.title, ++page, pages);
      }
      painter.save();
      painter.translate(kSide, kTop + part.top);
      part.block->paint(painter);
      painter.restore();
    }
  }
  return widgets::reproducible_pdf(bytes);
}

}  // namespace lossscope
