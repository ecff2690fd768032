// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/guide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "losses/descent/held_logits.h"

namespace lossscope {
namespace {

/// A large block that the prediction finds but for its last layer, a speck of 8 voxels that it misses, and a false
/// alarm of 27 voxels far away. 0.8 x 1 x 1.5 mm.
Problem block_and_speck() {
  Grid grid;
  grid.size = {48, 40, 30};
  grid.spacing = {0.8, 1, 1.5};
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32),
                  PredictionKind::probability, grid.spacing};
  const auto fill = [&](std::array<int, 3> low, std::array<int, 3> high, auto set) {
    for (int k = low[2]; k < high[2]; ++k) {
      for (int j = low[1]; j < high[1]; ++j) {
        for (int i = low[0]; i < high[0]; ++i) {
          set(static_cast<std::size_t>(grid.offset(i, j, k)));
        }
      }
    }
  };
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto p = problem.prediction.voxels<float>();
  fill({5, 5, 5}, {15, 15, 13}, [&](std::size_t at) { g[at] = 1; });
  fill({5, 5, 5}, {15, 15, 12}, [&](std::size_t at) { p[at] = 0.97F; });
  fill({30, 30, 20}, {32, 32, 22}, [&](std::size_t at) { g[at] = 1; });
  fill({40, 3, 3}, {43, 6, 6}, [&](std::size_t at) { p[at] = 0.8F; });
  return problem;
}

TEST(CaseTraits, CountsWhatIsThere) {
  const CaseTraits t = measure_case(block_and_speck()).traits;
  EXPECT_EQ(t.foreground, 808);
  EXPECT_DOUBLE_EQ(t.foreground_share, 808.0 / (48 * 40 * 30));
  EXPECT_EQ(t.components, 2);
  EXPECT_EQ(t.smallest, 8);
  EXPECT_DOUBLE_EQ(t.smallest_share, 8.0 / 808);
  EXPECT_NEAR(t.smallest_volume, 8 * 1.2, 1e-12);
  const double block = 2 * (10 * 0.8 * 10 + 10 * 0.8 * 8 * 1.5 + 10 * 8 * 1.5);
  const double speck = 2 * (1.6 * 2 + 1.6 * 3 + 2 * 3);
  EXPECT_NEAR(t.surface_per_volume, (block + speck) / (808 * 1.2), 1e-9);
  EXPECT_EQ(t.false_negatives, 108);
  EXPECT_EQ(t.false_positives, 27);
  EXPECT_EQ(t.missed_components, 1);
  // The false alarm's corner (42, 3, 3) from the block's (14, 5, 5).
  EXPECT_NEAR(t.farthest_error, std::hypot(28 * 0.8, 2.0, 2 * 1.5), 1e-4);
}

TEST(CaseTraits, AnEmptyAndAFullMaskHaveNoSurface) {
  Problem problem = block_and_speck();
  std::ranges::fill(problem.mask.voxels<std::uint8_t>(), std::uint8_t{0});
  const CaseTraits empty = measure_case(problem).traits;
  EXPECT_EQ(empty.foreground, 0);
  EXPECT_EQ(empty.components, 0);
  EXPECT_EQ(empty.surface_per_volume, 0);
  std::ranges::fill(problem.mask.voxels<std::uint8_t>(), std::uint8_t{1});
  const CaseTraits full = measure_case(problem).traits;
  EXPECT_EQ(full.foreground_share, 1);
  EXPECT_EQ(full.sphericity, 0);
}

std::vector<std::string> ids_of(const std::vector<Finding>& findings) {
  std::vector<std::string> ids;
  for (const Finding& finding : findings) {
    ids.push_back(finding.id);
  }
  return ids;
}

TEST(Guide, FindsTheTraitsOfTheCase) {
  const Guide guide = make_guide(block_and_speck());
  EXPECT_EQ(ids_of(guide.findings), (std::vector<std::string>{"missed_component", "small_component", "rare_foreground",
                                                              "missed_voxels", "far_errors"}));
  EXPECT_EQ(guide.findings[0].trait, "1 of 2 components is missed altogether.");
  EXPECT_EQ(guide.findings[1].trait,
            "The mask has 2 components; the smallest has 8 voxels (9.6 mm³), 0.99 % of the mask.");
}

TEST(Guide, EverySituationHasAFinding) {
  CaseTraits traits;
  EXPECT_EQ(ids_of(findings_of(traits)), std::vector<std::string>{"empty_mask"});
  traits.foreground = 10;
  traits.foreground_share = 0.01;
  EXPECT_EQ(ids_of(findings_of(traits)), std::vector<std::string>{"rare_foreground"});
  traits.foreground_share = 0.4;
  EXPECT_EQ(ids_of(findings_of(traits)), std::vector<std::string>{"balanced"});
}

TEST(Guide, EvidenceIsTheShareOfTheGradient) {
  const Problem problem = block_and_speck();
  const Guide guide = make_guide(problem);
  // Cross-entropy by hand: |dL/dz| = q / N.
  const Volume held = held_logits(problem.prediction, problem.kind, 0.99);
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto z = held.voxels<float>();
  double all = 0, foreground = 0, missed = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double p = 1 / (1 + std::exp(-static_cast<double>(z[i])));
    const double q = g[i] != 0 ? 1 - p : p;
    all += q;
    foreground += g[i] != 0 ? q : 0;
    missed += g[i] != 0 && z[i] <= 0 ? q : 0;
  }
  const Evidence& bce = guide.evidence.front();
  ASSERT_EQ(bce.loss->declaration().id, "bce");
  EXPECT_NEAR(bce.share[static_cast<std::size_t>(Region::foreground)], foreground / all, 1e-6);
  EXPECT_NEAR(bce.share[static_cast<std::size_t>(Region::false_negative)], missed / all, 1e-6);
}

TEST(Guide, SaysWhetherTheRuleHoldsHere) {
  const Guide guide = make_guide(block_and_speck());
  const Finding& small = guide.findings[1];
  ASSERT_EQ(small.verdicts.size(), all_losses().size());
  double before = 2, plain = 0;
  for (const Verdict& verdict : small.verdicts) {
    EXPECT_FALSE(verdict.share > before);
    before = verdict.share;
    if (verdict.loss->declaration().id == "bce") {
      plain = verdict.share;
    }
  }
  for (const Verdict& verdict : small.verdicts) {
    if (verdict.named) {
      EXPECT_EQ(verdict.holds, verdict.share > plain) << verdict.loss->declaration().id;
    }
  }
}

TEST(Guide, NamesTheLossesThatFitMostFindings) {
  Guide guide;
  const Loss *dice = find_loss("dice"), *focal = find_loss("focal"), *bce = find_loss("bce");
  guide.findings.resize(2);
  guide.findings[0].verdicts = {{dice, 0.5, true, true}, {focal, 0.4, true, true}, {bce, 0.1, true, true}};
  guide.findings[1].verdicts = {{focal, 0.4, true, true}, {dice, 0.1, true, false}};
  guide.findings[1].advised_against = {bce};
  EXPECT_EQ(fitting_losses(guide), (std::vector<const Loss*>{focal, dice}));
}

TEST(Guide, ABlindLossHasNoEvidence) {
  Problem problem = block_and_speck();
  std::ranges::fill(problem.mask.voxels<std::uint8_t>(), std::uint8_t{0});
  const Guide guide = make_guide(problem);
  const auto blind =
      std::ranges::find_if(guide.evidence, [](const Evidence& e) { return e.loss->declaration().id == "balanced_ce"; });
  EXPECT_TRUE(std::isnan(blind->share[static_cast<std::size_t>(Region::false_positive)]));
  const auto last = guide.findings.front().verdicts.back();
  EXPECT_TRUE(std::isnan(last.share));
}

}  // namespace
}  // namespace lossscope
