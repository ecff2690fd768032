// SPDX-License-Identifier: Apache-2.0
// Parts are stacked on pages of A4, and a heading goes with what follows. Figures give way: they become smaller where
// that lets one more on a page, and one that does not fit lets the text behind it fill the page.
#include <QBuffer>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextDocument>
#include <algorithm>
#include <functional>

#include "app/figures/report_layout.h"
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

/// Something that can be painted anywhere.
struct Block : Extent {
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
  block.floats = true;
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

void paint_foot(QPainter& painter, const QString& title, std::size_t page, std::size_t pages) {
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
  std::vector<Extent> extents;
  for (const ReportPart& part : report.parts) {
    blocks.push_back(block_of(part));
    extents.push_back(blocks.back());
  }
  const std::vector<PlacedBlock> placed = lay_out(extents, kHeight);
  const std::size_t pages = placed.empty() ? 1 : placed.back().page + 1;
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
    std::size_t page = 0;
    paint_foot(painter, report.title, 0, pages);
    for (const PlacedBlock& part : placed) {
      while (page < part.page) {
        paper.newPage();
        paint_foot(painter, report.title, ++page, pages);
      }
      painter.save();
      painter.translate(kSide, kTop + part.top);
      blocks[part.block].paint(painter, part.height);
      painter.restore();
    }
  }
  return widgets::finished_pdf(bytes);
}

}  // namespace lossscope
