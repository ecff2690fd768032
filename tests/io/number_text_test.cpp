// SPDX-License-Identifier: Apache-2.0
#include "basics/number_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace lossscope {
namespace {

TEST(NumberText, IsWhatAPersonWrites) {
  EXPECT_EQ(shortest_text(0.0), "0");
  EXPECT_EQ(shortest_text(5.0), "5");
  EXPECT_EQ(shortest_text(-1.25), "-1.25");
  EXPECT_EQ(shortest_text(100000.0), "100000") << "1e+05 is shorter, and nobody writes it";
  EXPECT_EQ(shortest_text(1e-7), "1e-07");
  EXPECT_EQ(shortest_text(3e38), "3e+38");
  EXPECT_EQ(shortest_text(0.1), "0.1");
  EXPECT_EQ(voxel_text(static_cast<double>(0.1F)), "0.1");
  EXPECT_EQ(voxel_text(0.1), "0.1");
  EXPECT_EQ(shortest_text(std::numeric_limits<double>::infinity()), "inf");
}

TEST(NumberText, ReadsBackAsTheSameNumber) {
  for (const double value :
       {1.0 / 3, 2.0 / 3 * 1e-9, 123456.789, 9999999.5, 1e300, -7.25e-5, static_cast<double>(0.1F), 0.1 + 0.2}) {
    EXPECT_EQ(std::stod(shortest_text(value)), value);
  }
}

}  // namespace
}  // namespace lossscope
