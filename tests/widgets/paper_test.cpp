// SPDX-License-Identifier: Apache-2.0
// The bytes of a PDF do not tell when, and by which run, it was made.
#include "widgets/paper.h"

#include <gtest/gtest.h>

#include <QPainter>
#include <QRegularExpression>
#include <chrono>
#include <thread>

namespace lossscope::widgets {
namespace {

/// The places of a Qt 6.8 file that differ from run to run, as that version writes them.
QByteArray as_qt_6_8(const QByteArray& day, const QByteArray& id, const QByteArray& content) {
  const QByteArray moment = day + "T17:08:56+02:00", digits = QByteArray(day).replace("-", "") + "170856";
  return "%PDF-1.4\n/CreationDate (D:" + digits + "+02'00')\n/ModDate (D:" + digits +
         "+02'00')\n<rdf:Description rdf:about=\"\" xmp:CreatorTool=\"LossScope\" xmp:CreateDate=\"" + moment +
         "\" xmp:ModifyDate=\"" + moment + "\" xmp:MetadataDate=\"" + moment +
         "\"/>\n<rdf:Description xmpMM:DocumentID=\"uuid:" + id + "\" xmpMM:VersionID=\"1\"/>\n" + content +
         "\n/ID [ <" + id.toHex() + "> <" + id.toHex() + "> ]\n";
}

constexpr const char* kOneId = "346988ba-8f79-4015-9ba5-bbd60c20856c";
constexpr const char* kOtherId = "0b6f5c4e-1d2a-4f43-8e7e-95d0a1b2c3d4";

QByteArray id_of(const QByteArray& pdf) {
  static const QRegularExpression pattern(QStringLiteral("uuid:([0-9a-f-]{36})"));
  return pattern.match(QString::fromLatin1(pdf)).captured(1).toLatin1();
}

TEST(Paper, APdfHasNeitherMomentNorRandomId) {
  const QByteArray first = as_qt_6_8("2026-11-29", kOneId, "a line"),
                   second = as_qt_6_8("2027-01-02", kOtherId, "a line");
  const QByteArray pdf = reproducible_pdf(first);
  EXPECT_EQ(pdf, reproducible_pdf(second));
  EXPECT_EQ(pdf.size(), first.size()) << "offsets in the file stay";
  for (const char* gone : {"2026", "1129", "17:08", "170856", "+02", kOneId}) {
    EXPECT_FALSE(pdf.contains(gone)) << gone << "\n" << pdf.toStdString();
  }
  EXPECT_TRUE(pdf.contains("/CreationDate (D:19700101000000+00'00')")) << pdf.toStdString();
  EXPECT_TRUE(pdf.contains("xmp:ModifyDate=\"1970-01-01T00:00:00+00:00\"")) << pdf.toStdString();
}

TEST(Paper, ThePdfsIdIsOfItsContent) {
  const QByteArray one = reproducible_pdf(as_qt_6_8("2026-11-29", kOneId, "a line"));
  const QByteArray other = reproducible_pdf(as_qt_6_8("2026-11-29", kOneId, "a curve"));
  EXPECT_NE(id_of(one), id_of(other));
  EXPECT_TRUE(one.contains("<" + id_of(one).toHex() + "> <" + id_of(one).toHex() + ">")) << "as the trailer has it";
}

/// The bytes of a PDF from the place that its last startxref, or a number in its trailer, names.
QByteArray from(const QByteArray& pdf, const QByteArray& name, qsizetype last) {
  const qsizetype line = pdf.lastIndexOf(name, last) + name.size();
  return pdf.mid(pdf.mid(line, 20).trimmed().split('\n').front().toLongLong());
}

TEST(Paper, APdfSaysItsLanguageAndShowsItsTitle) {
  const auto page = [](QPainter& painter) { painter.drawEllipse(10, 10, 50, 30); };
  const QByteArray pdf = pdf_bytes({100, 80}, QStringLiteral("A page"), page);
  const QByteArray table = from(pdf, "startxref", -1);
  ASSERT_TRUE(table.startsWith("xref\n")) << table.toStdString();
  const QByteArrayList lines = table.split('\n');  // xref; number and count; place of the object
  const QByteArray number = lines[1].split(' ')[0];
  const QByteArray object = pdf.mid(lines[2].left(10).toLongLong());
  ASSERT_TRUE(object.startsWith(number + " 0 obj")) << object.left(40).toStdString();
  const QByteArray catalog = object.left(object.indexOf("endobj"));
  for (const char* part : {"/Type /Catalog", "/Pages", "/Lang (en)", "/DisplayDocTitle true"}) {
    EXPECT_TRUE(catalog.contains(part)) << part;
  }
  EXPECT_TRUE(table.contains("/Root " + number + " 0 R")) << table.toStdString();
  EXPECT_TRUE(from(pdf, "/Prev", -1).startsWith("xref\n")) << "the objects before it";
  EXPECT_EQ(with_language("no PDF"), "no PDF");
}

TEST(Paper, AVectorPictureIsAsLargeAsSaid) {
  const auto page = [](QPainter& painter) { painter.drawEllipse(10, 10, 50, 30); };
  const double width = 85 / 25.4 * 96;
  const QByteArray svg = svg_bytes({width, 200}, QStringLiteral("A page"), page);
  static const QRegularExpression kWidth(QStringLiteral("<svg width=\"([0-9.]+)mm\""));
  EXPECT_NEAR(kWidth.match(QString::fromUtf8(svg)).captured(1).toDouble(), 85, 0.05) << svg.left(200).toStdString();
  const QByteArray pdf = pdf_bytes({width, 200}, QStringLiteral("A page"), page);
  static const QRegularExpression kBox(QStringLiteral("/MediaBox \\[0 0 ([0-9.]+) "));
  EXPECT_NEAR(kBox.match(QString::fromLatin1(pdf)).captured(1).toDouble() / 72 * 25.4, 85, 0.2);
}

/// What this Qt writes, whichever it is: a moment later, the same bytes.
TEST(Paper, APageGivesTheSameBytesInAnotherSecond) {
  const auto page = [](QPainter& painter) { painter.drawEllipse(10, 10, 50, 30); };
  const QByteArray first = pdf_bytes({100, 80}, QStringLiteral("A page"), page);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_EQ(first, pdf_bytes({100, 80}, QStringLiteral("A page"), page));
}

}  // namespace
}  // namespace lossscope::widgets
