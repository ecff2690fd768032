// SPDX-License-Identifier: Apache-2.0
// The contact sheet: however large the room and the text, pictures can be seen and words do not lie over each other.
#include <QScrollBar>
#include <QSignalSpy>
#include <QWheelEvent>
#include <algorithm>
#include <array>

#include "tests/widgets/widget_testing.h"
#include "widgets/colour_difference.h"
#include "widgets/contact_sheet.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

constexpr int kCells = 21;

SheetCell cell(int at) {
  constexpr std::array kNames{"Dice", "Binary cross-entropy", "Distance-map penalised cross-entropy",
                              "Sensitivity-specificity", "Log-Hausdorff distance transform"};
  SheetCell made;
  made.id = QString::number(at);
  made.name = QString::fromLatin1(kNames[static_cast<std::size_t>(at) % kNames.size()]);
  made.value = QStringLiteral("0.012345");
  made.note = QStringLiteral("FP\u00a0100  FN\u00a070  edge\u00a082\u00a0%");
  made.short_note = QStringLiteral("FP\u00a0100  FN\u00a070");
  made.shares = {{QStringLiteral("FP"), Qt::red, 1.0}};
  made.scale.maximum = 3.2e-7;
  made.picture.width = 40;
  made.picture.height = 44;
  made.picture.image = std::vector<float>(40 * 44, 0.4F);
  made.picture.overlay = std::vector<float>(40 * 44, 0.0F);
  return made;
}

Sheet sheet() {
  Sheet made;
  made.title = QStringLiteral("Contribution of every loss, axial slice 56 of 109");
  made.caption = QStringLiteral("each loss has its own colour range");
  for (int at = 0; at < kCells; ++at) {
    made.cells.push_back(cell(at));
  }
  return made;
}

/// Width, height and text size of the views: a window of 1280 x 800 before an audience, one of 1920 x 1080 and of
/// 2560 x 1440; and as usual at 1280 x 800 and 1600 x 1000.
using Room = std::tuple<int, int, int>;
class Rooms : public ::testing::TestWithParam<Room> {
 protected:
  [[nodiscard]] QSizeF size() const { return {double(std::get<0>(GetParam())), double(std::get<1>(GetParam()))}; }
  [[nodiscard]] int text() const { return std::get<2>(GetParam()); }
  Rooms() {
    scene.setTextSize(text());
    scene.setSheet(sheet());
  }
  SheetScene scene;
};

TEST_P(Rooms, PicturesCanBeSeenAndNoCellLiesOverAnother) {
  const SheetPlan plan = scene.plan(size());
  const double line = text();
  int shown = 0;
  const auto boxes = scene.boxes(size());
  for (std::size_t one = 0; one < boxes.size(); ++one) {
    if (boxes[one].isNull()) {
      continue;
    }
    ++shown;
    EXPECT_TRUE(QRectF(QPointF(), size()).adjusted(-0.5, -0.5, 0.5, 0.5).contains(boxes[one])) << one;
    const auto [picture, words] = scene.parts(one, boxes[one], plan);
    EXPECT_GE(std::min(picture.width(), picture.height()), text() > 0 ? 7 * line : 60.0) << one;
    EXPECT_TRUE(boxes[one].contains(picture) && boxes[one].contains(words)) << one;
    if (plan.beside) {
      EXPECT_FALSE(picture.intersects(words)) << one;
    }
    for (std::size_t other = one + 1; other < boxes.size(); ++other) {
      EXPECT_FALSE(boxes[one].adjusted(0.1, 0.1, -0.1, -0.1).intersects(boxes[other])) << one << " " << other;
    }
  }
  EXPECT_EQ(shown, std::min(kCells, plan.columns * plan.rows));
  std::printf("    %4d x %4d, text %2d: %d columns, %d of %d rows%s\n", std::get<0>(GetParam()),
              std::get<1>(GetParam()), text(), plan.columns, plan.rows, plan.all_rows, plan.beside ? ", beside" : "");
}

TEST_P(Rooms, EveryCellSaysItsRange) {
  const SheetPlan plan = scene.plan(size());
  const QImage picture = scene_picture(scene, size());
  const QColor end = colour_of(3.2e-7, cell(0).scale);
  const auto boxes = scene.boxes(size());
  for (std::size_t at = 0; at < boxes.size(); ++at) {
    if (boxes[at].isNull()) {
      continue;
    }
    const QRect words = scene.parts(at, boxes[at], plan).second.toRect() & picture.rect();
    int pixels = 0;
    for (int y = words.top(); y <= words.bottom(); ++y) {
      for (int x = words.left(); x <= words.right(); ++x) {
        pixels += colour_difference(picture.pixelColor(x, y), end) < 6 ? 1 : 0;
      }
    }
    EXPECT_GE(pixels, 4) << "the end of the colours, in cell " << at;
  }
}

TEST_P(Rooms, ScrollingBringsEveryCell) {
  const SheetPlan plan = scene.plan(size());
  std::array<int, kCells> seen{};
  for (int row = 0; row <= plan.all_rows; ++row) {  // one too far: it stays at the last
    scene.setFirstRow(row);
    const auto boxes = scene.boxes(size());
    for (std::size_t at = 0; at < boxes.size(); ++at) {
      seen[at] += boxes[at].isNull() ? 0 : 1;
    }
  }
  EXPECT_GT(*std::ranges::min_element(seen), 0);
}

INSTANTIATE_TEST_SUITE_P(Sheet, Rooms,
                         ::testing::Values(Room{850, 660, 24}, Room{1400, 950, 24}, Room{1900, 1300, 24},
                                           Room{690, 470, 0}, Room{1000, 620, 0}, Room{1990, 1100, 0}));

TEST(ContactSheet, ScrollsByWheelAndByKeys) {
  ContactSheet view;
  view.setTextSize(24);
  view.setSheet(sheet());
  show(view, {850, 660});
  ASSERT_TRUE(view.plan().scrolls());
  EXPECT_TRUE(view.scrollBar()->isVisible());
  EXPECT_FALSE(view.boxOf(QStringLiteral("0")).isNull());
  EXPECT_TRUE(view.boxOf(QStringLiteral("20")).isNull());
  for (int notch = 0; notch < 20; ++notch) {
    QWheelEvent wheel({400, 300}, view.mapToGlobal(QPointF(400, 300)), {}, {0, -120}, Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&view, &wheel);
  }
  EXPECT_TRUE(view.boxOf(QStringLiteral("0")).isNull());
  EXPECT_FALSE(view.boxOf(QStringLiteral("20")).isNull());
  QSignalSpy chosen(&view, &ContactSheet::chosen);
  QTest::mouseClick(&view, Qt::LeftButton, {}, view.boxOf(QStringLiteral("20")).center().toPoint());
  ASSERT_EQ(chosen.size(), 1);
  EXPECT_EQ(chosen[0][0], QStringLiteral("20")) << "what is seen there";
  for (int key = 0; key < kCells; ++key) {
    QTest::keyClick(&view, Qt::Key_Left);
  }
  EXPECT_FALSE(view.boxOf(QStringLiteral("0")).isNull()) << "the arrow keys bring it back";
  view.setTextSize(0);
  view.resize(1990, 1100);
  QTRY_VERIFY(!view.plan().scrolls());
  EXPECT_FALSE(view.scrollBar()->isVisible());
}

}  // namespace
}  // namespace lossscope::widgets
