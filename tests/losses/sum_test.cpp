// SPDX-License-Identifier: Apache-2.0
// A weighted sum of losses is what its parts are, weighed and added.
#include "losses/sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "losses/drivers/driver.h"
#include "losses/what_if.h"
#include "tests/losses/cases.h"
#include "tests/losses/reference.h"

namespace lossscope {
namespace {

struct Maps {
  std::vector<float> contribution, gradient_p, gradient_z;
};

Maps maps_of(const Loss& loss, const std::vector<double>& parameters, const Problem& problem,
             const std::vector<FieldPtr>& fields, const Reduction& reduction) {
  Maps maps;
  const auto n = static_cast<std::size_t>(problem.mask.grid.voxels());
  for (auto* map : {&maps.contribution, &maps.gradient_p, &maps.gradient_z}) {
    map->resize(n);
  }
  const MapKind kinds[]{MapKind::contribution, MapKind::gradient_probability, MapKind::gradient_logit};
  const std::span<float> out[]{maps.contribution, maps.gradient_p, maps.gradient_z};
  loss.map_volume(parameters, problem, fields, reduction, kinds, out, 2);
  return maps;
}

/// Autograd's value and gradients of each part, weighed and added.
reference::Gradients expected(const SumLoss& sum, const std::vector<double>& parameters, const Problem& problem,
                              const std::vector<FieldPtr>& fields) {
  reference::Gradients all;
  all.probability.resize(static_cast<std::size_t>(problem.mask.grid.voxels()));
  all.logit = all.probability;
  for (const SumLoss::Part& part : sum.parts(parameters, fields)) {
    const auto one =
        reference::gradients(std::string(part.loss.declaration().id), {part.parameters.begin(), part.parameters.end()},
                             problem, {part.fields.begin(), part.fields.end()});
    all.value += part.weight * one.value;
    for (std::size_t i = 0; i < all.logit.size(); ++i) {
      all.probability[i] += part.weight * one.probability[i];
      all.logit[i] += part.weight * one.logit[i];
    }
  }
  return all;
}

TEST(SumLoss, AgreesWithAutogradOfItsParts) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> weight(0.1, 3);
  double worst_value = 0, worst_p = 0, worst_z = 0;
  for (const std::string id : {"dice+bce", "dice+focal", "bce+dice+boundary", "dice+hausdorff", "tversky+dist_map"}) {
    const Loss* loss = find_loss(id);
    ASSERT_NE(loss, nullptr) << id;
    auto parameters = loss->defaults();
    for (std::size_t at = 0; at < parameters.size(); ++at) {
      if (loss->parameters()[at].id.ends_with(".weight")) {
        parameters[at] = weight(random);
      }
    }
    for (const auto& [name, problem] : testing::awkward_problems()) {
      SCOPED_TRACE(id + ", " + name);
      const auto fields = testing::fields_for(*loss, parameters, problem);
      const Reduction reduction = loss->reduce(parameters, problem, fields, 2);
      const Maps maps = maps_of(*loss, parameters, problem, fields, reduction);
      const auto right = expected(*as_sum(*loss), parameters, problem, fields);
      double added = 0, size = 1e-12;
      for (const float c : maps.contribution) {
        added += static_cast<double>(c);
        size += std::abs(static_cast<double>(c));
      }
      const double off = std::abs(reduction.value - right.value) / size;
      EXPECT_LT(off, 1e-6);
      EXPECT_LT(std::abs(added - reduction.value) / size, 1e-6);
      EXPECT_LT(reference::worst(maps.gradient_p, right.probability), 1e-6);
      EXPECT_LT(reference::worst(maps.gradient_z, right.logit), 1e-6);
      worst_value = std::max(worst_value, off);
      worst_p = std::max(worst_p, reference::worst(maps.gradient_p, right.probability));
      worst_z = std::max(worst_z, reference::worst(maps.gradient_z, right.logit));
    }
  }
  std::printf("sums: worst relative error: value %.1e  dL/dp %.1e  dL/dz %.1e\n", worst_value, worst_p, worst_z);
}

TEST(SumLoss, FinishAloneFollowsAWeightAndAPartsParameter) {
  const Loss& loss = *find_loss("dice+focal");
  const auto problem = testing::awkward_problems()[3].problem;
  const auto fields = testing::fields_for(loss, loss.defaults(), problem);
  const Reduction before = loss.reduce(loss.defaults(), problem, fields);
  for (const char* id : {"dice.weight", "focal.weight", "dice.smooth_nr", "focal.alpha"}) {
    auto parameters = loss.defaults();
    const std::size_t at = loss.parameter(id).value();
    ASSERT_FALSE(loss.parameters()[at].in_terms) << id;
    parameters[at] = 0.7;
    EXPECT_EQ(loss.finish(parameters, problem, fields, before).value, loss.reduce(parameters, problem, fields).value);
    EXPECT_NE(loss.finish(parameters, problem, fields, before).value, before.value) << id;
  }
}

/// Planes, ranges, a device's way of mapping and what-ifs say the same.
TEST(SumLoss, EveryWayToAVoxelGivesTheSame) {
  const Loss& loss = *find_loss("dice+boundary+bce");
  const auto problem = testing::awkward_problems()[3].problem;
  const auto parameters = loss.defaults();
  const auto fields = testing::fields_for(loss, parameters, problem);
  const Reduction reduction = loss.reduce(parameters, problem, fields);
  const Maps maps = maps_of(loss, parameters, problem, fields, reduction);
  const Grid& grid = problem.mask.grid;
  std::vector<float> plane(static_cast<std::size_t>(grid.size[0] * grid.size[1]));
  const MapKind kinds[]{MapKind::contribution};
  const std::span<float> out[]{plane};
  loss.map_plane(parameters, problem, fields, reduction, {2, 4}, kinds, out);
  for (std::size_t i = 0; i < plane.size(); ++i) {
    EXPECT_EQ(plane[i], maps.contribution[static_cast<std::size_t>(grid.offset(0, 0, 4)) + i]);
  }
  const std::int64_t voxel = grid.offset(8, 6, 4);
  const double now = static_cast<double>(problem.prediction.voxels<float>()[static_cast<std::size_t>(voxel)]);
  const double at[]{now, 1.0};
  const auto values = values_if(loss, parameters, problem, fields, reduction, voxel,
                                problem.mask.voxels<std::uint8_t>()[static_cast<std::size_t>(voxel)] != 0, at);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_NEAR(values[0], reduction.value, 1e-12);
  EXPECT_NE(values[1], values[0]);
}

TEST(SumLoss, IsFoundByItsPartsAndOnlyByThem) {
  EXPECT_EQ(find_loss("dice+bce"), find_loss("dice+bce")) << "made once";
  EXPECT_EQ(make_cpu_driver()->loss("dice+bce"), find_loss("dice+bce"));
  for (const char* wrong : {"dice+", "+dice", "dice+dice", "dice+nothing", "+", "2*dice+bce", "dice+bce+bce"}) {
    EXPECT_EQ(find_loss(wrong), nullptr) << wrong;
  }
  std::string all;
  for (const Loss* loss : all_losses()) {
    EXPECT_EQ(as_sum(*loss), nullptr);
    all += (all.empty() ? "" : "+") + std::string(loss->declaration().id);
  }
  EXPECT_EQ(find_loss(all), nullptr) << "more parts than a sum may have";
}

TEST(SumLoss, IsWrittenAsItIsRead) {
  const auto sum = parse_sum("2*dice+0.5*bce");
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->id, "dice+bce");
  using Weights = std::vector<std::optional<double>>;
  EXPECT_EQ(sum->weights, (Weights{2, 0.5}));
  EXPECT_EQ(parse_sum("1e+2*dice+bce")->weights, (Weights{100, std::nullopt}));
  for (const char* wrong : {"", "dice", "2*dice", "2*dice+", "2dice+bce", "*dice+bce", "2*+bce"}) {
    EXPECT_FALSE(parse_sum(wrong)) << wrong;
  }
  const Loss& loss = *find_loss("dice+bce");
  EXPECT_EQ(loss_text(loss, loss.defaults()), "1*dice+1*bce");
  EXPECT_EQ(loss_name(loss, loss.defaults()), "Dice + Binary cross-entropy");
  EXPECT_EQ(loss_name(*find_loss("dice"), find_loss("dice")->defaults()), "Dice");
  EXPECT_EQ(loss_text(*find_loss("dice"), find_loss("dice")->defaults()), "dice");
}

/// What nnU-Net's DC_and_CE_loss gives for one structure: minus Dice with 1e-5, plus cross-entropy.
TEST(SumLoss, ThePresetOfNnUNetIsThatOfTheDefinition) {
  const Loss& loss = *find_loss("dice+bce");
  auto parameters = loss.defaults();
  const auto presets = loss.declaration().presets;
  ASSERT_FALSE(presets.empty());
  for (const auto& [id, value] : presets.front().values) {
    parameters[loss.parameter(id).value()] = value;
  }
  const auto problem = testing::awkward_problems()[1].problem;
  const double ours = loss.reduce(parameters, problem, {}).value;
  double overlap = 0, size = 0, cross = 0;
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto p = problem.prediction.voxels<float>();
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double probability = static_cast<double>(p[i]);
    overlap += g[i] * probability;
    size += g[i] + probability;
    cross -= std::log(std::max(g[i] != 0 ? probability : 1 - probability, 1e-7));
  }
  const double peer = -(2 * overlap + 1e-5) / (size + 1e-5) + cross / static_cast<double>(g.size());
  EXPECT_NEAR(ours - 1, peer, 1e-6);
}

}  // namespace
}  // namespace lossscope
