// SPDX-License-Identifier: Apache-2.0
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "app/figures/report_tables.h"
#include "widgets/paper.h"

namespace lossscope {
namespace {

constexpr double kFigureWidth = 820;  // of a figure, in CSS pixels
constexpr double kScale = 2;          // picture pixels for each CSS pixel, for screens of high resolution

// In a narrow window pictures become smaller and words break; numbers never do: a table that is still too wide scrolls.
constexpr auto kStyle = R"(
body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #1b1d21; max-width: 820px; margin: 32px auto; padding: 0 16px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 8px; }
h3 { font-size: 15px; margin: 20px 0 4px; } h1, p { overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: 8px 0; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
table { font-size: 14px; } th, td { padding: 3px 18px 3px 0; text-align: left; border-bottom: 1px solid #e3e5e9; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; } th { vertical-align: bottom; }
.l { color: #5b6068; white-space: nowrap; } .t { overflow-wrap: break-word; min-width: 130px; }
.d { text-align: right; white-space: nowrap; } .c { white-space: nowrap; } th.t { min-width: 0; }
figure { margin: 16px 0; break-inside: avoid; } figure img { width: 100%; height: auto; display: block; } .wide svg { max-width: 100%; height: auto; }
figcaption { font-size: 13px; color: #5b6068; margin-top: 6px; } figcaption b { color: #1b1d21; }
@media (max-width: 640px) { body { font-size: 14px; margin-top: 16px; } table { font-size: 11px; } th, td { padding-right: 7px; }
  .t { min-width: 84px; } .l { white-space: normal; } .c { white-space: normal; overflow-wrap: anywhere; min-width: 60px; } }
pre { background: #f2f3f5; padding: 10px 12px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
)";

/// Plain text; an address at its end is a link.
QString linked(const QString& text) {
  static const QRegularExpression kAddress(QStringLiteral("https?://\\S+$"));
  const auto match = kAddress.match(text);
  const QString before = text.left(match.hasMatch() ? match.capturedStart() : text.size()).toHtmlEscaped();
  const QString address = match.captured().toHtmlEscaped();
  return match.hasMatch() ? before + QStringLiteral("<a href=\"%1\">%1</a>").arg(address) : before;
}

QString table(const ReportPart& part) {
  QString html = QStringLiteral("<div class=\"wide\"><table>\n");
  const auto row_html = [&part](const QStringList& row, const QString& element) {
    QString cells;
    for (qsizetype at = 0; at < row.size(); ++at) {
      cells += QStringLiteral("<%1 class=\"%2\">%3</%1>").arg(element, column_letter(part, at), linked(row[at]));
    }
    return QStringLiteral("<tr>%1</tr>\n").arg(cells);
  };
  if (!part.head.isEmpty()) {
    html += row_html(part.head, QStringLiteral("th"));
  }
  for (const QStringList& row : part.rows) {
    html += row_html(row, QStringLiteral("td"));
  }
  return html + QStringLiteral("</table></div>\n");
}

/// The picture alone is painted; what is said of it stays text.
QString picture(const ReportPart& part) {
  widgets::Figure figure = part.figure;
  figure.label.clear();
  figure.caption.clear();
  const QSizeF size(kFigureWidth, std::ceil(widgets::figure_height(figure, kFigureWidth, part.aspect)));
  const QByteArray png = widgets::png_bytes(size, kScale, [&](QPainter& painter) {
    widgets::paint_figure(painter, QRectF(QPointF(0, 0), size), figure, kScale);
  });
  const QString label = part.figure.label.toHtmlEscaped();
  return QStringLiteral(
             "<figure><div class=\"wide\"><img alt=\"%1\" width=\"%2\" height=\"%3\" "
             "src=\"data:image/png;base64,%4\"></div>\n<figcaption><b>%1</b> %5</figcaption></figure>\n")
      .arg(label, QString::number(size.width()), QString::number(size.height()), QString::fromLatin1(png.toBase64()),
           part.figure.caption.join(u' ').toHtmlEscaped());
}

QString file(const ReportPart& part) {
  return QStringLiteral("<p><a download=\"%1\" href=\"data:application/json;base64,%2\">%1</a></p>\n")
      .arg(part.text.toHtmlEscaped(), QString::fromLatin1(part.bytes.toBase64()));
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
    case ReportPart::Kind::code:
      return element("pre", part.text);
    case ReportPart::Kind::table:
      return table(part);
    case ReportPart::Kind::formula:
      return QStringLiteral("<div class=\"wide\">%1</div>\n").arg(QString::fromUtf8(part.bytes));
    case ReportPart::Kind::file:
      return file(part);
    case ReportPart::Kind::figure:
      return picture(part);
  }
  return {};
}

}  // namespace

QByteArray report_html(const Report& report) {
  QString html = QStringLiteral(
                     "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%1</title>\n"
                     "<style>%2</style>\n</head>\n<body>\n")
                     .arg(report.title.toHtmlEscaped(), QLatin1String(kStyle));
  for (const ReportPart& part : report.parts) {
    html += html_of(part);
  }
  return (html + QStringLiteral("</body>\n</html>\n")).toUtf8();
}

}  // namespace lossscope
