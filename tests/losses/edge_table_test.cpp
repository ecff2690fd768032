// SPDX-License-Identifier: Apache-2.0
// The edge-case table of losses.md section 3, digit by digit, and what every loss makes of its cases.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/losses/cases.h"

namespace lossscope {
namespace {

const std::map<std::string, std::array<double, 8>> kTable{
    {"bce", {0, 2.833, 2.833, 0, 16.12, 0, 16.12, .6931}},
    {"wce", {0, 5.667, 2.833, 0, 32.24, 0, 18.95, .8150}},
    {"balanced_ce", {0, 2.335, 0, 0, 0, 0, 4.670, .2008}},
    {"focal", {0, .7083, 2.125, 0, 4.030, 0, 10.67, .1147}},
    {"dice", {0, .9783, .9783, 0, .9961, 0, .9961, .7356}},
    {"tversky", {0, .9692, .9310, 0, .9945, 0, .9896, .6685}},
    {"focal_tversky", {0, .9768, .9478, 0, .9958, 0, .9922, .7393}},
    {"sens_spec", {0, .05, .1670, 0, .05, 0, 1.000, .25}},
    {"shape_aware", {0, 62.94, 62.94, 0, 358.0, 0, 80.82, 3.278}},
    {"combo", {0, 1.197, 1.197, 0, 4.528, 0, 4.528, .5411}},
    {"exp_log", {0, .9926, .8805, 0, 1.798, 0, 1.949, .9930}},
    {"dist_map", {0, 4.996, 2.833, 0, 16.12, 0, 26.64, 1.146}},
    {"hausdorff", {0, .6250, .6250, 0, 0, 0, 26.02, 3.253}},
    {"cmssl", {0, 2.139, 2.139, 0, 0, 0, 18.99, .7858}},
    {"log_cosh_dice", {0, .4173, .4173, 0, .4308, 0, .4308, .2492}},
    {"boundary", {0, 0, 0, 0, 0, -.1249, 2.906, 1.390}},
    {"label_smoothing", {.8059, 3.356, 3.356, .8059, 15.31, .8059, 15.31, .6931}},
    {"iou", {0, .9783, .9783, 0, .9961, 0, .9961, .8449}},
    {"log_hausdorff", {0, .4855, .4855, 0, 0, 0, 3.297, 1.448}},
    {"poly1", {0, 3.009, 3.009, 0, 17.12, 0, 17.12, 1.193}},
    {"mcc", {0, 1, 1, 0, 1, 0, 2, 1}},
};

TEST(EdgeTable, IsReproduced) {
  const auto problems = testing::edge_table_problems();
  int voxels = 0;
  for (const auto g : problems[1].problem.mask.voxels<std::uint8_t>()) {
    voxels += g;
  }
  ASSERT_EQ(voxels, 45);
  for (const auto& [id, row] : kTable) {
    const Loss* loss = find_loss(id);
    ASSERT_NE(loss, nullptr) << id;
    for (std::size_t column = 0; column < problems.size(); ++column) {
      const auto& [name, problem] = problems[column];
      const auto fields = testing::fields_for(*loss, loss->defaults(), problem);
      const double printed = row[column];
      const double digit = printed == 0 ? 1e-12 : std::pow(10.0, std::floor(std::log10(std::abs(printed))) - 3);
      EXPECT_NEAR(loss->reduce(loss->defaults(), problem, fields).value, printed, 0.5001 * digit) << id << ", " << name;
    }
  }
}

/// Whether a loss is in the table or not: perfect predictions cost what its declaration says, and it is said to be
/// blind exactly where a wrong prediction costs as little as a perfect one.
TEST(EdgeTable, PerfectAndUnseenPredictionsAreAsDeclared) {
  for (const auto& [name, problem] : testing::edge_table_problems()) {
    const bool perfect = name == "empty/empty" || name == "full/full" || name == "perfect";
    for (const Loss* loss : all_losses()) {
      const auto fields = testing::fields_for(*loss, loss->defaults(), problem);
      const Reduction reduction = loss->reduce(loss->defaults(), problem, fields);
      const bool zero = loss->declaration().zero_when_perfect;
      EXPECT_TRUE(std::isfinite(reduction.value)) << loss->declaration().id << ", " << name;
      if (perfect && zero) {
        EXPECT_NEAR(reduction.value, 0, 1e-12) << loss->declaration().id << ", " << name;
      }
      EXPECT_EQ(!reduction.blind.empty(), zero && !perfect && reduction.value == 0)
          << loss->declaration().id << ", " << name;
    }
  }
}

}  // namespace
}  // namespace lossscope
