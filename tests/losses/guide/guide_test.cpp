// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/guide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <random>
#include <string>

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
  const MeasuredCase measured = measure_case(block_and_speck(), 8);
  const CaseTraits& t = measured.traits;
  EXPECT_EQ(t.foreground, 808);
  EXPECT_DOUBLE_EQ(t.foreground_share, 808.0 / (48 * 40 * 30));
  EXPECT_EQ(t.components, 2);
  EXPECT_EQ(t.specks, 0);
  EXPECT_EQ(t.smallest, 8);
  EXPECT_DOUBLE_EQ(t.smallest_share, 8.0 / 808);
  EXPECT_NEAR(t.voxel_volume, 1.2, 1e-12);
  EXPECT_DOUBLE_EQ(t.rim_share, (800.0 - 8 * 8 * 6 + 8) / 808) << "all of the block but its inside, and the speck";
  EXPECT_EQ(t.false_negatives, 108);
  EXPECT_EQ(t.false_positives, 27);
  EXPECT_EQ(t.missed_components, 1);
  EXPECT_EQ(t.false_components, 1);
  EXPECT_EQ(t.far_errors, 27) << "the misses lie within 5 mm of the background";
  // The false alarm's corner (42, 3, 3) from the block's (14, 5, 5).
  EXPECT_NEAR(t.farthest_error, std::hypot(28 * 0.8, 2.0, 2 * 1.5), 1e-4);
  ASSERT_EQ(measured.components.size(), 2U);
  EXPECT_EQ(measured.components[0].place.voxels, 8);
  EXPECT_EQ(measured.components[0].found, 0);
  EXPECT_EQ(measured.components[1].found, 700);
  const auto& [i, j, k] = measured.components[1].place.voxel;
  EXPECT_TRUE((i == 9 || i == 10) && (j == 9 || j == 10) && (k == 8 || k == 9)) << i << " " << j << " " << k;
}

/// As if what does not count were not there: the speck, the false alarm, and all below the block's lowest layer.
TEST(CaseTraits, AreOfTheVoxelsThatCount) {
  Problem problem = block_and_speck();
  const Grid& grid = problem.mask.grid;
  problem.counts = make_volume(grid, VoxelType::uint8);
  std::int64_t uncounted = 0;
  for (std::int64_t at = 0; at < grid.voxels(); ++at) {
    const bool counts = at % 48 < 28 && at / (48 * 40) >= 5;
    problem.counts.voxels<std::uint8_t>()[at] = counts ? 1 : 0;
    problem.mask.voxels<std::uint8_t>()[at] &= problem.counts.voxels<std::uint8_t>()[at];
    uncounted += counts ? 0 : 1;
  }
  const MeasuredCase measured = measure_case(problem, 1);
  const CaseTraits& t = measured.traits;
  EXPECT_EQ(t.uncounted, uncounted);
  EXPECT_EQ(t.foreground, 800);
  EXPECT_DOUBLE_EQ(t.foreground_share, 800.0 / static_cast<double>(grid.voxels() - uncounted));
  EXPECT_EQ(t.components, 1);
  EXPECT_DOUBLE_EQ(t.rim_share, (800.0 - 8 * 8 * 7) / 800) << "the lowest layer is no rim: below it nothing counts";
  EXPECT_EQ(t.false_negatives, 100);
  EXPECT_EQ(t.false_positives, 0);
  EXPECT_EQ(t.false_components, 0);
  const Guide guide = make_guide(problem, 1);
  const auto rare = std::ranges::find_if(
      guide.findings, [](const Finding& finding) { return finding.trait.starts_with("The structure fills"); });
  ASSERT_NE(rare, guide.findings.end());
  EXPECT_NE(rare->trait.find("of the voxels that count"), std::string::npos) << rare->trait;
}

TEST(CaseTraits, SpecksAreLeftOutUnlessThereIsNothingElse) {
  const MeasuredCase without = measure_case(block_and_speck(), 9);
  EXPECT_EQ(without.traits.components, 1);
  EXPECT_EQ(without.traits.specks, 1);
  EXPECT_EQ(without.traits.smallest, 800);
  EXPECT_EQ(without.traits.missed_components, 0);
  EXPECT_EQ(without.traits.foreground, 808) << "its voxels stay voxels of the mask";
  EXPECT_EQ(measure_case(block_and_speck(), 28).traits.false_components, 0);
  const MeasuredCase all = measure_case(block_and_speck(), 1000);
  EXPECT_EQ(all.traits.components, 2);
  EXPECT_EQ(all.traits.specks, 0);
  EXPECT_EQ(all.traits.speck_limit, 0);
}

TEST(CaseTraits, BesideALargeStructureSpecksAreLarger) {
  Grid grid;
  grid.size = {100, 100, 60};
  const Volume mask = make_volume(grid, VoxelType::uint8);
  const auto g = mask.voxels<std::uint8_t>();
  for (std::int64_t at = 0; at < grid.voxels(); ++at) {
    const std::int64_t i = at % 100, j = at / 100 % 100, k = at / 10'000;
    const bool block = i < 90 && j < 90 && k < 50, row = j == 95 && k == 55 && i < 39,
               longer = j == 95 && k == 58 && i < 41;
    g[static_cast<std::size_t>(at)] = block || row || longer ? 1 : 0;
  }
  const Problem problem{mask, make_volume(grid, VoxelType::float32), PredictionKind::probability, grid.spacing};
  const CaseTraits t = measure_case(problem).traits;
  EXPECT_EQ(t.speck_limit, 40) << "405,000 voxels by 10,000";
  EXPECT_EQ(t.specks, 1);
  EXPECT_EQ(t.smallest, 41);
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

TEST(CaseTraits, SaturatedVoxelsAreCounted) {
  Problem problem = block_and_speck();
  const CaseTraits t = measure_case(problem).traits;
  EXPECT_EQ(t.sure, 48 * 40 * 30 - 700 - 27) << "all that is 0";
  EXPECT_EQ(t.surely_wrong, 108);
  for (float& p : problem.prediction.voxels<float>()) {
    p = p == 0 ? -9.0F : p;  // of the logit: sure, but the sigmoid still has a slope
  }
  problem.kind = PredictionKind::logit;
  EXPECT_EQ(measure_case(problem).traits.sure, 0);
  for (float& z : problem.prediction.voxels<float>()) {
    z = z < 0 ? -20.0F : z;
  }
  EXPECT_EQ(measure_case(problem).traits.surely_wrong, 108);
}

std::vector<std::string> ids_of(const std::vector<Finding>& findings) {
  std::vector<std::string> ids;
  for (const Finding& finding : findings) {
    ids.push_back(finding.id);
  }
  return ids;
}

TEST(Guide, FindsTheTraitsOfTheCase) {
  const Guide guide = make_guide(block_and_speck(), 8);
  EXPECT_EQ(ids_of(guide.findings), (std::vector<std::string>{"surely_wrong", "missed_component", "small_component",
                                                              "rare_foreground", "missed_voxels", "far_errors"}));
  EXPECT_EQ(guide.findings[0].trait,
            "The prediction is saturated: 108 of 135 wrong voxels have a probability within 0.000001 of 0 or 1.");
  EXPECT_EQ(guide.findings[1].trait, "1 of 2 components is missed altogether.");
  EXPECT_EQ(guide.findings[2].trait,
            "The mask has 2 components; the smallest has 8 voxels (9.6 mm³), 0.99 % of the mask.");
  ASSERT_EQ(guide.metrics.front().id, "lesion_f1");
  EXPECT_NE(guide.metrics.front().reason.find("the prediction touches 1 of 2 components, and of its own pieces "
                                              "1 touch none: F1 = 0.5."),
            std::string::npos)
      << guide.metrics.front().reason;
}

TEST(Guide, EverySituationHasAFinding) {
  CaseTraits traits;
  EXPECT_EQ(ids_of(findings_of(traits)), std::vector<std::string>{"empty_mask"});
  traits.foreground = 10;
  traits.foreground_share = 0.01;
  EXPECT_EQ(ids_of(findings_of(traits)), (std::vector<std::string>{"no_error", "rare_foreground"}));
  traits.foreground_share = 0.4;
  traits.false_positives = traits.false_negatives = 1;
  EXPECT_EQ(ids_of(findings_of(traits)), std::vector<std::string>{"balanced"});
}

/// Traits as they come, and as no case has them.
CaseTraits random_traits(std::mt19937& random) {
  const auto share = [&] { return std::uniform_real_distribution<double>()(random); };
  const auto count = [&] { return std::uniform_int_distribution<std::int64_t>(0, 40)(random); };
  CaseTraits t;
  t.foreground = count() * count();
  t.foreground_share = t.foreground > 0 ? share() * share() * share() : 0;
  t.components = count() / 8;
  t.missed_components = std::min(t.components, count() / 20);
  t.smallest_share = share() * share();
  t.sphericity = share();
  t.linearity = share();
  t.false_positives = count();
  t.false_negatives = count();
  t.far_errors = count() / 4;
  t.surely_wrong = count() / 4;
  t.speck_limit = count() / 4;
  return t;
}

/// "the dice loss", as a sentence would name it.
std::string spoken_name(const Loss& loss) {
  std::string name(loss.declaration().name);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return "the " + (name.ends_with(" loss") ? name : name + " loss");
}

TEST(Guide, OfNoLossThatIsThereItSaysThatItIsNot) {
  std::mt19937 random(4);
  int said = 0;
  for (int turn = 0; turn < 3000; ++turn) {
    for (const Finding& finding : findings_of(random_traits(random))) {
      std::string advice = finding.advice;
      std::ranges::transform(advice, advice.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (advice.find("lossscope does not have it") == std::string::npos) {
        continue;
      }
      ++said;
      for (const Loss* loss : all_losses()) {
        EXPECT_EQ(advice.find(spoken_name(*loss)), std::string::npos) << finding.advice;
      }
    }
  }
  EXPECT_GT(said, 0);
}

TEST(Guide, NoLossIsBothNamedAndAdvisedAgainst) {
  std::mt19937 random(3);
  for (int turn = 0; turn < 3000; ++turn) {
    const CaseTraits traits = random_traits(random);
    std::vector<const Candidate*> named, against;
    for (const Finding& finding : findings_of(traits)) {
      for (const Verdict& verdict : finding.verdicts) {
        named.push_back(verdict.candidate);
      }
      against.insert(against.end(), finding.advised_against.begin(), finding.advised_against.end());
    }
    for (const Candidate* one : against) {
      EXPECT_EQ(std::ranges::count(named, one), 0) << one->id;
    }
    EXPECT_EQ(std::ranges::count(against, &baseline_candidate()), 0);
    EXPECT_FALSE(metrics_for(traits).empty());
  }
}

TEST(Guide, WhatWeighsMissesIsNotOfferedWhereFalseAlarmsDominate) {
  CaseTraits traits;
  traits.foreground = 1000;
  traits.foreground_share = 0.001;
  traits.false_positives = 300;
  traits.false_negatives = 20;
  traits.components = 3;
  traits.missed_components = 1;  // which would name Tversky
  for (const Finding& finding : findings_of(traits)) {
    for (const Verdict& verdict : finding.verdicts) {
      const Candidate& named = *verdict.candidate;
      const auto at = named.loss->parameter("beta");
      EXPECT_NE(named.id, "balanced_ce") << finding.id;
      if (named.loss->declaration().id == "tversky" || named.loss->declaration().id == "focal_tversky") {
        EXPECT_LT(named.parameters[*at], named.parameters[*named.loss->parameter("alpha")]) << finding.id;
      }
    }
  }
}

TEST(Guide, AFewVoxelsJustBeyondTheLimitAreNoFarErrors) {
  CaseTraits traits;
  traits.foreground = 10'000;
  traits.foreground_share = 0.1;
  traits.false_positives = traits.false_negatives = 500;
  traits.far_errors = 12;
  traits.farthest_error = 5.1;
  const auto has_far = [&] {
    const bool finding = std::ranges::count(ids_of(findings_of(traits)), "far_errors") > 0;
    EXPECT_EQ(std::ranges::count(metrics_for(traits), "hd95", &MetricAdvice::id), finding ? 1 : 0);
    return finding;
  };
  EXPECT_FALSE(has_far());
  traits.farthest_error = 22;
  EXPECT_TRUE(has_far()) << "some are far away indeed";
  traits.farthest_error = 6;
  traits.far_errors = 200;
  EXPECT_TRUE(has_far()) << "or many are";
}

TEST(Guide, ALossWithHardlyAnyGradientThereDoesNotServeATrait) {
  int named_in_vain = 0;
  for (const Problem& problem : {block_and_speck(), [] {
                                   Problem soft = block_and_speck();
                                   for (float& p : soft.prediction.voxels<float>()) {
                                     p = 0.02F + 0.96F * p;
                                   }
                                   return soft;
                                 }()}) {
    for (const Finding& finding : make_guide(problem).findings) {
      for (const Verdict& verdict : finding.verdicts) {
        EXPECT_TRUE(!verdict.holds || verdict.share > 0.0194) << finding.id << " " << verdict.candidate->id;
        named_in_vain += verdict.named && !verdict.holds ? 1 : 0;
      }
    }
  }
  EXPECT_GT(named_in_vain, 0);
}

TEST(Guide, AValueInAReasonIsNotSaidToBeUnknown) {
  std::mt19937 random(5);
  for (int turn = 0; turn < 1000; ++turn) {
    for (const MetricAdvice& metric : metrics_for(random_traits(random))) {
      const bool value =
          metric.reason.find("F1 = ") != std::string::npos || metric.reason.find("Here: ") != std::string::npos;
      EXPECT_EQ(metric.counted, value) << metric.reason;
      EXPECT_FALSE(metric.counted && metric.computed);
    }
  }
}

TEST(Guide, ATubeIsToldAboutCentreLines) {
  CaseTraits traits;
  traits.foreground = 1000;
  traits.foreground_share = 0.1;
  traits.false_negatives = traits.false_positives = 5;
  traits.sphericity = 0.2;
  traits.linearity = 0.9;
  EXPECT_EQ(ids_of(findings_of(traits)), (std::vector<std::string>{"tube", "balanced"}));
  EXPECT_NE(findings_of(traits)[0].advice.find("clDice"), std::string::npos);
  EXPECT_NE(findings_of(traits)[0].advice.find("skeleton recall"), std::string::npos);
  EXPECT_EQ(metrics_for(traits).front().id, "cldice");
  traits.linearity = 0.1;
  EXPECT_EQ(ids_of(findings_of(traits)), (std::vector<std::string>{"folded_boundary", "balanced"}));
  EXPECT_EQ(metrics_for(traits).front().id, "nsd");
}

TEST(Guide, TheBaselineIsDiceAndCrossEntropyOneToOne) {
  const Problem problem = block_and_speck();
  Problem soft = problem;
  soft.prediction = make_volume(problem.mask.grid, VoxelType::float32);
  for (std::size_t i = 0; i < soft.prediction.voxels<float>().size(); ++i) {
    soft.prediction.voxels<float>()[i] = 0.05F + 0.9F * problem.prediction.voxels<float>()[i];
  }
  const auto value = [&](const Loss& loss, const std::vector<double>& parameters) {
    return loss.reduce(parameters, soft, {}).value;
  };
  const Candidate& baseline = baseline_candidate();
  const double sum =
      value(*find_loss("dice"), find_loss("dice")->defaults()) + value(*find_loss("bce"), find_loss("bce")->defaults());
  EXPECT_NEAR(3 * value(*baseline.loss, baseline.parameters), sum, 1e-5 * sum);
}

TEST(Guide, EvidenceIsTheShareOfTheGradientOnThePredictionAsItIs) {
  const Problem problem = block_and_speck();
  const Guide guide = make_guide(problem);
  // Cross-entropy by hand: |dL/dz| = q / N.
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto p = problem.prediction.voxels<float>();
  double all = 0, foreground = 0, missed = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double q = g[i] != 0 ? 1 - static_cast<double>(p[i]) : static_cast<double>(p[i]);
    all += q;
    foreground += g[i] != 0 ? q : 0;
    missed += g[i] != 0 && p[i] <= 0.5F ? q : 0;
  }
  const Evidence& bce = *std::ranges::find(guide.evidence, &reference_candidate(), &Evidence::candidate);
  EXPECT_NEAR(bce.share[static_cast<std::size_t>(Region::foreground)], foreground / all, 1e-6);
  EXPECT_NEAR(bce.share[static_cast<std::size_t>(Region::false_negative)], missed / all, 1e-6);
  // Dice does not pull at what is surely wrong, and no clamp pretends that it does.
  const Evidence& dice = *std::ranges::find(guide.evidence, &candidate("dice"), &Evidence::candidate);
  EXPECT_EQ(dice.share[static_cast<std::size_t>(Region::surely_wrong)], 0);
  EXPECT_GT(bce.share[static_cast<std::size_t>(Region::surely_wrong)], 0.5);
}

TEST(Guide, SaysWhetherTheRuleHoldsHereAndRanksOnlyWhatDiffers) {
  const Guide guide = make_guide(block_and_speck(), 8);
  const auto read = [](double share) { return std::isnan(share) ? -1 : std::lround(1000 * share); };
  for (const Finding& finding : guide.findings) {
    ASSERT_EQ(finding.verdicts.size(), candidates().size());
    const double plain = std::ranges::find(finding.verdicts, &reference_candidate(), &Verdict::candidate)->share;
    const Verdict* before = nullptr;
    for (const Verdict& verdict : finding.verdicts) {
      if (before != nullptr) {
        EXPECT_GE(read(before->share), read(verdict.share)) << finding.id;
        EXPECT_EQ(verdict.rank - before->rank, read(before->share) == read(verdict.share) ? 0 : 1) << finding.id;
      }
      before = &verdict;
      if (verdict.named && verdict.candidate != &reference_candidate()) {
        EXPECT_EQ(verdict.holds, read(verdict.share) > read(plain)) << finding.id << verdict.candidate->id;
      }
    }
  }
  const auto rank_in = [](const Finding& finding, std::string_view id) {
    return std::ranges::find(finding.verdicts, &candidate(id), &Verdict::candidate)->rank;
  };
  EXPECT_EQ(rank_in(guide.findings[1], "dice"), rank_in(guide.findings[1], "log_cosh_dice"))
      << "one map, scaled: no difference to rank";
}

TEST(Guide, NamesTheLossesThatFitMostFindings) {
  Guide guide;
  const Candidate *dice = &candidate("dice"), *focal = &candidate("focal"), *bce = &candidate("bce"),
                  *tversky = &candidate("tversky");
  guide.findings.resize(2);
  guide.findings[0].verdicts = {{dice, 0.5, true, true, 1}, {focal, 0.4, true, true, 2}, {bce, 0.1, true, true, 3}};
  guide.findings[1].verdicts = {{focal, 0.4, true, true, 1},
                                {dice, 0.1, true, false, 2},
                                {tversky, 0.3, true, true, 1},
                                {&baseline_candidate(), 0.9, true, true, 1}};
  guide.findings[1].advised_against = {bce};
  using Level = std::vector<const Candidate*>;
  EXPECT_EQ(fitting_losses(guide), (std::vector<Level>{{focal}, {dice, tversky}}));
}

TEST(Guide, ABlindLossHasNoEvidence) {
  Problem problem = block_and_speck();
  std::ranges::fill(problem.mask.voxels<std::uint8_t>(), std::uint8_t{0});
  const Guide guide = make_guide(problem);
  const auto blind = std::ranges::find(guide.evidence, &candidate("balanced_ce"), &Evidence::candidate);
  EXPECT_TRUE(std::isnan(blind->share[static_cast<std::size_t>(Region::false_positive)]));
  const auto last = guide.findings.front().verdicts.back();
  EXPECT_TRUE(std::isnan(last.share));
  EXPECT_EQ(guide.metrics.front().id, "false_volume");
}

}  // namespace
}  // namespace lossscope
