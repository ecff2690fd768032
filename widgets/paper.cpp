// SPDX-License-Identifier: Apache-2.0
#include "widgets/paper.h"

#include <QBuffer>
#include <QPageSize>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSvgGenerator>
#include <QUuid>
#include <algorithm>
#include <optional>

#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

constexpr int kDpi = 96, kSvgFineness = 100;

void paint_on(QPaintDevice& paper, const PaintPage& paint, double scale = 1) {
  QPainter painter(&paper);
  painter.scale(scale, scale);  // not by the device pixel ratio: Qt ignores one below 1
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(picture_font());
  paint(painter);
}

/// Puts as much of `text` as there is room for in place of the first group of every match: offsets in the file stay.
void replace_each(QByteArray& pdf, const QString& pattern, const QByteArray& text) {
  const QString before = QString::fromLatin1(pdf);
  auto matches = QRegularExpression(pattern).globalMatch(before);
  while (matches.hasNext()) {
    const auto match = matches.next();
    const qsizetype length = std::min(match.capturedLength(1), text.size());
    pdf.replace(match.capturedStart(1), length, text.left(length));
  }
}

/// An id as XMP has it, and again as text in the hexadecimal digits of the trailer's two.
void set_document_id(QByteArray& pdf, const QByteArray& id) {
  replace_each(pdf, QStringLiteral(R"x(xmpMM:DocumentID="uuid:([0-9a-f-]{36})")x"), id);
  replace_each(pdf, QStringLiteral(R"(/ID \[ <([0-9a-f]{72})>)"), id.toHex());
  replace_each(pdf, QStringLiteral(R"(/ID \[ <[0-9a-f]{72}> <([0-9a-f]{72})>)"), id.toHex());
}

/// What a PDF's last trailer says, without its brackets, and where the table of objects before it begins.
struct Trailer {
  QByteArray entries, table;
};
std::optional<Trailer> last_trailer(const QByteArray& pdf) {
  const qsizetype begin = pdf.lastIndexOf("trailer"), start = pdf.lastIndexOf("startxref");
  const qsizetype open = pdf.indexOf("<<", begin), close = pdf.lastIndexOf(">>", start);
  if (begin < 0 || start < begin || open < 0 || close < open) {
    return std::nullopt;
  }
  const qsizetype number = pdf.indexOf('\n', start);
  return Trailer{pdf.mid(open + 2, close - open - 2), pdf.mid(number, pdf.indexOf("%%EOF", number) - number).trimmed()};
}

}  // namespace

QByteArray svg_bytes(QSizeF size, const QString& title, const PaintPage& paint) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator paper;
  paper.setOutputDevice(&buffer);
  paper.setResolution(kSvgFineness * kDpi);  // Qt takes whole pixels: a width in millimetres is kept to the 100th
  paper.setSize((kSvgFineness * size).toSize());
  paper.setViewBox(QRectF(QPointF(0, 0), size));
  paper.setTitle(title);
  paper.setDescription(QStringLiteral("LossScope"));
  paint_on(paper, paint);
  return bytes;
}

QByteArray png_bytes(QSizeF size, double scale, const PaintPage& paint) {
  QImage paper = blank_picture(size, scale, Qt::white);
  paper.setDevicePixelRatio(1);
  paint_on(paper, paint, scale);
  const int dots_per_metre = qRound(kDpi * scale / 0.0254);
  paper.setDotsPerMeterX(dots_per_metre);
  paper.setDotsPerMeterY(dots_per_metre);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  paper.save(&buffer, "PNG");
  return bytes;
}

QByteArray pdf_bytes(QSizeF size, const QString& title, const PaintPage& paint) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter paper(&buffer);
  paper.setResolution(kDpi);
  paper.setPageSize(QPageSize(size / kDpi, QPageSize::Inch, {}, QPageSize::ExactMatch));
  paper.setPageMargins({});
  paper.setTitle(title);
  paper.setCreator(QStringLiteral("LossScope"));
  paint_on(paper, paint);
  return finished_pdf(bytes);
}

QByteArray picture_bytes(PictureFormat format, QSizeF size, double scale, const QString& title,
                         const PaintPage& paint) {
  switch (format) {
    case PictureFormat::svg:
      return svg_bytes(size, title, paint);
    case PictureFormat::pdf:
      return pdf_bytes(size, title, paint);
    case PictureFormat::png:
      break;
  }
  return png_bytes(size, scale, paint);
}

QByteArray reproducible_pdf(QByteArray pdf) {
  replace_each(pdf, QStringLiteral(R"(/(?:CreationDate|ModDate) \(D:(\d{14}))"), "19700101000000");
  replace_each(pdf, QStringLiteral(R"(/(?:CreationDate|ModDate) \(D:\d{14}([+-]\d\d'\d\d))"), "+00'00");
  replace_each(pdf, QStringLiteral(R"(xmp:(?:CreateDate|ModifyDate|MetadataDate)=?["'>]([^"'<]{19}))"),
               "1970-01-01T00:00:00");
  replace_each(pdf, QStringLiteral(R"(xmp:\w+Date=?["'>][^"'<]{19}([+-]\d\d:\d\d))"), "+00:00");
  set_document_id(pdf, QUuid().toByteArray(QUuid::WithoutBraces));
  set_document_id(pdf, QUuid::createUuidV5(QUuid(), pdf).toByteArray(QUuid::WithoutBraces));
  return pdf;
}

QByteArray with_language(const QByteArray& pdf) {
  static const QRegularExpression kCatalog(QStringLiteral(R"((\d+) 0 obj\s*<<(?=\s*/Type /Catalog))"));
  const auto found = kCatalog.match(QString::fromLatin1(pdf));
  const qsizetype end = found.hasMatch() ? pdf.indexOf("endobj", found.capturedEnd()) : -1;
  const auto trailer = last_trailer(pdf);
  if (end < 0 || !trailer) {
    return pdf;
  }
  const QByteArray number = found.captured(1).toLatin1();
  const QByteArray object = found.captured().toLatin1() +
                            "\n/Lang (en)\n/ViewerPreferences << /DisplayDocTitle true >>" +
                            pdf.mid(found.capturedEnd(), end - found.capturedEnd()) + "endobj\n";
  QByteArray updated = pdf.endsWith('\n') ? pdf : pdf + '\n';
  const QByteArray place = QByteArray::number(updated.size()).rightJustified(10, '0');
  updated += object;
  const QByteArray table = QByteArray::number(updated.size());
  return updated + "xref\n" + number + " 1\n" + place + " 00000 n \ntrailer\n<<" + trailer->entries + "/Prev " +
         trailer->table + "\n>>\nstartxref\n" + table + "\n%%EOF\n";
}

}  // namespace lossscope::widgets
