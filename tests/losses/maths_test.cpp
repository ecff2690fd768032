// SPDX-License-Identifier: Apache-2.0
// Accuracy of the vectorisable float functions against <cmath> in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "losses/maths.h"

namespace lossscope {
namespace {

double relative(double found, double expected) {
  return std::abs(found - expected) / std::max(std::abs(expected), 1e-300);
}

TEST(Maths, LogarithmIsGoodToTwoUnits) {
  double worst = 0;
  for (double x = 1e-37; x < 1e37; x *= 1.00037) {
    const auto single = static_cast<float>(x);
    if (std::abs(single - 1) > 1e-3) {
      worst = std::max(worst, relative(log_of(single), std::log(static_cast<double>(single))));
    }
  }
  EXPECT_LT(worst, 2.4e-7);
  EXPECT_EQ(log_of(1.0F), 0.0F);
}

TEST(Maths, LogarithmsNearOneKeepTheirRelativeAccuracy) {
  double worst = 0;
  for (double q = 1e-30; q <= 0.5; q *= 1.0007) {
    const auto single = static_cast<float>(q);
    worst = std::max(worst, relative(minus_log1m(single), -std::log1p(-static_cast<double>(single))));
    worst = std::max(worst, relative(log1p_of(single), std::log1p(static_cast<double>(single))));
  }
  EXPECT_LT(worst, 2.4e-7);
  EXPECT_EQ(minus_log1m(0.0F), 0.0F);
}

TEST(Maths, ExponentialIsGoodToTwoUnitsAndHoldsItsEnds) {
  double worst = 0;
  for (double x = -86; x < 86; x += 0.00137) {
    const auto single = static_cast<float>(x);
    worst = std::max(worst, relative(exp_of(single), std::exp(static_cast<double>(single))));
  }
  EXPECT_LT(worst, 3.6e-7);
  EXPECT_EQ(exp_of(-1000.0F), 0.0F);
  EXPECT_TRUE(std::isnormal(exp_of(1000.0F)));
}

TEST(Maths, BinaryLogarithmIsGoodToOneUnitOfOne) {
  double worst = 0;
  for (double x = 1e-37; x < 1e37; x *= 1.00037) {
    const auto single = static_cast<float>(x);
    const auto [whole, rest] = log2_of(single);
    const double found = static_cast<double>(whole) + static_cast<double>(rest);
    worst = std::max(worst, std::abs(found - std::log2(static_cast<double>(single))));
  }
  EXPECT_LT(worst, 1.2e-7);
  for (int exponent = -120; exponent <= 120; ++exponent) {
    EXPECT_EQ(log2_of(std::ldexp(1.0F, exponent)).whole, static_cast<float>(exponent));
    EXPECT_EQ(log2_of(std::ldexp(1.0F, exponent)).rest, 0.0F);
  }
}

TEST(Maths, PowerOfTwoIsGoodToTwoUnits) {
  double worst = 0;
  for (double x = -126; x <= 126; x += 0.00237) {
    const auto single = static_cast<float>(x);
    const float part = std::round(64.0F * single) / 64.0F;  // and what such a part leaves, which is not lost
    const float low = -1e-6F * single;
    worst = std::max(worst, relative(exp2_of(single, 0.0F), std::exp2(static_cast<double>(single))));
    worst =
        std::max(worst, relative(exp2_of(part, low), std::exp2(static_cast<double>(part) + static_cast<double>(low))));
  }
  EXPECT_LT(worst, 2.4e-7);
  for (int exponent = -126; exponent <= 126; ++exponent) {
    EXPECT_EQ(exp2_of(static_cast<float>(exponent), 0.0F), std::ldexp(1.0F, exponent));
  }
}

TEST(Maths, PowerIsAsGoodAsItsExponentAllows) {
  for (const double y : {0.05, 0.3, 0.75, 1.0, 1.5, 3.0, 10.0}) {
    double worst = 0;  // in units of the tolerance, which grows with y, but not with the size of the power
    for (double x = 1e-36; x < 1e6; x *= 1.0017) {
      const auto single = static_cast<float>(x);
      const double given = static_cast<double>(static_cast<float>(y));
      const double expected = std::pow(static_cast<double>(single), given);
      if (expected > 1e-36 && expected < 1e36) {
        worst = std::max(worst, relative(pow_of(single, static_cast<float>(y)), expected) / (1 + given));
      }
    }
    EXPECT_LT(worst, 2.4e-7) << y;
  }
}

TEST(Maths, PowerHoldsItsEndsAndKeepsNan) {
  EXPECT_EQ(pow_of(1e-30F, 10.0F), 0.0F);
  EXPECT_EQ(pow_of(1e-38F, 0.5F), 0.0F);
  EXPECT_GT(pow_of(1e-36F, 1.0F), 0.0F);
  EXPECT_TRUE(std::isnormal(pow_of(1e30F, 10.0F)));
  EXPECT_GT(pow_of(1e30F, 10.0F), 1e37F);
  EXPECT_TRUE(std::isnormal(pow_of(std::numeric_limits<float>::infinity(), 0.3F)));
  EXPECT_TRUE(std::isnan(pow_of(std::nanf(""), 0.3F)));
  EXPECT_EQ(pow_of(7.0F, 0.0F), 1.0F);
}

TEST(Maths, PowerIsExactAtZeroAndOne) {
  EXPECT_EQ(pow_of(0.0F, 2.0F), 0.0F);
  EXPECT_EQ(pow_of(0.0F, 0.0F), 1.0F);
  EXPECT_EQ(pow_of(1.0F, 0.3F), 1.0F);
  EXPECT_NEAR(pow_of(0.25F, 1.5F), 0.125F, 1e-7);
}

}  // namespace
}  // namespace lossscope
