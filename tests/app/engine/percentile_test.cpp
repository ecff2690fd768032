// SPDX-License-Identifier: Apache-2.0
#include "app/engine/percentile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lossscope {
namespace {

TEST(Percentile, AgreesWithSorting) {
  std::mt19937 random(1);
  std::normal_distribution<float> any;
  std::vector<float> values(1001);
  std::generate(values.begin(), values.end(), [&] { return any(random); });
  std::vector<float> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  for (const int rank : {0, 10, 500, 995, 1000}) {
    EXPECT_EQ(percentile(values, rank / 1000.0), sorted[static_cast<std::size_t>(rank)]);
  }
}

}  // namespace
}  // namespace lossscope
