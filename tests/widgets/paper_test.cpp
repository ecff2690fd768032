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

/// What this Qt writes, whichever it is: a moment later, the same bytes.
TEST(Paper, APageGivesTheSameBytesInAnotherSecond) {
  const auto page = [](QPainter& painter) { painter.drawEllipse(10, 10, 50, 30); };
  const QByteArray first = pdf_bytes({100, 80}, QStringLiteral("A page"), page);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_EQ(first, pdf_bytes({100, 80}, QStringLiteral("A page"), page));
}

}  // namespace
}  // namespace lossscope::widgets
