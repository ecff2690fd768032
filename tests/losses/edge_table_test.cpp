// SPDX-License-Identifier: Apache-2.0
// The edge-case table of losses.md section 3, digit by digit.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/losses/cases.h"

namespace lossscope {
namespace {

const std::map<std::string, std::array<double, 8>> kTable{
    {"bce", {0, 2.833, 2.833, 0, 16.12, 0, 16.12, .6931}},
    {"dice", {0, .9783, .9783, 0, .9961, 0, .9961, .7356}},
    {"dist_map", {0, 4.996, 2.833, 0, 16.12, 0, 26.64, 1.146}},
};

TEST(EdgeTable, IsReproduced) {
  const auto problems = testing::edge_table_problems();
  int voxels = 0;
  for (const auto g : problems[1].problem.mask.voxels<std::uint8_t>()) {
    voxels += g;
  }
  ASSERT_EQ(voxels, 45);
  for (const Loss* loss : all_losses()) {
    const auto row = kTable.find(std::string(loss->declaration().id));
    ASSERT_NE(row, kTable.end()) << loss->declaration().id << " has no row in the table";
    for (std::size_t column = 0; column < problems.size(); ++column) {
      const auto& [name, problem] = problems[column];
      const auto fields = testing::fields_for(*loss, loss->defaults(), problem);
      const Reduction reduction = loss->reduce(loss->defaults(), problem, fields);
      const double printed = row->second[column];
      const double digit = printed == 0 ? 1e-12 : std::pow(10.0, std::floor(std::log10(printed)) - 3);
      EXPECT_NEAR(reduction.value, printed, 0.5001 * digit) << row->first << ", " << name;
      const bool wrong = column == 1 || column == 2 || column == 4 || column == 6;
      EXPECT_EQ(!reduction.blind.empty(), wrong && printed == 0) << row->first << ", " << name;
    }
  }
}

}  // namespace
}  // namespace lossscope
