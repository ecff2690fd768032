// SPDX-License-Identifier: Apache-2.0
#include "app/engine/percentile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace lossscope {
namespace {

/// Numbers of all magnitudes and both signs, some 0, some not finite, some equal.
std::vector<float> numbers(unsigned seed, std::size_t count) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> exponent(-44, 38), part(0, 1);
  std::vector<float> values(count);
  for (float& value : values) {
    const float kind = part(random);
    value = kind < 0.1F    ? 0.0F
            : kind < 0.12F ? std::numeric_limits<float>::infinity()
            : kind < 0.14F ? std::numeric_limits<float>::quiet_NaN()
            : kind < 0.3F  ? -0.25F
                           : std::pow(10.0F, exponent(random));
    value = part(random) < 0.5F ? -value : value;
  }
  return values;
}

TEST(SizeCount, AgreesWithSorting) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const std::vector<float> a = numbers(seed, 1000), b = numbers(seed + 100, 37 * seed), none;
    std::vector<float> sizes;
    std::int64_t non_finite = 0;
    SizeCount count;
    for (const std::vector<float>* part : {&a, &b, &none}) {
      count.add(*part);
      for (const float value : *part) {
        non_finite += std::isfinite(value) ? 0 : 1;
        if (std::isfinite(value) && value != 0) {
          sizes.push_back(std::abs(value));
        }
      }
    }
    ASSERT_EQ(count.non_finite(), non_finite);
    ASSERT_EQ(count.sizes(), static_cast<std::int64_t>(sizes.size()));
    for (const double share : {0.0, 0.2, 0.5, 0.995, 1.0}) {
      ASSERT_EQ(count.percentile({&a, &b, &none}, share), percentile(sizes, share)) << "seed " << seed << ", " << share;
    }
  }
}

TEST(SizeCount, KnowsOneNumber) {
  const std::vector<float> one{0, -std::numeric_limits<float>::denorm_min()};
  SizeCount count;
  count.add(one);
  EXPECT_EQ(count.sizes(), 1);
  EXPECT_EQ(count.percentile({&one}, 0.995), std::numeric_limits<float>::denorm_min());
}

}  // namespace
}  // namespace lossscope
