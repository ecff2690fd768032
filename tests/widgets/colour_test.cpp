// SPDX-License-Identifier: Apache-2.0
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "tests/widgets/widget_testing.h"
#include "widgets/colour_bar.h"
#include "widgets/colour_difference.h"
#include "widgets/picture.h"
#include "widgets/scene.h"
#include "widgets/transfer_function.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

std::array<unsigned char, 4> rgba(float value, const ColourScale& scale) {
  std::array<unsigned char, 4> result{};
  colours_of(&value, 1, scale, result.data());
  return result;
}

ColourScale scale_of(ColourMap map, double minimum, double maximum, Fade fade = Fade::by_value) {
  ColourScale scale;
  scale.map = map;
  scale.minimum = minimum;
  scale.maximum = maximum;
  scale.fade = fade;
  return scale;
}

TEST(Colours, OfClassesAreThoseOfTheirPlaces) {
  ColourScale scale;
  scale.classes = {0, 0xff102030, 0xffa0b0c0};
  const auto at = [&scale](float value) { return rgba(value, scale); };
  using Rgba = std::array<unsigned char, 4>;
  EXPECT_EQ(at(0)[3], 0);
  EXPECT_EQ(at(1), (Rgba{0x10, 0x20, 0x30, 255}));
  EXPECT_EQ(at(2), (Rgba{0xa0, 0xb0, 0xc0, 255}));
  for (const float none : {-1.0F, 3.0F, std::nanf("")}) {
    EXPECT_EQ(at(none)[3], 0) << none;
  }
}

TEST(Colours, NothingIsDrawnWhereNothingHappens) {
  for (const Fade fade : {Fade::near_zero, Fade::by_value}) {
    EXPECT_EQ(rgba(0, scale_of(ColourMap::fire, 0, 1, fade))[3], 0);
    EXPECT_EQ(rgba(0, scale_of(ColourMap::blue_red, -2, 2, fade))[3], 0);
    EXPECT_EQ(rgba(1, scale_of(ColourMap::fire, 0, 1, fade))[3], 255);
    EXPECT_EQ(rgba(-2, scale_of(ColourMap::blue_red, -2, 2, fade))[3], 255);
  }
  EXPECT_EQ(rgba(0.5F, scale_of(ColourMap::fire, 0, 1, Fade::near_zero))[3], 255);
  EXPECT_EQ(rgba(0, scale_of(ColourMap::purple_green, -2, 2, Fade::none))[3], 255);
}

TEST(Colours, OpacityGrowsWithTheValue) {
  for (const Scaling scaling : {Scaling::linear, Scaling::logarithmic}) {
    ColourScale one = scale_of(ColourMap::fire, 0, 4), both = scale_of(ColourMap::blue_red, -4, 4);
    one.scaling = both.scaling = scaling;
    int before = 0;
    for (int step = 1; step <= 40; ++step) {
      const float value = static_cast<float>(step) / 10;
      const int now = rgba(value, one)[3];
      EXPECT_GE(now, before + (scaling == Scaling::linear && step <= 20 ? 1 : 0));
      EXPECT_GE(rgba(value, both)[3], rgba(value - 0.1F, both)[3]);
      EXPECT_LE(rgba(value, both)[3], now + 1) << "white veils more than violet";
      EXPECT_NEAR(rgba(value, both)[3], rgba(-value, both)[3], 2);
      before = now;
    }
    EXPECT_EQ(before, 255);
  }
  EXPECT_LT(rgba(0.1F, scale_of(ColourMap::fire, 0, 1))[3], 85) << "faint, not pale";
  EXPECT_GT(rgba(0.4F, scale_of(ColourMap::fire, 0, 1))[3], 190) << "a rim beside its few worst voxels is plain";
}

/// Of diverging colours, that are white beside zero, too.
TEST(Colours, WhatIsTinyLeavesTheImageAsItIs) {
  for (const double sign : {1.0, -1.0}) {
    ColourScale scale = scale_of(ColourMap::blue_red, -1, 1);
    EXPECT_LE(rgba(static_cast<float>(0.03 * sign), scale)[3], 3) << "of 255";
    EXPECT_GE(rgba(static_cast<float>(0.4 * sign), scale)[3], 190) << "a rim is plain";
    scale.scaling = Scaling::logarithmic;
    EXPECT_LE(rgba(static_cast<float>(1e-4 * sign), scale)[3], 16);
  }
}

/// The colours that a map has over tissue of any brightness, at the usual opacity and without any transparency.
std::vector<QColor> grounds_of(const ColourScale& scale) {
  std::vector<QColor> grounds;
  for (int step = 0; step <= 200; ++step) {
    const double value = scale.minimum + (scale.maximum - scale.minimum) * step / 200;
    const auto colour = rgba(static_cast<float>(value), scale);
    for (const double opacity : {0.75, 1.0}) {
      for (int grey = 0; grey <= 255; grey += 15) {
        const double share = opacity * colour[3] / 255;
        const auto mixed = [&](std::size_t channel) {
          return static_cast<int>(std::lround(share * colour[channel] + (1 - share) * grey));
        };
        grounds.emplace_back(mixed(0), mixed(1), mixed(2));
      }
    }
  }
  return grounds;
}

/// How a colour looks to a deuteranope (G. Machado and others, IEEE TVCG 15, 2009, severity 1; of linear light).
QColor without_green(const QColor& colour) {
  const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
  const auto coded = [](double v) {
    const double in = std::clamp(v, 0.0, 1.0);
    return static_cast<float>(in <= 0.0031308 ? 12.92 * in : 1.055 * std::pow(in, 1 / 2.4) - 0.055);
  };
  const double r = linear(colour.redF()), g = linear(colour.greenF()), b = linear(colour.blueF());
  return QColor::fromRgbF(coded(0.367322 * r + 0.860646 * g - 0.227968 * b),
                          coded(0.280085 * r + 0.672501 * g + 0.047413 * b),
                          coded(-0.011820 * r + 0.042940 * g + 0.968881 * b));
}

TEST(Colours, OfTheTwoOutlinesAreToldApartWithoutGreen) {
  EXPECT_GE(colour_difference(mask_colour(), prediction_colour()), kOtherColour);
  EXPECT_GE(colour_difference(without_green(mask_colour()), without_green(prediction_colour())), kOtherColour);
}

/// An outline in a colour of the map would be read as a value of it.
TEST(Colours, OfOutlinesAreNoneOfAMap) {
  const std::array outlines{mask_colour(), prediction_colour()};
  for (const QColor& outline : outlines) {
    for (const QColor& ground : {scene_background(), QColor(Qt::white), QColor(128, 128, 128), QColor(220, 220, 220),
                                 colour_of(std::nan(""), scale_of(ColourMap::fire, 0, 1))}) {
      EXPECT_GE(colour_difference(outline, ground), kOtherColour) << ground.name().toStdString();
    }
    for (const auto& [scale, least] : {std::pair(scale_of(ColourMap::fire, 0, 1), kOtherColour),
                                       std::pair(scale_of(ColourMap::blue_red, -1, 1), kOtherColour),
                                       std::pair(scale_of(ColourMap::blue_brown, -1, 1, Fade::none), kOtherColour),
                                       std::pair(scale_of(ColourMap::viridis, 0, 1, Fade::none), 18.0),  // it has teal
                                       std::pair(scale_of(ColourMap::viridis, 0, 1, Fade::near_zero), 18.0)}) {
      double nearest = 1e9;
      for (const QColor& ground : grounds_of(scale)) {
        nearest = std::min(nearest, colour_difference(outline, ground));
      }
      EXPECT_GE(nearest, least) << outline.name().toStdString() << " on map " << static_cast<int>(scale.map);
      std::printf("    %s, map %d: dE %.1f\n", qUtf8Printable(outline.name()), static_cast<int>(scale.map), nearest);
    }
  }
}

TEST(TransferFunction, GoesFromValueToPlaceAndBack) {
  for (const Scaling scaling : {Scaling::linear, Scaling::logarithmic}) {
    for (const auto& [low, high] : {std::pair(0.0, 3e-7), std::pair(2.0, 5e3), std::pair(-8.0, 8.0)}) {
      ColourScale scale = scale_of(ColourMap::fire, low, high);
      scale.scaling = scaling;
      const TransferFunction colours(scale);
      EXPECT_DOUBLE_EQ(colours.position(high), 1);
      EXPECT_DOUBLE_EQ(colours.position(low), 0);
      for (const double place : {0.05, 0.25, 0.5, 0.9, 1.2}) {
        EXPECT_NEAR(colours.position(colours.value(place)), place, 1e-9);
      }
    }
  }
  ColourScale scale = scale_of(ColourMap::fire, 1e-3, 1e1);
  scale.scaling = Scaling::logarithmic;
  EXPECT_NEAR(TransferFunction(scale).position(0.1), 0.5, 1e-12) << "two of four decades";
  scale = scale_of(ColourMap::blue_red, -5, 5);
  scale.scaling = Scaling::logarithmic;
  EXPECT_NEAR(TransferFunction(scale).position(0), 0.5, 1e-12) << "symmetric about 0";
}

TEST(TransferFunction, ItsTableIsWhatVoxelsGet) {
  for (const Scaling scaling : {Scaling::linear, Scaling::logarithmic}) {
    ColourScale scale = scale_of(ColourMap::inferno, 0, 2);
    scale.scaling = scaling;
    const TransferFunction colours(scale);
    for (int step = 1; step <= TransferFunction::kSteps; step += 31) {
      const auto value = static_cast<float>(colours.value(double(step) / TransferFunction::kSteps));
      const auto seen = rgba(value, scale), expected = colours.table()[static_cast<std::size_t>(step)];
      for (std::size_t channel = 0; channel < 4; ++channel) {
        EXPECT_NEAR(seen[channel], expected[channel], 1) << step;
      }
    }
  }
}

TEST(Colours, NotFiniteHasAColourOfItsOwn) {
  const ColourScale scale{ColourMap::fire, 0, 1, {}, {}};
  for (const float bad :
       {std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(rgba(bad, scale)[3], 255);
    EXPECT_EQ(colour_of(static_cast<double>(bad), scale), QColor(0x00, 0xff, 0x40));
  }
  for (const ColourMapName& known : kColourMaps) {
    if (known.map == ColourMap::turbo) {
      continue;  // a rainbow leaves no hue for it
    }
    for (int step = 0; step <= 100; ++step) {
      EXPECT_GT(difference(colour_of(step / 100.0, {known.map, 0, 1, {}, {}}), QColor(0x00, 0xff, 0x40)), 60);
    }
  }
}

TEST(Colours, ADivergingMapTellsTheSignsApart) {
  const ColourScale scale{ColourMap::blue_red, -3, 3, {}, {}};
  EXPECT_GT(colour_of(-3, scale).blue(), colour_of(-3, scale).red());
  EXPECT_GT(colour_of(3, scale).red(), colour_of(3, scale).blue());
}

TEST(Colours, SequentialMapsGrowBrighter) {
  for (const ColourMapName& known : kColourMaps) {
    if (known.diverging || known.map == ColourMap::turbo) {
      continue;
    }
    double before = -1;
    for (int step = 0; step <= 20; ++step) {
      const QColor c = colour_of(step / 20.0, {known.map, 0, 1, {}, {}});
      const double luminance = 0.2126 * c.redF() + 0.7152 * c.greenF() + 0.0722 * c.blueF();
      EXPECT_GT(luminance, before - 1e-3) << known.name;
      before = luminance;
    }
  }
}

TEST(Colours, TheUsualOnesEndInAHueThatNoTissueHas) {
  const QColor end = colour_of(1, {});
  EXPECT_GT(end.hslSaturation(), 230);
  EXPECT_GT(difference(end, Qt::white), 100) << "bone";
}

TEST(ColourBar, ShowsTheScaleFromLeftToRight) {
  ColourBar bar;
  const ColourScale scale{ColourMap::fire, 0, 2.5e-7, QStringLiteral("contribution"), QStringLiteral("mm")};
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

/// A bar that is shown, and what it asks for.
struct ShownBar {
  ColourBar bar;
  QSignalSpy asked{&bar, &ColourBar::rangeChosen};
  explicit ShownBar(double minimum = 0, double maximum = 8) {
    ColourScale scale = scale_of(minimum < 0 ? ColourMap::blue_red : ColourMap::fire, minimum, maximum);
    scale.title = QStringLiteral("contribution");
    bar.setScale(scale);
    show(bar, {600, bar.sizeHint().height()});
  }
  [[nodiscard]] QPoint at(double share) const {
    const QRectF place = bar.place();
    return {static_cast<int>(std::lround(place.left() + share * place.width())), static_cast<int>(place.center().y())};
  }
  void drag(double from, double to) {
    QTest::mousePress(&bar, Qt::LeftButton, {}, at(from));
    QTest::mouseMove(&bar, at((from + to) / 2));
    QTest::mouseMove(&bar, at(to));
    QTest::mouseRelease(&bar, Qt::LeftButton, {}, at(to));
  }
  void type(double share, const char* text) {
    QTest::mouseDClick(&bar, Qt::LeftButton, {}, at(share));
    auto* editor = bar.findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly);
    ASSERT_NE(editor, nullptr);
    editor->setText(QString::fromLatin1(text));
    QTest::keyClick(editor, Qt::Key_Return);
  }
};

TEST(ColourBar, ItsEndsAreDragged) {
  ShownBar shown;
  shown.drag(0.98, 0.48);
  ASSERT_GE(shown.asked.count(), 1);
  EXPECT_NEAR(shown.asked.last()[0].toDouble(), 0, 1e-9);
  EXPECT_NEAR(shown.asked.last()[1].toDouble(), 4, 0.05) << "the end goes where the pointer goes";
  EXPECT_EQ(shown.asked.first()[2], shown.asked.last()[2]) << "one drag, one step";
  ShownBar both(-8, 8);
  both.drag(0.02, 0.27);
  EXPECT_NEAR(both.asked.last()[0].toDouble(), -4, 0.1);
  EXPECT_NEAR(both.asked.last()[1].toDouble(), 4, 0.1) << "0 stays in the middle";
  ShownBar middle;
  middle.drag(0.5, 0.6);
  EXPECT_EQ(middle.asked.count(), 0) << "the middle is no end";
}

TEST(ColourBar, ItsEndsAreTyped) {
  ShownBar shown;
  shown.type(0.95, "2.5e-3");
  ASSERT_EQ(shown.asked.count(), 1);
  EXPECT_EQ(shown.asked.last()[1].toDouble(), 2.5e-3);
  for (const char* wrong : {"-1", "nan", "four", ""}) {
    ShownBar other;
    other.type(0.95, wrong);
    EXPECT_EQ(other.asked.count(), 0) << wrong;
  }
}

TEST(ColourBar, SaysWhatLiesBeyondAndWhenItDoesNotKnow) {
  ShownBar shown;
  const QImage plain = shown.bar.grab().toImage();
  ColourScale scale = shown.bar.scale();
  scale.above = 3;
  EXPECT_TRUE(colour_heading(scale).contains(QStringLiteral("3")));
  shown.bar.setScale(scale);
  const QRectF place = shown.bar.place();
  EXPECT_LT(difference(shown.bar.grab().toImage().pixelColor(static_cast<int>(place.right()) + 3,
                                                             static_cast<int>(place.center().y())),
                       colour_of(8, scale)),
            40)
      << "an arrow of the end's colour";
  scale.above = 0;
  scale.known = false;
  shown.bar.setScale(scale);
  EXPECT_EQ(shown.bar.place(), ShownBar().bar.place()) << "nothing moves";
  EXPECT_GT(changed_pixels(plain, shown.bar.grab().toImage()), 50);
}

TEST(ColourBar, ALogarithmicScaleHasPowersOfTen) {
  ShownBar shown(0, 3e-7);
  const QImage linear = shown.bar.grab().toImage();
  ColourScale scale = shown.bar.scale();
  scale.scaling = Scaling::logarithmic;
  shown.bar.setScale(scale);
  EXPECT_GT(changed_pixels(linear, shown.bar.grab().toImage()), 50);
  EXPECT_FALSE(colour_heading(scale).contains(QStringLiteral("10"))) << "each number says its power itself";
}

}  // namespace
}  // namespace lossscope::widgets
