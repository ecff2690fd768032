// SPDX-License-Identifier: Apache-2.0
// The pages of a report: nothing is cut or laid over another, all comes in its order, and pages are filled.
#include "app/figures/report_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lossscope {
namespace {

constexpr double kPage = 1000;

Extent text(double height, bool keep = false) {
  return {.least = height, .height = height, .above = 10, .keep_with_next = keep};
}
Extent figure(double height) { return {.least = 0.7 * height, .height = height, .above = 20, .floats = true}; }

std::size_t page_of(const std::vector<PlacedBlock>& placed, std::size_t block) {
  const auto found = std::ranges::find(placed, block, &PlacedBlock::block);
  EXPECT_NE(found, placed.end());
  return found->page;
}

/// Whether a block is a figure, or kept with one as its heading is.
bool is_of_figure(const std::vector<Extent>& blocks, std::size_t at) {
  while (blocks[at].keep_with_next && at + 1 < blocks.size()) {
    ++at;
  }
  return blocks[at].floats;
}

TEST(ReportLayout, KeepsAllInOrderAndOnThePage) {
  std::mt19937 random(7);
  for (int run = 0; run < 300; ++run) {
    std::vector<Extent> blocks;
    for (int at = 0; at < 40; ++at) {
      const double height = std::uniform_real_distribution(20.0, 600.0)(random);
      blocks.push_back(random() % 3 == 0 ? figure(height) : text(height / 3, random() % 4 == 0));
    }
    const auto placed = lay_out(blocks, kPage);
    ASSERT_EQ(placed.size(), blocks.size());
    std::vector<std::size_t> texts, figures;
    for (std::size_t at = 0; at < placed.size(); ++at) {
      const PlacedBlock& here = placed[at];
      const Extent& block = blocks[here.block];
      (is_of_figure(blocks, here.block) ? figures : texts).push_back(here.block);
      EXPECT_GE(here.height, block.least);
      EXPECT_LE(here.height, block.height);
      const bool alone = here.top == 0;
      EXPECT_TRUE(here.top + here.height <= kPage + 1e-9 || alone);
      if (at > 0 && placed[at - 1].page == here.page) {
        EXPECT_GE(here.top, placed[at - 1].top + placed[at - 1].height + block.above - 1e-9) << "no two overlap";
      }
      if (block.keep_with_next && here.block + 1 < blocks.size()) {
        EXPECT_EQ(page_of(placed, here.block + 1), here.page) << "what is kept together is on one page";
      }
      for (std::size_t before = 0; before < here.block; ++before) {
        EXPECT_TRUE(!block.floats || is_of_figure(blocks, before) || page_of(placed, before) <= here.page)
            << "no figure comes before its text";
      }
    }
    EXPECT_TRUE(std::ranges::is_sorted(texts));
    EXPECT_TRUE(std::ranges::is_sorted(figures));
  }
}

/// A figure that has no room waits, and the text behind it fills the page that would have been a third empty.
TEST(ReportLayout, TextBehindAFigureFillsThePage) {
  const std::vector<Extent> blocks{text(640), figure(600), text(100), text(150), text(300)};
  const auto placed = lay_out(blocks, kPage);
  EXPECT_EQ(page_of(placed, 2), 0U);
  EXPECT_EQ(page_of(placed, 3), 0U);
  EXPECT_EQ(page_of(placed, 1), 1U);
  EXPECT_EQ(page_of(placed, 4), 1U);
}

/// The sheet of all losses, with its heading, needs most of a page.
TEST(ReportLayout, AHeadingWaitsWithItsFigure) {
  const std::vector<Extent> blocks{text(350), text(20, true), figure(1000), text(200), text(300)};
  const auto placed = lay_out(blocks, kPage);
  EXPECT_EQ(page_of(placed, 3), 0U);
  EXPECT_EQ(page_of(placed, 4), 0U);
  EXPECT_EQ(page_of(placed, 1), 1U);
  EXPECT_EQ(page_of(placed, 2), 1U);
}

TEST(ReportLayout, AFigureGivesWayWhereThatSavesAPage) {
  const std::vector<Extent> blocks{text(500), figure(600)};
  const auto placed = lay_out(blocks, kPage);
  EXPECT_EQ(page_of(placed, 1), 0U);
  EXPECT_DOUBLE_EQ(placed[1].height, 1000 - 500 - 20);
}

}  // namespace
}  // namespace lossscope
