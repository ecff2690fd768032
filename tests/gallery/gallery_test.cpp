// SPDX-License-Identifier: Apache-2.0
// The gallery's small pictures against their baselines. LOSSSCOPE_UPDATE_BASELINES=1 writes them anew: look at them
// before they are committed.
#include <gtest/gtest.h>

#include <QFont>
#include <QGuiApplication>
#include <QPainter>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/gallery/gallery.h"
#include "tests/gallery/likeness.h"
#include "widgets/colour_difference.h"

namespace lossscope::gallery {
namespace {

/// Shares of blocks that may look different: nothing but letters moves in a figure; in the window rows may.
constexpr double kFigureThreshold = 0.005, kWindowThreshold = 0.03;

std::string results() {
  const std::string folder = std::string(LOSSSCOPE_GALLERY_RESULTS);
  std::filesystem::create_directories(folder);
  return folder;
}

std::vector<Wanted> compared() {
  std::vector<Wanted> list = read_list(LOSSSCOPE_PICTURES);
  std::erase_if(list, [](const Wanted& wanted) { return !wanted.baseline; });
  return list;
}

class Gallery : public ::testing::TestWithParam<Wanted> {};

TEST_P(Gallery, LooksAsItsBaseline) {
  const Wanted& wanted = GetParam();
  const char* bin = std::getenv("LOSSSCOPE_BIN");
  Photographer photographer(std::string(bin == nullptr ? "." : bin) + "/lossscope", results());
  const std::string path = results() + "/" + wanted.name + ".png";
  ASSERT_EQ(photographer.take(wanted, path), "");
  const std::string kept = std::string(LOSSSCOPE_BASELINES) + "/" + wanted.name + ".png";
  const QImage picture(QString::fromStdString(path));
  if (std::getenv("LOSSSCOPE_UPDATE_BASELINES") != nullptr) {
    ASSERT_TRUE(picture.save(QString::fromStdString(kept)));
  }
  const QImage baseline(QString::fromStdString(kept));
  ASSERT_FALSE(baseline.isNull()) << kept << " is missing";
  const Likeness alike = likeness(baseline, picture);
  const double threshold = wanted.render.empty() ? kWindowThreshold : kFigureThreshold;
  if (alike.unlike > threshold) {
    const std::string shown = results() + "/" + wanted.name + "-difference.png";
    (void)alike.difference.save(QString::fromStdString(shown));
    ADD_FAILURE() << 100 * alike.unlike << " % of the blocks look different, " << 100 * threshold
                  << " % may; baseline, picture and difference: " << shown;
  }
}

INSTANTIATE_TEST_SUITE_P(Pictures, Gallery, ::testing::ValuesIn(compared()), [](const auto& wanted) {
  std::string name = wanted.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

/// CIEDE2000 as its authors printed it (Sharma et al. 2005, table 1), from L*, a*, b* in sRGB's range.
TEST(Likeness, KnowsColours) {
  using widgets::colour_difference;
  EXPECT_EQ(colour_difference(Qt::white, Qt::white), 0);
  EXPECT_NEAR(colour_difference(Qt::white, Qt::black), 100, 0.01);
  EXPECT_NEAR(colour_difference(QColor(255, 0, 0), QColor(0, 255, 0)), 86.61, 0.05);
  EXPECT_NEAR(colour_difference(QColor(0, 0, 255), QColor(255, 255, 0)), 103.43, 0.05);
}

class Alike : public ::testing::Test {
 protected:
  /// Tissue, an outline and a line of text, moved by some pixels.
  static QImage drawn(QPointF moved, int text, double line = 1) {
    QImage picture(640, 480, QImage::Format_RGB32);
    picture.fill(QColor(70, 70, 70));
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(moved);
    painter.fillRect(100, 100, 300, 250, QColor(120, 120, 120));
    painter.setPen(QPen(QColor(86, 180, 233), line));
    painter.drawEllipse(150, 150, 120, 120);
    QFont font;
    font.setPixelSize(text);
    painter.setFont(font);
    painter.setPen(QColor(230, 230, 230));
    painter.drawText(20, 30, QStringLiteral("a line of text"));
    return picture;
  }
  [[nodiscard]] static double unlike(const QImage& other) { return likeness(drawn({0, 0}, 12), other).unlike; }
};

TEST_F(Alike, ForgivesWhatTwoMachinesDoDifferently) {
  EXPECT_EQ(unlike(drawn({0, 0}, 12)), 0);
  EXPECT_LT(unlike(drawn({3, -4}, 12)), kFigureThreshold) << "moved by some pixels";
  EXPECT_LT(unlike(drawn({0.5, 0.5}, 12)), kFigureThreshold) << "by half of one";
  EXPECT_LT(unlike(drawn({0, 0}, 13)), kFigureThreshold) << "letters of another size";
}

TEST_F(Alike, SeesWhatAPersonWouldSee) {
  QImage patch = drawn({0, 0}, 12);
  QPainter painter(&patch);
  painter.fillRect(300, 200, 64, 64, QColor(255, 190, 0));
  painter.end();
  EXPECT_GT(unlike(patch), kFigureThreshold) << "a patch of another colour";
  EXPECT_GT(unlike(drawn({0, 0}, 12, 6)), kFigureThreshold) << "an outline six times as wide";
}

}  // namespace
}  // namespace lossscope::gallery

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const QGuiApplication application(argc, argv);
  return RUN_ALL_TESTS();
}
