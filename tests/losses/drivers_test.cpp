// SPDX-License-Identifier: Apache-2.0
// What the CPU driver promises beside right numbers: one pass or two, one thread or many, one instruction set or
// another give the same bits; NaN is seen; blindness is known without visiting a voxel.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "losses/drivers/cpu_kernels.h"
#include "tests/losses/cases.h"

namespace lossscope {
namespace {

using testing::fields_for;
using testing::parameter_sets;
using Map = std::vector<float>;

/// More than one block, and not a multiple of any.
Problem ragged_problem(PredictionKind kind) {
  Grid grid;
  grid.size = {41, 37, 23};
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), kind, {1, 1, 1}};
  std::mt19937 engine(7);
  std::uniform_real_distribution<float> draw(0, 1);
  for (std::size_t i = 0; i < problem.mask.voxels<std::uint8_t>().size(); ++i) {
    problem.mask.voxels<std::uint8_t>()[i] = draw(engine) < 0.3F ? 1 : 0;
    const float p = draw(engine);
    problem.prediction.voxels<float>()[i] = kind == PredictionKind::logit ? 20 * p - 10 : p;
  }
  return problem;
}

MapKind natural_gradient(PredictionKind kind) {
  return kind == PredictionKind::logit ? MapKind::gradient_logit : MapKind::gradient_probability;
}

std::size_t position_of(const Loss& loss) {
  return static_cast<std::size_t>(std::ranges::find(all_losses(), &loss) - all_losses().begin());
}

class EveryDriver : public ::testing::TestWithParam<const Loss*> {};

TEST_P(EveryDriver, OnePassGivesTheBitsOfTwoForAnyNumberOfThreads) {
  const Loss& loss = *GetParam();
  for (const PredictionKind kind : {PredictionKind::probability, PredictionKind::logit}) {
    const Problem problem = ragged_problem(kind);
    const auto parameters = loss.defaults();
    const auto fields = fields_for(loss, parameters, problem);
    const std::array kinds{MapKind::contribution, natural_gradient(kind)};
    std::array<Map, 2> expected, found;
    const auto spans = [&](std::array<Map, 2>& maps) {
      for (Map& map : maps) {
        map.assign(static_cast<std::size_t>(problem.mask.grid.voxels()), 0);
      }
      return std::array{std::span<float>(maps[0]), std::span<float>(maps[1])};
    };
    const Reduction reduced = loss.reduce(parameters, problem, fields, 1);
    loss.map_volume(parameters, problem, fields, reduced, kinds, spans(expected), 1);
    for (const int threads : {1, 2, 3, 8}) {
      const Reduction both = loss.evaluate(parameters, problem, fields, kinds, spans(found), threads);
      EXPECT_EQ(both.value, reduced.value);
      EXPECT_EQ(both.sums, reduced.sums);
      EXPECT_EQ(both.positives, reduced.positives);
      EXPECT_TRUE(found == expected) << threads << " threads";
    }
  }
}

TEST_P(EveryDriver, TheGradientAloneHasTheSameBits) {
  const Loss& loss = *GetParam();
  for (const PredictionKind kind : {PredictionKind::probability, PredictionKind::logit}) {
    const Problem problem = ragged_problem(kind);
    const auto parameters = loss.defaults();
    const auto fields = fields_for(loss, parameters, problem);
    const std::array kinds{natural_gradient(kind)};
    Map expected(static_cast<std::size_t>(problem.mask.grid.voxels())), found(expected.size());
    const Reduction reduced = loss.reduce(parameters, problem, fields, 1);
    loss.map_volume(parameters, problem, fields, reduced, kinds, std::array{std::span<float>(expected)}, 1);
    const Reduction alone = loss.evaluate(parameters, problem, fields, kinds, std::array{std::span<float>(found)}, 3);
    EXPECT_EQ(alone.value, reduced.value);
    EXPECT_EQ(alone.sums, reduced.sums);
    EXPECT_TRUE(found == expected);
  }
}

TEST_P(EveryDriver, CoefficientsThatAreSaidToBeKnownDoNotDependOnTheSums) {
  const Loss& loss = *GetParam();
  const std::size_t index = position_of(loss);
  const Known known = cpu_kernels().losses[index].coefficients_known;
  EXPECT_EQ(known == Known::after_sums, cpu_kernels().losses[index].both == nullptr);
  const Problem problem = ragged_problem(PredictionKind::probability);
  for (const auto& parameters : parameter_sets(loss)) {
    const auto fields = fields_for(loss, parameters, problem);
    const Reduction whole = loss.reduce(parameters, problem, fields);
    Reduction less = whole;
    std::ranges::fill(less.sums, 0.25);
    less.positives = known == Known::before ? 3 : whole.positives;
    if (known != Known::after_sums) {
      EXPECT_EQ(loss.finish(parameters, problem, fields, less).coefficients, whole.coefficients);
    }
  }
}

TEST_P(EveryDriver, AllInstructionSetsGiveTheSameBits) {
#if defined(__x86_64__)
  if (cpu_instruction_set() == "baseline") {
    GTEST_SKIP() << "this processor has but one";
  }
  const Loss& loss = *GetParam();
  const std::size_t index = position_of(loss);
  for (const PredictionKind kind : {PredictionKind::probability, PredictionKind::logit}) {
    const Problem problem = ragged_problem(kind);
    for (const auto& parameters : parameter_sets(loss)) {
      const auto fields = fields_for(loss, parameters, problem);
      const Reduction reduction = loss.reduce(parameters, problem, fields);
      BlockInput input{problem.mask.voxels<std::uint8_t>().data(), problem.prediction.voxels<float>().data(), {}, kind};
      for (std::size_t f = 0; f < fields.size(); ++f) {
        input.fields[f] = fields[f]->map.voxels<float>().data();
      }
      constexpr std::int64_t kVoxels = 8191;
      const auto run = [&](const KernelSet& set) {
        std::vector<double> sums(reduction.sums.size());
        std::vector<Map> maps(3, Map(kVoxels));
        const Kernels& kernels = set.losses[index];
        kernels.terms(parameters.data(), input, kVoxels, sums.data());
        kernels.effect(parameters.data(), reduction.coefficients.data(), input, kVoxels,
                       {{maps[0].data(), maps[1].data(), maps[2].data()}, false});
        return std::pair(sums, maps);
      };
      EXPECT_TRUE(run(cpu_kernels()) == run(cpu_kernels_baseline()));
    }
  }
#endif
}

TEST_P(EveryDriver, ShowsNanWhereThePredictionIsNan) {
  const Loss& loss = *GetParam();
  for (const PredictionKind kind : {PredictionKind::probability, PredictionKind::logit}) {
    const Problem problem = ragged_problem(kind);
    const auto parameters = loss.defaults();
    const auto fields = fields_for(loss, parameters, problem);
    constexpr std::size_t kAt = 12345;
    problem.prediction.voxels<float>()[kAt] = std::nanf("");
    const Reduction reduction = loss.reduce(parameters, problem, fields);
    EXPECT_TRUE(std::isnan(reduction.value));
    Map map(1);
    const std::span<float> out[]{map};
    const MapKind kinds[]{MapKind::contribution};
    loss.map_range(parameters, problem, fields, reduction, kAt, kinds, out);
    EXPECT_TRUE(std::isnan(map[0]));
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryDriver, ::testing::ValuesIn(all_losses().begin(), all_losses().end()),
                         [](const auto& row) { return std::string(row.param->declaration().id); });

TEST(Driver, BlindnessIsKnownAfterAParameterChangeWithoutVisitingAVoxel) {
  const Loss& loss = *find_loss("balanced_ce");
  const auto beta = *loss.parameter("beta");
  const Problem problem = ragged_problem(PredictionKind::probability);
  std::ranges::fill(problem.mask.voxels<std::uint8_t>(), std::uint8_t{1});
  auto parameters = loss.defaults();
  parameters[beta] = 0.5;
  const Reduction sees = loss.reduce(parameters, problem, {});
  EXPECT_TRUE(sees.blind.empty());
  parameters[beta] = 0;                                         // the mask's voxels weigh nothing
  std::ranges::fill(problem.prediction.voxels<float>(), 1.0F);  // no error now: finish must not look at the voxels
  EXPECT_FALSE(loss.finish(parameters, problem, {}, sees).blind.empty());
}

}  // namespace
}  // namespace lossscope
