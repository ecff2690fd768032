// SPDX-License-Identifier: Apache-2.0
// Every loss of the registry against autograd in float64, finite differences and its own sums.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "losses/loss.h"
#include "tests/losses/cases.h"
#include "tests/losses/reference.h"

namespace lossscope {
namespace {

using reference::worst;
using testing::awkward_problems;
using testing::fields_for;
using testing::parameter_sets;

struct Maps {
  Reduction reduction;
  std::vector<float> contribution, gradient_p, gradient_z, drop;
};

Maps evaluate(const Loss& loss, const std::vector<double>& parameters, const Problem& problem,
              const std::vector<FieldPtr>& fields, int threads = 2) {
  Maps maps;
  maps.reduction = loss.reduce(parameters, problem, fields, threads);
  const auto n = static_cast<std::size_t>(problem.mask.grid.voxels());
  for (auto* map : {&maps.contribution, &maps.gradient_p, &maps.gradient_z, &maps.drop}) {
    map->resize(n);
  }
  const MapKind kinds[]{MapKind::contribution, MapKind::gradient_probability, MapKind::gradient_logit,
                        MapKind::counterfactual};
  const std::span<float> out[]{maps.contribution, maps.gradient_p, maps.gradient_z, maps.drop};
  loss.map_volume(parameters, problem, fields, maps.reduction, kinds, out, threads);
  return maps;
}

class EveryLoss : public ::testing::TestWithParam<const Loss*> {};

/// The losses that are written a second time in losses/drivers/autograd/formulas.cpp. Another one is tested by what
/// its own declaration promises (declared_test.cpp), and is named here as skipped.
class EveryFormula : public EveryLoss {
 protected:
  void SetUp() override {
    if (!reference::knows(std::string(GetParam()->declaration().id))) {
      GTEST_SKIP() << GetParam()->declaration().id << " is not in losses/drivers/autograd/formulas.cpp";
    }
  }
};

TEST_P(EveryFormula, AgreesWithAutogradInDoublePrecision) {
  const Loss& loss = *GetParam();
  const std::string id(loss.declaration().id);
  double worst_value = 0, worst_p = 0, worst_z = 0, worst_sum = 0;
  int combinations = 0;
  for (const auto& [name, problem] : awkward_problems()) {
    for (const auto& parameters : parameter_sets(loss)) {
      SCOPED_TRACE(name);
      const auto fields = fields_for(loss, parameters, problem);
      const Maps maps = evaluate(loss, parameters, problem, fields);
      const auto expected = reference::gradients(id, parameters, problem, fields);
      double sum = 0, size = 0;
      for (std::size_t i = 0; i < maps.contribution.size(); ++i) {
        ASSERT_TRUE(std::isfinite(maps.contribution[i]) && std::isfinite(maps.gradient_p[i]) &&
                    std::isfinite(maps.gradient_z[i]) && std::isfinite(maps.drop[i]));
        sum += static_cast<double>(maps.contribution[i]);
        size += std::abs(static_cast<double>(maps.contribution[i]));
      }
      // Costs and rewards may cancel: then the value is exact to 1e-6 of what they come to together.
      const double scale = std::max({std::abs(expected.value), loss.declaration().rewards ? size : 0, 1e-12});
      const double off_value = std::abs(maps.reduction.value - expected.value) / scale;
      EXPECT_LT(off_value, 1e-6) << maps.reduction.value << " against " << expected.value;
      const double off_sum = std::abs(sum - maps.reduction.value) / scale;
      EXPECT_LT(off_sum, 1e-6);
      const double off_p = worst(maps.gradient_p, expected.probability);
      EXPECT_LT(off_p, 1e-6);
      const double off_z = worst(maps.gradient_z, expected.logit);
      EXPECT_LT(off_z, 1e-6);
      worst_value = std::max(worst_value, off_value);
      worst_sum = std::max(worst_sum, off_sum);
      worst_p = std::max(worst_p, off_p);
      worst_z = std::max(worst_z, off_z);
      ++combinations;
    }
  }
  std::printf("%-14s %4d combinations, worst relative error: value %.1e  sum %.1e  dL/dp %.1e  dL/dz %.1e\n",
              id.c_str(), combinations, worst_value, worst_sum, worst_p, worst_z);
}

/// What a voxel's correction saves, by evaluating the whole problem again with it corrected.
TEST_P(EveryFormula, CounterfactualIsWhatTheLossDropsBy) {
  const Loss& loss = *GetParam();
  for (const auto& [name, problem] : awkward_problems()) {
    SCOPED_TRACE(name);
    const auto parameters = loss.defaults();
    const auto fields = fields_for(loss, parameters, problem);
    const Maps maps = evaluate(loss, parameters, problem, fields);
    const std::string id(loss.declaration().id);
    double largest = 1e-12;
    for (const float d : maps.drop) {
      largest = std::max(largest, std::abs(static_cast<double>(d)));
    }
    const std::size_t step = std::max<std::size_t>(1, maps.drop.size() / 7);
    for (std::size_t i = 0; i < maps.drop.size(); i += step) {
      Problem better = problem;
      better.prediction = make_volume(problem.prediction.grid, VoxelType::float32);
      std::ranges::copy(problem.prediction.voxels<float>(), better.prediction.voxels<float>().begin());
      const bool in = problem.mask.voxels<std::uint8_t>()[i] != 0;
      // A logit of the floor where a perfect voxel keeps a cost: that of an infinite one would be infinite, too.
      const float sure = loss.declaration().zero_when_perfect ? 1000.0F : static_cast<float>(kFloorCost);
      const float right = problem.kind == PredictionKind::logit ? (in ? sure : -sure) : (in ? 1.0F : 0.0F);
      better.prediction.voxels<float>()[i] = right;
      const double before = reference::gradients(id, parameters, problem, fields).value;
      const double after = reference::gradients(id, parameters, better, fields).value;
      EXPECT_NEAR(maps.drop[i], before - after, 1e-6 * largest);
    }
  }
}

TEST_P(EveryFormula, GradientIsTheSlopeOfTheValue) {
  const Loss& loss = *GetParam();
  const auto problem = awkward_problems()[3].problem;  // soft ball: away from the clamp
  const auto parameters = loss.defaults();
  const auto fields = fields_for(loss, parameters, problem);
  const Maps maps = evaluate(loss, parameters, problem, fields);
  const std::string id(loss.declaration().id);
  const auto n = problem.mask.grid.voxels();
  const auto p = problem.prediction.voxels<float>();
  const auto value_at = [&](std::int64_t voxel, double by) {
    std::vector<double> moved(p.begin(), p.end());
    moved[static_cast<std::size_t>(voxel)] += by;
    return reference::value(id, parameters, problem, fields, moved);
  };
  double largest = 0;
  for (const float gradient : maps.gradient_p) {
    largest = std::max(largest, std::abs(static_cast<double>(gradient)));
  }
  for (std::int64_t voxel = 5; voxel < n; voxel += n / 23) {
    const double h = 1e-6;
    const double slope = (value_at(voxel, h) - value_at(voxel, -h)) / (2 * h);
    EXPECT_NEAR(maps.gradient_p[voxel], slope, 1e-5 * largest);
  }
}

TEST_P(EveryLoss, GivesTheSameBitsForAnyNumberOfThreads) {
  const Loss& loss = *GetParam();
  const auto problem = awkward_problems().back().problem;
  const auto parameters = loss.defaults();
  const auto fields = fields_for(loss, parameters, problem);
  const Maps one = evaluate(loss, parameters, problem, fields, 1);
  for (const int threads : {2, 3, 8}) {
    const Maps many = evaluate(loss, parameters, problem, fields, threads);
    EXPECT_EQ(one.reduction.value, many.reduction.value);
    EXPECT_EQ(one.contribution, many.contribution);
    EXPECT_EQ(one.gradient_z, many.gradient_z);
  }
}

TEST_P(EveryLoss, APlaneEqualsTheSameVoxelsOfTheVolume) {
  const Loss& loss = *GetParam();
  const auto problem = awkward_problems()[3].problem;
  const auto parameters = loss.defaults();
  const auto fields = fields_for(loss, parameters, problem);
  const Maps maps = evaluate(loss, parameters, problem, fields);
  const Grid& grid = problem.mask.grid;
  for (int axis = 0; axis < 3; ++axis) {
    const int first = axis == 0 ? 1 : 0;
    const int second = axis == 2 ? 1 : 2;
    const std::int64_t index = grid.size[axis] / 2;
    std::vector<float> plane(static_cast<std::size_t>(grid.size[first] * grid.size[second]));
    const MapKind kinds[]{MapKind::gradient_probability};
    const std::span<float> out[]{plane};
    loss.map_plane(parameters, problem, fields, maps.reduction, {axis, index}, kinds, out);
    for (std::int64_t v = 0; v < grid.size[second]; ++v) {
      for (std::int64_t u = 0; u < grid.size[first]; ++u) {
        std::array<std::int64_t, 3> voxel{index, index, index};
        voxel[first] = u;
        voxel[second] = v;
        ASSERT_EQ(plane[u + v * grid.size[first]], maps.gradient_p[grid.offset(voxel[0], voxel[1], voxel[2])]);
      }
    }
  }
}

TEST_P(EveryLoss, FinishAloneEqualsANewReductionWhereTermsDoNotChange) {
  const Loss& loss = *GetParam();
  const auto problem = awkward_problems()[3].problem;
  const auto defaults = loss.defaults();
  const auto fields = fields_for(loss, defaults, problem);
  const Reduction before = loss.reduce(defaults, problem, fields);
  for (std::size_t i = 0; i < defaults.size(); ++i) {
    if (loss.parameters()[i].in_terms) {
      continue;
    }
    auto parameters = defaults;
    parameters[i] = loss.parameters()[i].slider_maximum;
    EXPECT_EQ(loss.finish(parameters, problem, fields, before).value, loss.reduce(parameters, problem, fields).value)
        << loss.parameters()[i].id;
  }
}

TEST_P(EveryLoss, DeclaresWhatPeopleRead) {
  const Declaration& about = GetParam()->declaration();
  for (const auto text : {about.id, about.name, about.family, about.formula, about.summary, about.use_when,
                          about.avoid_when, about.citation, about.link}) {
    EXPECT_FALSE(text.empty());
  }
  for (const ParameterInfo& row : GetParam()->parameters()) {
    EXPECT_LE(row.minimum, row.slider_minimum) << row.id;
    EXPECT_LE(row.slider_maximum, row.maximum) << row.id;
    const bool special = row.default_value == -1 && !row.special.empty();
    EXPECT_TRUE(special || (row.minimum <= row.default_value && row.default_value <= row.maximum)) << row.id;
    EXPECT_FALSE(row.meaning.empty()) << row.id;
  }
  for (const Preset& preset : about.presets) {
    for (const auto& [id, value] : preset.values) {
      EXPECT_TRUE(GetParam()->parameter(id)) << preset.name << ": " << id;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryFormula, ::testing::ValuesIn(all_losses().begin(), all_losses().end()),
                         [](const auto& row) { return std::string(row.param->declaration().id); });
INSTANTIATE_TEST_SUITE_P(Registry, EveryLoss, ::testing::ValuesIn(all_losses().begin(), all_losses().end()),
                         [](const auto& row) { return std::string(row.param->declaration().id); });

}  // namespace
}  // namespace lossscope
