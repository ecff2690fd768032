// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <limits>

#include "tests/widgets/widget_testing.h"
#include "widgets/colour_bar.h"
#include "widgets/picture.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

std::array<unsigned char, 4> rgba(float value, const ColourScale& scale) {
  std::array<unsigned char, 4> result{};
  colours_of(&value, 1, scale, result.data());
  return result;
}

TEST(Colours, NothingIsDrawnWhereNothingHappens) {
  EXPECT_EQ(rgba(0, {ColourMap::sequential, 0, 1, {}, {}})[3], 0);
  EXPECT_EQ(rgba(0, {ColourMap::diverging, -2, 2, {}, {}})[3], 0);
  EXPECT_EQ(rgba(0.5F, {ColourMap::sequential, 0, 1, {}, {}})[3], 255);
  EXPECT_EQ(rgba(0, {ColourMap::distance, -2, 2, {}, {}})[3], 255);
}

TEST(Colours, NotFiniteHasAColourOfItsOwn) {
  const ColourScale scale{ColourMap::sequential, 0, 1, {}, {}};
  for (const float bad :
       {std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(rgba(bad, scale)[3], 255);
    EXPECT_EQ(colour_of(static_cast<double>(bad), scale), QColor(0x00, 0xff, 0x40));
  }
  for (const ColourMap map :
       {ColourMap::sequential, ColourMap::diverging, ColourMap::probability, ColourMap::distance}) {
    for (int step = 0; step <= 100; ++step) {
      EXPECT_GT(difference(colour_of(step / 100.0, {map, 0, 1, {}, {}}), QColor(0x00, 0xff, 0x40)), 60);
    }
  }
}

TEST(Colours, ADivergingMapTellsTheSignsApart) {
  const ColourScale scale{ColourMap::diverging, -3, 3, {}, {}};
  EXPECT_GT(colour_of(-3, scale).blue(), colour_of(-3, scale).red());
  EXPECT_GT(colour_of(3, scale).red(), colour_of(3, scale).blue());
}

TEST(Colours, ASequentialMapGrowsBrighter) {
  const ColourScale scale{ColourMap::sequential, 0, 1, {}, {}};
  double before = -1;
  for (int step = 0; step <= 20; ++step) {
    const QColor c = colour_of(step / 20.0, scale);
    const double luminance = 0.2126 * c.redF() + 0.7152 * c.greenF() + 0.0722 * c.blueF();
    EXPECT_GT(luminance, before - 1e-3);
    before = luminance;
  }
}

TEST(ColourBar, ShowsTheScaleFromLeftToRight) {
  ColourBar bar;
  const ColourScale scale{ColourMap::sequential, 0, 2.5e-7, QStringLiteral("contribution"), QStringLiteral("mm")};
  bar.setScale(scale);
  show(bar, {600, bar.sizeHint().height()});
  const QImage image = bar.grab().toImage();
  QList<int> hits;
  for (int x = 0; x < image.width(); ++x) {
    const QColor c = image.pixelColor(x, 10);
    if (difference(c, colour_of(1.25e-7, scale)) < 12) {
      hits << x;
    }
  }
  EXPECT_FALSE(hits.isEmpty()) << "the middle of the scale is on the bar";
  bar.setNonFinite(3);
  EXPECT_GT(changed_pixels(image, bar.grab().toImage()), 100);
}

}  // namespace
}  // namespace lossscope::widgets
