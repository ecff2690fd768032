// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "app/figures/report_tables.h"
#include "widgets/paper.h"

namespace lossscope {
namespace {

constexpr double kWidth = 820;  // of a figure, in CSS pixels
constexpr double kScale = 2;    // picture pixels for each CSS pixel, for screens of high resolution

constexpr auto kStyle = R"(
body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #1b1d21; max-width: 820px; margin: 40px auto; padding: 0 16px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 8px; } h3 { font-size: 16px; margin: 24px 0 6px; }
table { border-collapse: collapse; margin: 8px 0; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 20px 3px 0; text-align: left; border-bottom: 1px solid #e3e5e9; vertical-align: top; overflow-wrap: anywhere; }
th.whole, td.whole { text-align: right; } td.whole { padding-right: 0; } td:first-child { color: #5b6068; white-space: nowrap; }
figure { margin: 12px 0; break-inside: avoid; } img { width: 100%; height: auto; }
.formula { margin: 12px 0; overflow-x: auto; }
)";

QString table(const ReportPart& part) {
  QString html = QStringLiteral("<table>\n");
  const auto row_html = [&part](const QStringList& row, const QString& element) {
    QString cells;
    for (qsizetype at = 0; at < row.size(); ++at) {
      const TableCell cell = table_cell(part, row, at);
      if (cell.decimal && &row == &part.head) {
        cells += QStringLiteral("<%1 colspan=\"2\" class=\"whole\">%2</%1>").arg(element, cell.text.toHtmlEscaped());
        continue;
      }
      cells += cell.decimal ? QStringLiteral("<%1 class=\"whole\">%2</%1><%1 class=\"fraction\">%3</%1>")
                                  .arg(element, cell.whole, cell.fraction)
                            : QStringLiteral("<%1>%2</%1>").arg(element, cell.text.toHtmlEscaped());
    }
    return QStringLiteral("<tr>%1</tr>\n").arg(cells);
  };
  if (!part.head.isEmpty()) {
    html += row_html(part.head, QStringLiteral("th"));
  }
  for (const QStringList& row : part.rows) {
    html += row_html(row, QStringLiteral("td"));
  }
  return html + QStringLiteral("</table>\n");
}

QString picture(const ReportPart& part) {
  const QSizeF size(kWidth, std::ceil(widgets::figure_height(part.figure, kWidth, part.aspect)));
  const QByteArray png = widgets::png_bytes(size, kScale, [&](QPainter& painter) {
    widgets::paint_figure(painter, QRectF(QPointF(0, 0), size), part.figure, kScale);
  });
  return QStringLiteral("<figure><img alt=\"%1\" src=\"data:image/png;base64,%2\"></figure>\n")
      .arg(part.figure.label.toHtmlEscaped(), QString::fromLatin1(png.toBase64()));
}

QString element(const char* name, const QString& text) {
  return QStringLiteral("<%1>%2</%1>\n").arg(QLatin1String(name), text.toHtmlEscaped());
}

QString html_of(const ReportPart& part) {
  switch (part.kind) {
    case ReportPart::Kind::title:
      return element("h1", part.text);
    case ReportPart::Kind::heading:
      return element("h2", part.text);
    case ReportPart::Kind::subheading:
      return element("h3", part.text);
    case ReportPart::Kind::paragraph:
      return element("p", part.text);
    case ReportPart::Kind::table:
      return table(part);
    case ReportPart::Kind::formula:
      return QStringLiteral("<div class=\"formula\">%1</div>\n").arg(QString::fromUtf8(part.svg));
    case ReportPart::Kind::figure:
      return picture(part);
  }
  return {};
}

}  // namespace

QByteArray report_html(const Report& report) {
  QString html = QStringLiteral(
                     "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>%1</title>\n"
                     "<style>%2</style>\n</head>\n<body>\n")
                     .arg(report.title.toHtmlEscaped(), QLatin1String(kStyle));
  for (const ReportPart& part : report.parts) {
    html += html_of(part);
  }
  return (html + QStringLiteral("</body>\n</html>\n")).toUtf8();
}

}  // namespace lossscope
