// SPDX-License-Identifier: Apache-2.0
// Voxels that do not count (losses.md section 6), by what must hold whatever a loss is: they are as if they were not
// there. tests/losses/losses_test.cpp holds the numbers against autograd.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "losses/evaluation.h"
#include "losses/metrics/metrics.h"
#include "losses/what_if.h"
#include "tests/losses/cases.h"

namespace lossscope {
namespace {

using testing::awkward_problems;
using testing::counting_only;
using testing::fields_for;
using testing::parameter_sets;
using testing::random_counts;

constexpr std::array kKinds{MapKind::contribution, MapKind::gradient_probability, MapKind::gradient_logit,
                            MapKind::counterfactual};

struct Evaluated {
  Reduction reduction;
  std::array<std::vector<float>, kKinds.size()> maps;
};

Evaluated evaluated(const Loss& loss, const std::vector<double>& parameters, const Problem& problem, int threads = 2) {
  const auto fields = fields_for(loss, parameters, problem);
  Evaluated made{loss.reduce(parameters, problem, fields, threads), {}};
  std::vector<std::span<float>> out;
  for (auto& map : made.maps) {
    map.resize(static_cast<std::size_t>(problem.mask.grid.voxels()));
    out.emplace_back(map);
  }
  loss.map_volume(parameters, problem, fields, made.reduction, kKinds, out, threads);
  return made;
}

void expect_same_bits(const Evaluated& a, const Evaluated& b) {
  EXPECT_EQ(a.reduction.value, b.reduction.value);
  EXPECT_EQ(a.reduction.sums, b.reduction.sums);
  EXPECT_EQ(a.reduction.voxels, b.reduction.voxels);
  EXPECT_EQ(a.reduction.positives, b.reduction.positives);
  EXPECT_EQ(a.reduction.blind, b.reduction.blind);
  EXPECT_TRUE(a.maps == b.maps);
}

/// The voxels of a volume that count, in a row.
template <class T>
Volume only_counted(const Volume& volume, const Volume& counts) {
  std::vector<T> kept;
  for (std::size_t i = 0; i < volume.voxels<T>().size(); ++i) {
    if (counts.voxels<std::uint8_t>()[i] != 0) {
      kept.push_back(volume.voxels<T>()[i]);
    }
  }
  const Volume made = make_volume(Grid{{std::ssize(kept), 1, 1}}, volume.type);
  std::ranges::copy(kept, made.voxels<T>().begin());
  return made;
}

/// The problem with other predictions where voxels do not count.
Problem with_other_predictions(Problem problem, float value) {
  const Volume other = make_volume(problem.prediction.grid, VoxelType::float32);
  for (std::size_t i = 0; i < other.voxels<float>().size(); ++i) {
    const bool counts = problem.counted() == nullptr || problem.counted()[i] != 0;
    other.voxels<float>()[i] = counts ? problem.prediction.voxels<float>()[i] : value;
  }
  problem.prediction = other;
  return problem;
}

class EveryCount : public ::testing::TestWithParam<const Loss*> {};

TEST_P(EveryCount, ALossWithoutFieldsIsThatOfTheVoxelsThatCountAlone) {
  const Loss& loss = *GetParam();
  int combinations = 0;
  for (const auto& [name, problem] : awkward_problems()) {
    SCOPED_TRACE(name);
    if (problem.counts.empty() || name == "all ignored") {
      continue;
    }
    Problem alone{only_counted<std::uint8_t>(problem.mask, problem.counts),
                  only_counted<float>(problem.prediction, problem.counts), problem.kind};
    for (const auto& parameters : parameter_sets(loss)) {
      if (!loss.fields(parameters).empty()) {
        continue;
      }
      ++combinations;
      const Evaluated found = evaluated(loss, parameters, problem), expected = evaluated(loss, parameters, alone);
      EXPECT_EQ(found.reduction.voxels, expected.reduction.voxels);
      EXPECT_EQ(found.reduction.positives, expected.reduction.positives);
      EXPECT_EQ(found.reduction.blind, expected.reduction.blind);
      EXPECT_NEAR(found.reduction.value, expected.reduction.value, 1e-9 * std::abs(expected.reduction.value));
      for (std::size_t map = 0; map < kKinds.size(); ++map) {
        const float largest =
            std::abs(*std::ranges::max_element(expected.maps[map], {}, [](float value) { return std::abs(value); }));
        std::size_t next = 0;
        for (std::size_t i = 0; i < found.maps[map].size(); ++i) {
          const bool counts = problem.counted()[i] != 0;
          ASSERT_NEAR(found.maps[map][i], counts ? expected.maps[map][next] : 0.0F, counts ? 1e-6F * largest : 0.0F);
          next += counts ? 1 : 0;
        }
      }
    }
  }
  if (combinations == 0) {
    GTEST_SKIP() << "its fields depend on where voxels lie";
  }
}

TEST_P(EveryCount, WhatIsPredictedWhereVoxelsDoNotCountChangesNoBit) {
  const Loss& loss = *GetParam();
  for (const auto& [name, problem] : awkward_problems()) {
    if (!problem.counts.empty()) {
      SCOPED_TRACE(name);
      const Evaluated before = evaluated(loss, loss.defaults(), problem);
      for (const float value : {0.75F, std::numeric_limits<float>::quiet_NaN()}) {
        expect_same_bits(evaluated(loss, loss.defaults(), with_other_predictions(problem, value)), before);
      }
    }
  }
}

TEST_P(EveryCount, ThatAllVoxelsCountMayBeSaidOrNot) {
  const Loss& loss = *GetParam();
  for (const auto& [name, problem] : awkward_problems()) {
    if (problem.counts.empty()) {
      SCOPED_TRACE(name);
      const Problem said = counting_only(problem, random_counts(problem.mask.grid, 0, 1));
      expect_same_bits(evaluated(loss, loss.defaults(), said), evaluated(loss, loss.defaults(), problem));
    }
  }
}

TEST_P(EveryCount, ContributionsAddUpAndAreNothingWhereVoxelsDoNotCount) {
  const Loss& loss = *GetParam();
  for (const auto& [name, problem] : awkward_problems()) {
    if (problem.counts.empty()) {
      continue;
    }
    SCOPED_TRACE(name);
    for (const auto& parameters : parameter_sets(loss)) {
      const Evaluated found = evaluated(loss, parameters, problem);
      double sum = 0;
      for (std::size_t i = 0; i < found.maps[0].size(); ++i) {
        sum += static_cast<double>(found.maps[0][i]);
        for (const auto& map : found.maps) {
          ASSERT_TRUE(std::isfinite(map[i]));
          ASSERT_TRUE(problem.counted()[i] != 0 || map[i] == 0);
        }
      }
      EXPECT_NEAR(sum, found.reduction.value, 1e-6 * std::abs(found.reduction.value));
      if (name == "all ignored") {
        EXPECT_EQ(found.reduction.value, 0);
        EXPECT_EQ(found.reduction.voxels, 0);
        EXPECT_TRUE(found.reduction.blind.empty()) << "there is no error to be seen";
      }
    }
  }
}

TEST_P(EveryCount, OnePassPlanesAndAnyNumberOfThreadsGiveTheSameBits) {
  const Loss& loss = *GetParam();
  const auto parameters = loss.defaults();
  for (const auto kind : {PredictionKind::probability, PredictionKind::logit}) {
    Problem problem = awkward_problems().back().problem;
    problem.kind = kind;
    problem = counting_only(problem, random_counts(problem.mask.grid, 0.3, 5));
    const Evaluated one = evaluated(loss, parameters, problem, 1);
    for (const int threads : {2, 3, 8}) {
      expect_same_bits(evaluated(loss, parameters, problem, threads), one);
    }
    const auto fields = fields_for(loss, parameters, problem);
    const std::size_t natural = kind == PredictionKind::logit ? 2 : 1;
    std::vector<float> contribution(one.maps[0].size()), gradient(contribution.size());
    const std::span<float> both[]{contribution, gradient};
    const Reduction at_once =
        loss.evaluate(parameters, problem, fields, std::array{kKinds[0], kKinds[natural]}, both, 3);
    EXPECT_EQ(at_once.sums, one.reduction.sums);
    EXPECT_TRUE(contribution == one.maps[0] && gradient == one.maps[natural]);

    const PlaneLayout layout = plane_layout(problem.mask.grid, {1, 11});
    std::vector<float> plane(static_cast<std::size_t>(layout.width * layout.height));
    const std::span<float> out(plane);
    loss.map_plane(parameters, problem, fields, one.reduction, {1, 11}, {&kKinds[natural], 1}, {&out, 1});
    for (std::int64_t at = 0; at < std::ssize(plane); ++at) {
      const auto voxel = layout.begin + at % layout.width * layout.along + at / layout.width * layout.across;
      ASSERT_EQ(plane[static_cast<std::size_t>(at)], one.maps[natural][static_cast<std::size_t>(voxel)]);
    }
  }
}

TEST_P(EveryCount, AVoxelThatDoesNotCountIsNoWhatIf) {
  const Loss& loss = *GetParam();
  const Problem problem = awkward_problems().back().problem;
  const Problem ignoring = counting_only(problem, random_counts(problem.mask.grid, 0.3, 6));
  const auto fields = fields_for(loss, loss.defaults(), ignoring);
  const Reduction reduction = loss.reduce(loss.defaults(), ignoring, fields);
  const auto counts = ignoring.counts.voxels<std::uint8_t>();
  const std::int64_t ignored = std::ranges::find(counts, 0) - counts.begin();
  for (const bool g : {false, true}) {
    EXPECT_EQ(values_if(loss, loss.defaults(), ignoring, fields, reduction, ignored, g, std::vector{0.1, 0.9}),
              (std::vector{reduction.value, reduction.value}));
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryCount, ::testing::ValuesIn(all_losses().begin(), all_losses().end()),
                         [](const auto& row) { return std::string(row.param->declaration().id); });

/// 255 marks a slab of the mask. The means are of the rest, as torch's ignore_index has them; formulas from losses.md.
TEST(Counts, MeansAndAutomaticWeightsAreOfTheVoxelsThatCount) {
  const Problem problem =
      counting_only(awkward_problems()[1].problem, random_counts(awkward_problems()[1].problem.mask.grid, 0.45, 9));
  double n = 0, n1 = 0, l1 = 0, l0 = 0;
  for (std::size_t i = 0; i < problem.prediction.voxels<float>().size(); ++i) {
    if (problem.counted()[i] != 0) {
      const double p = static_cast<double>(problem.prediction.voxels<float>()[i]);
      const bool g = problem.mask.voxels<std::uint8_t>()[i] != 0;
      n += 1;
      n1 += g ? 1 : 0;
      (g ? l1 : l0) -= std::log(g ? p : 1 - p);
    }
  }
  const auto value = [&](const char* id, std::vector<double> parameters = {}) {
    const Loss& loss = *find_loss(id);
    return loss.reduce(parameters.empty() ? loss.defaults() : parameters, problem, {}).value;
  };
  EXPECT_NEAR(value("bce"), (l1 + l0) / n, 1e-6 * value("bce"));
  EXPECT_NEAR(value("balanced_ce"), ((n - n1) / n * l1 + n1 / n * l0) / n, 1e-6 * value("balanced_ce"));
  EXPECT_NEAR(value("wce", {-1, 0}), ((n - n1) / n1 * l1 + l0) / n, 1e-6 * value("wce", {-1, 0}));
}

TEST(Counts, MetricsAreOfTheVoxelsThatCount) {
  for (const auto& [name, problem] : awkward_problems()) {
    if (problem.counts.empty()) {
      continue;
    }
    SCOPED_TRACE(name);
    double tp = 0, fp = 0, fn = 0, tn = 0;
    const float level = problem.kind == PredictionKind::logit ? 0.0F : 0.5F;
    for (std::size_t i = 0; i < problem.prediction.voxels<float>().size(); ++i) {
      if (problem.counted()[i] != 0) {
        const bool g = problem.mask.voxels<std::uint8_t>()[i] != 0, p = problem.prediction.voxels<float>()[i] > level;
        ++(g ? (p ? tp : fn) : (p ? fp : tn));
      }
    }
    const Metrics found = compute_metrics(problem);
    const auto expect = [](double metric, double numerator, double denominator) {
      if (denominator > 0) {
        EXPECT_DOUBLE_EQ(metric, numerator / denominator);
      } else {
        EXPECT_TRUE(std::isnan(metric));
      }
    };
    expect(found.dice, 2 * tp, 2 * tp + fp + fn);
    expect(found.sensitivity, tp, tp + fn);
    expect(found.specificity, tn, tn + fp);
    const auto& h = problem.mask.grid.spacing;
    EXPECT_NEAR(found.volume_mask, (tp + fn) * h[0] * h[1] * h[2], 1e-9 * found.volume_mask);
    EXPECT_NEAR(found.volume_prediction, (tp + fp) * h[0] * h[1] * h[2], 1e-9 * found.volume_prediction);
    const Metrics garbage = compute_metrics(with_other_predictions(problem, 0.99F));
    EXPECT_TRUE(garbage.hausdorff95 == found.hausdorff95 || std::isnan(found.hausdorff95));
    EXPECT_TRUE(garbage.dice == found.dice || std::isnan(found.dice));
  }
}

TEST(Counts, MustBeOfTheMasksSizeAndOfBytes) {
  Problem problem = awkward_problems()[1].problem;
  const Loss& loss = *find_loss("bce");
  problem.counts = make_volume(Grid{{2, 2, 2}}, VoxelType::uint8);
  EXPECT_THROW((void)loss.reduce(loss.defaults(), problem, {}), std::invalid_argument);
  problem.counts = make_volume(problem.mask.grid, VoxelType::float32);
  EXPECT_THROW((void)loss.reduce(loss.defaults(), problem, {}), std::invalid_argument);
}

}  // namespace
}  // namespace lossscope
