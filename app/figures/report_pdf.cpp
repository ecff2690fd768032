// SPDX-License-Identifier: Apache-2.0
// Parts are stacked on pages of A4; one that does not fit begins the next page, and a heading goes with what follows.
// Figures give way: they become smaller where that lets one more on a page that would be left half empty.
#include <QBuffer>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextDocument>
#include <algorithm>
#include <functional>
#include <span>

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
constexpr double kSmallest = 0.7;      // of a figure's usual height
constexpr double kExPixels = 6.6;      // x-height of the text, a little larger for formulas

/// Something that can be painted anywhere, from `least` to `height` high: text has one height.
struct Block {
  double least = 0, height = 0, above = 0;
  bool keep_with_next = false;
  std::function<void(QPainter&, double height)> paint;  ///< at the origin

  void set_height(double fixed) { least = height = fixed; }
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
  block.set_height(document->size().height());
  block.above = above;
  block.paint = [document](QPainter& painter, double /*height*/) { document->drawContents(&painter); };
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
  const auto row_html = [&part](const QStringList& row, const QString& element) {
    QString cells;
    for (qsizetype at = 0; at < row.size(); ++at) {
      const QChar column = column_letter(part, at);
      const bool whole = column == u'd' || column == u'c' || column == u'l';  // never broken
      cells += QStringLiteral("<%1 align='%2' style='padding-left:0px;padding-right:18px;white-space:%3'>%4</%1>")
                   .arg(element, column == u'd' ? QStringLiteral("right") : QStringLiteral("left"),
                        whole ? QStringLiteral("nowrap") : QStringLiteral("normal"), row[at].toHtmlEscaped());
    }
    return QStringLiteral("<tr>%1</tr>").arg(cells);
  };
  if (!part.head.isEmpty()) {
    html += row_html(part.head, QStringLiteral("th"));
  }
  for (const QStringList& row : part.rows) {
    html += row_html(row, QStringLiteral("td"));
  }
  return text_block(html + QStringLiteral("</table>"), 6);
}

Block formula_block(const QByteArray& svg) {
  auto renderer = std::make_shared<QSvgRenderer>(svg);
  QSizeF size = widgets::formula_size(*renderer, kExPixels);
  size *= std::min(1.0, kWidth / size.width());
  Block block;
  block.set_height(size.height());
  block.above = 8;
  block.keep_with_next = true;
  block.paint = [renderer, size](QPainter& painter, double /*height*/) {
    renderer->render(&painter, QRectF(QPointF(0, 0), size));
  };
  return block;
}

Block figure_block(const ReportPart& part) {
  Block block;
  const double usual = widgets::figure_height(part.figure, kWidth, part.aspect);
  block.height = std::min(usual, kHeight - 40);
  block.least = part.rigid ? block.height : std::min(block.height, kSmallest * usual);
  block.above = 18;
  block.paint = [&part](QPainter& painter, double height) {
    painter.setFont(widgets::picture_font());
    widgets::paint_figure(painter, QRectF(0, 0, kWidth, height), part.figure, kPictureScale);
  };
  return block;
}

Block code_block(const QString& code) {
  return text_block(
      QStringLiteral("<table width='100%' cellpadding='8' bgcolor='#f2f3f5'><tr><td style='font-family:%1;"
                     "font-size:10px'>%2</td></tr></table>")
          .arg(QStringLiteral("DejaVu Sans Mono"), code.toHtmlEscaped()),
      6);
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
      block = formula_block(part.bytes);
      break;
    case ReportPart::Kind::code:
      block = code_block(part.text);
      break;
    case ReportPart::Kind::file:
      block = text_block(QStringLiteral("<div>Attached to this PDF: %1</div>").arg(part.text.toHtmlEscaped()), 6);
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
  double top, height;
};

/// How much room a block needs at least together with those that it must not be parted from.
double needed_from(const std::vector<Block>& blocks, std::size_t at) {
  double height = blocks[at].least;
  while (blocks[at].keep_with_next && at + 1 < blocks.size()) {
    ++at;
    height += blocks[at].above + blocks[at].least;
  }
  return height;
}

/// One past the last block of the page that begins with `first`, each as small as it may be.
std::size_t end_of_page(const std::vector<Block>& blocks, std::size_t first) {
  double used = 0;
  bool kept = false;  // with the block before, for which there was room
  for (std::size_t at = first; at < blocks.size(); ++at) {
    const double above = at == first ? 0 : blocks[at].above;
    const bool full = !kept && used + above + needed_from(blocks, at) > kHeight;
    if (at > first && (full || used + above + blocks[at].least > kHeight)) {
      return at;
    }
    used += above + blocks[at].least;
    kept = blocks[at].keep_with_next;
  }
  return blocks.size();
}

/// Puts the blocks of one page below each other; its figures share the room that is left.
void fill_page(std::span<const Block> blocks, int page, std::vector<Placed>& placed) {
  double used = 0, wishes = 0;
  for (const Block& block : blocks) {
    used += (&block == &blocks.front() ? 0 : block.above) + block.least;
    wishes += block.height - block.least;
  }
  const double share = wishes > 0 ? std::clamp((kHeight - used) / wishes, 0.0, 1.0) : 0;
  double top = 0;
  for (const Block& block : blocks) {
    const double height = block.least + share * (block.height - block.least);
    top += &block == &blocks.front() ? 0 : block.above;
    placed.push_back({&block, page, top, height});
    top += height;
  }
}

std::vector<Placed> lay_out(const std::vector<Block>& blocks) {
  std::vector<Placed> placed;
  int page = 0;
  for (std::size_t first = 0; first < blocks.size(); ++page) {
    const std::size_t end = end_of_page(blocks, first);
    fill_page(std::span(blocks).subspan(first, end - first), page, placed);
    first = end;
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
    for (const ReportPart& part : report.parts) {
      if (part.kind == ReportPart::Kind::file) {
        paper.addFileAttachment(part.text, part.bytes, QStringLiteral("application/json"));
      }
    }
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
      part.block->paint(painter, part.height);
      painter.restore();
    }
  }
  return widgets::finished_pdf(bytes);
}

}  // namespace lossscope
