// SPDX-License-Identifier: Apache-2.0
// Accuracy of the vectorisable float functions against <cmath> in double.
#include <gtest/gtest.h>

#include <cmath>

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

TEST(Maths, PowerIsExactAtZeroAndOne) {
  EXPECT_EQ(pow_of(0.0F, 2.0F), 0.0F);
  EXPECT_EQ(pow_of(0.0F, 0.0F), 1.0F);
  EXPECT_EQ(pow_of(1.0F, 0.3F), 1.0F);
  EXPECT_NEAR(pow_of(0.25F, 1.5F), 0.125F, 1e-7);
}

}  // namespace
}  // namespace lossscope
