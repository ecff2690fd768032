// SPDX-License-Identifier: Apache-2.0
#include <QPainter>
#include <QSignalSpy>
#include <QXmlStreamReader>

#include "tests/widgets/widget_testing.h"
#include "widgets/chart_export.h"
#include "widgets/chart_painter.h"
#include "widgets/chart_view.h"
#include "widgets/picture.h"
#include "widgets/scene.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

Chart line_chart() {
  Chart chart;
  chart.title = QStringLiteral("Loss along the shift");
  chart.x = {QStringLiteral("shift"), QStringLiteral("mm"), AxisScale::linear, 0, 10};
  chart.y = {QStringLiteral("loss"), {}, AxisScale::linear, 0, 1};
  chart.series = {{QStringLiteral("Dice"), Qt::red, SeriesStyle::line, false, false, {0, 5, 10}, {0, 0.25, 1}},
                  {QStringLiteral("Hausdorff"), Qt::blue, SeriesStyle::line, true, true, {0, 5, 10}, {1, 2, 30}}};
  chart.right.title = QStringLiteral("distance");
  chart.right.unit = QStringLiteral("mm");
  return chart;
}

Chart bin_chart(SeriesStyle style) {
  Chart chart;
  chart.x = {QStringLiteral("contribution"), {}, AxisScale::logarithmic, 1e-6, 1};
  chart.y = {QStringLiteral("voxels"), {}, AxisScale::linear, 0, 12};
  chart.series = {{QStringLiteral("FP"), Qt::red, style, false, false, {1e-6, 1e-3, 1}, {4, 0}},
                  {QStringLiteral("FN"), Qt::blue, style, false, false, {1e-6, 1e-3, 1}, {6, 2}}};
  return chart;
}

/// Four pixels per unit, so that a thin line covers some wholly.
QImage painted(const Chart& chart) {
  QImage picture = QImage::fromData(png_bytes({500, 260}, 4, chart_page(chart, {500, 260})), "PNG");
  picture.setDevicePixelRatio(4);
  return picture;
}

TEST(Chart, PixelsAndValuesAreInverse) {
  const ChartLayout layout = layout_chart(line_chart(), QRectF(0, 0, 500, 260), QFont());
  for (const AxisLayout* axis : {&layout.x, &layout.y, &layout.right}) {
    EXPECT_NEAR(axis->value(axis->pixel(0.3)), 0.3, 1e-9);
    EXPECT_GE(axis->ticks.size(), 2U);
  }
  EXPECT_DOUBLE_EQ(layout.x.pixel(0), layout.plot.left());
  EXPECT_DOUBLE_EQ(layout.y.pixel(1), layout.plot.top());
  const ChartLayout bins = layout_chart(bin_chart(SeriesStyle::bars), QRectF(0, 0, 500, 260), QFont());
  EXPECT_NEAR(bins.x.pixel(1e-3), bins.plot.center().x(), 1e-6) << "the middle of the decades";
  EXPECT_TRUE(std::isnan(bins.x.pixel(0)));
}

TEST(Chart, ALineGoesThroughItsSamples) {
  Chart chart = line_chart();
  const QImage picture = painted(chart);
  QFont font;
  font.setPixelSize(12);
  const ChartLayout layout = layout_chart(chart, QRectF(0, 0, 500, 260), font);
  const QPointF sample(layout.x.pixel(5), layout.y.pixel(0.25));
  EXPECT_LT(difference(pixel(picture, sample), Qt::red), 90);
  EXPECT_LT(difference(pixel(picture, sample - QPointF(0, 30)), Qt::white), 60);
}

TEST(Chart, BarsStandOnEachOther) {
  const Chart chart = bin_chart(SeriesStyle::bars);
  const QImage picture = painted(chart);
  QFont font;
  font.setPixelSize(12);
  const ChartLayout layout = layout_chart(chart, QRectF(0, 0, 500, 260), font);
  const double x = layout.x.pixel(3e-5);
  EXPECT_EQ(pixel(picture, {x, layout.y.pixel(2)}), QColor(Qt::red));
  EXPECT_EQ(pixel(picture, {x, layout.y.pixel(8)}), QColor(Qt::blue)) << "4 + 6";
  EXPECT_NE(pixel(picture, {x, layout.y.pixel(11)}), QColor(Qt::blue));
}

TEST(Chart, AHitNamesTheBinAndItsValues) {
  const Chart chart = bin_chart(SeriesStyle::steps);
  const ChartLayout layout = layout_chart(chart, QRectF(0, 0, 500, 260), QFont());
  const auto hit = chart_hit(chart, layout, {layout.x.pixel(0.1), layout.plot.center().y()});
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->low, 1e-3);
  EXPECT_EQ(hit->high, 1);
  ASSERT_EQ(hit->values.size(), 2U);
  EXPECT_EQ(hit->values[1].value, 2);
  EXPECT_FALSE(chart_hit(chart, layout, layout.plot.topLeft() - QPointF(5, 0)));
}

TEST(Chart, AnAxisFollowsItsData) {
  Chart chart = line_chart();
  chart.x.minimum = chart.x.maximum = 0;
  chart.y = {QStringLiteral("loss")};
  chart.series[0].y = {2e-7, std::nan(""), 5e-7};
  const ChartLayout layout = layout_chart(chart, QRectF(0, 0, 500, 260), QFont());
  EXPECT_EQ(layout.x.maximum, 10);
  EXPECT_LT(layout.y.minimum, 2e-7);
  EXPECT_GT(layout.y.maximum, 5e-7);
  EXPECT_LT(layout.y.maximum, 6e-7);
  chart.y.holds_zero = true;
  EXPECT_EQ(layout_chart(chart, QRectF(0, 0, 500, 260), QFont()).y.minimum, 0);
}

TEST(Chart, NeighbouringTicksReadDifferently) {
  for (const double middle : {0.0, 0.1234567, 1.0, 98765.4, -3e-7}) {
    for (const double width : {1.0, 1e-3, 1e-6}) {
      Chart chart;
      const double low = middle * (1 - width), high = middle * (1 + width) + (middle == 0 ? width : 0);
      chart.series = {{QString(), Qt::red, SeriesStyle::line, false, false, {0, 1}, {low, high}}};
      const AxisLayout axis = layout_chart(chart, QRectF(0, 0, 500, 260), QFont()).y;
      QStringList labels;
      for (const double tick : axis.ticks) {
        labels << axis.label(tick);
      }
      EXPECT_GE(labels.size(), 2);
      EXPECT_EQ(labels.removeDuplicates(), 0) << middle << " and " << width << ": " << labels.join(u' ').toStdString();
    }
  }
}

TEST(Chart, WhatCountsHasNoLabelBetweenWholeNumbers) {
  for (const double last : {1.0, 2.0, 3.0, 7.0, 20.0, 1000.0}) {
    Chart chart;
    chart.x.whole = true;
    chart.series = {{QString(), Qt::red, SeriesStyle::line, false, false, {0, last}, {0, 1}}};
    for (const double tick : layout_chart(chart, QRectF(0, 0, 500, 260), QFont()).x.ticks) {
      EXPECT_EQ(tick, std::round(tick)) << last;
    }
  }
}

TEST(Chart, SvgIsVectorAndSaysWhatIsDrawn) {
  const Chart chart = line_chart();
  const PaintPage page = chart_page(chart, {500, 260});
  const QByteArray svg = svg_bytes({500, 260}, chart.title, page);
  QXmlStreamReader reader(svg);
  QString text;
  bool image = false;
  while (!reader.atEnd()) {
    reader.readNext();
    image = image || (reader.isStartElement() && reader.name() == u"image");
    text += reader.isCharacters() ? reader.text().toString() : QString();
  }
  EXPECT_FALSE(reader.hasError()) << reader.errorString().toStdString();
  EXPECT_FALSE(image) << "no pixels";
  for (const char* word : {"Loss along the shift", "shift (mm)", "distance (mm)", "Hausdorff"}) {
    EXPECT_TRUE(text.contains(QString::fromLatin1(word))) << word;
  }
  EXPECT_TRUE(pdf_bytes({500, 260}, chart.title, page).startsWith("%PDF"));
}

TEST(Chart, CsvReadsBackExactly) {
  Chart chart = line_chart();
  chart.series[0].y[1] = 0.1 + 0.2;
  const QList<QByteArray> lines = chart_csv(chart).split('\n');
  ASSERT_GE(lines.size(), 4);
  EXPECT_EQ(lines[0], "\"shift [mm]\",\"Dice\",\"shift [mm]\",\"Hausdorff\"");
  EXPECT_EQ(lines[2].split(',')[1].toDouble(), 0.1 + 0.2);
  EXPECT_EQ(chart_csv(bin_chart(SeriesStyle::bars)).split('\n')[1].split(',').size(), 6);
}

TEST(ChartView, PointingShowsValuesAndAClickPicks) {
  ChartView view;
  show(view, {500, 260});
  view.setChart(line_chart());
  view.setPickable(true);
  const ChartLayout layout = view.chartLayout();
  const QPoint at(static_cast<int>(layout.x.pixel(5)), static_cast<int>(layout.plot.center().y()));
  QSignalSpy picked(&view, &ChartView::picked);
  QTest::mouseMove(&view, at);
  QTRY_VERIFY(view.hit().has_value());
  EXPECT_EQ(view.hit()->x, 5);
  EXPECT_EQ(view.hit()->values[0].value, 0.25);
  QTest::mouseClick(&view, Qt::LeftButton, {}, at);
  ASSERT_EQ(picked.size(), 1);
  EXPECT_NEAR(picked[0][0].toDouble(), 5, 0.05);
  QTest::keyClick(&view, Qt::Key_Right);
  EXPECT_EQ(view.hit()->x, 10);
  QTest::keyClick(&view, Qt::Key_Return);
  EXPECT_EQ(picked[1][0].toDouble(), 10);
}

TEST(Outcomes, HaveTheirOwnColours) {
  const std::array all{Outcome::true_positive, Outcome::false_positive, Outcome::false_negative,
                       Outcome::true_negative};
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_GT(difference(outcome_colour(all[a]), outcome_colour(all[b])), 60);
    }
  }
}

/// As small as the charts below the views of a window of 1280 x 800.
TEST(Chart, NamesThatHaveNoRoomBesideThePlotStandAboveIt) {
  Chart chart;
  chart.y.title = QStringLiteral("Dice coefficient");
  chart.right = {QStringLiteral("Hausdorff distance"), QStringLiteral("mm")};
  chart.x.title = QStringLiteral("shift");
  chart.series = {{QStringLiteral("Dice"), Qt::green, SeriesStyle::line, false, false, {0, 5, 10}, {1, 0.9, 0.8}},
                  {QStringLiteral("Hausdorff"), Qt::red, SeriesStyle::line, true, true, {0, 5, 10}, {1, 6, 12}}};
  const QFont font = picture_font();
  const QFontMetricsF metrics(font);
  const ChartLayout small = layout_chart(chart, QRectF(0, 0, 236, 130), font);
  EXPECT_TRUE(small.legend_above);
  double width = 0;
  for (const ChartSeries& series : chart.series) {
    width += legend_entry(metrics.horizontalAdvance(series.name)) + kBetweenEntries;
  }
  EXPECT_LE(width, small.legend.width()) << "whole, in one line";
  EXPECT_GE(small.plot.top(), small.legend.bottom());
  EXPECT_GE(small.plot.width(), 60);
  EXPECT_EQ(small.right.title_lines, 2) << "an upright title that is longer than the chart is high";
  const ChartLayout large = layout_chart(chart, QRectF(0, 0, 900, 400), font);
  EXPECT_FALSE(large.legend_above);
  EXPECT_EQ(large.right.title_lines, 1);
  EXPECT_LE(legend_entry(metrics.horizontalAdvance(chart.series[1].name)), large.legend.width() + 1e-9);
}

TEST(Chart, WholeTicksAreWrittenInFull) {
  AxisLayout axis;
  axis.maximum = 20'000;
  axis.ticks = {0, 5000, 10'000, 15'000};
  EXPECT_EQ(axis.label(15'000), QStringLiteral("15000"));
  EXPECT_EQ(axis.label(0), QStringLiteral("0"));
}

}  // namespace
}  // namespace lossscope::widgets
