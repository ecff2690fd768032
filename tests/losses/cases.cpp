// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/cases.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>

namespace lossscope::testing {
namespace {

using Fill = std::function<double(std::int64_t i, std::int64_t j, std::int64_t k)>;

Problem make_problem(std::array<std::int64_t, 3> size, std::array<double, 3> spacing, const Fill& mask,
                     const Fill& prediction, PredictionKind kind = PredictionKind::probability) {
  Grid grid;
  grid.size = size;
  grid.spacing = spacing;
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), kind, spacing};
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto p = problem.prediction.voxels<float>();
  std::size_t at = 0;
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i, ++at) {
        g[at] = mask(i, j, k) > 0.5 ? 1 : 0;
        p[at] = static_cast<float>(prediction(i, j, k));
      }
    }
  }
  return problem;
}

Fill constant(double value) {
  return [value](auto, auto, auto) { return value; };
}

Fill random_values(unsigned seed, double low = 0, double high = 1) {
  auto engine = std::make_shared<std::mt19937>(seed);
  return [engine, low, high](auto, auto, auto) { return std::uniform_real_distribution<double>(low, high)(*engine); };
}

Fill ball(double x, double y, double z, double radius) {
  return [=](auto i, auto j, auto k) {
    return std::hypot(double(i) - x, double(j) - y, double(k) - z) <= radius ? 1.0 : 0.0;
  };
}

/// All voxels count but those where `ignored` is 1.
Problem without(const Problem& problem, const Fill& ignored) {
  const Grid& grid = problem.mask.grid;
  const Volume counts = make_volume(grid, VoxelType::uint8);
  for (std::int64_t at = 0; at < grid.voxels(); ++at) {
    const std::int64_t i = at % grid.size[0], j = at / grid.size[0] % grid.size[1],
                       k = at / grid.size[0] / grid.size[1];
    counts.voxels<std::uint8_t>()[at] = ignored(i, j, k) > 0.5 ? 0 : 1;
  }
  return counting_only(problem, counts);
}

Fill inverted(const Fill& fill) {
  return [fill](auto i, auto j, auto k) { return 1 - fill(i, j, k); };
}

}  // namespace

Problem counting_only(Problem problem, const Volume& counts) {
  const Volume mask = make_volume(problem.mask.grid, VoxelType::uint8);
  std::ranges::transform(problem.mask.voxels<std::uint8_t>(), counts.voxels<std::uint8_t>(),
                         mask.voxels<std::uint8_t>().begin(), std::bit_and<std::uint8_t>());
  problem.mask = mask;
  problem.counts = counts;
  return problem;
}

Volume random_counts(const Grid& grid, double share, unsigned seed) {
  const Volume counts = make_volume(grid, VoxelType::uint8);
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> draw(0, 1);
  for (std::uint8_t& voxel : counts.voxels<std::uint8_t>()) {
    voxel = draw(engine) < share ? 0 : 1;
  }
  return counts;
}

std::vector<NamedProblem> awkward_problems() {
  const std::array<double, 3> unit{1, 1, 1};
  const std::array<double, 3> thick{0.7, 1.0, 3.0};
  const auto soft = [](auto i, auto j, auto k) {
    return 1 / (1 + std::exp(std::hypot(double(i) - 6.5, double(j) - 5, double(k) - 4) - 3.7));
  };
  const auto logits = [](auto i, auto j, auto k) {
    return 4 - std::hypot(double(i) - 6, double(j) - 5, double(k) - 4);
  };
  const auto one_voxel = [](auto i, auto j, auto k) { return i == 3 && j == 2 && k == 1 ? 1.0 : 0.0; };
  const auto extremes = [](auto i, auto j, auto) {
    const double values[]{0, 1, 1e-30, 1 - 6e-8, 1e-8, 0.5};
    return values[(i + j) % 6];
  };
  const auto huge_logits = [](auto i, auto, auto) { return i % 3 == 0 ? 1000.0 : (i % 3 == 1 ? -1000.0 : 0.25); };
  return {
      {"random 2-D", make_problem({37, 29, 1}, unit, random_values(1), random_values(2))},
      {"random 3-D", make_problem({13, 11, 9}, unit, random_values(3), random_values(4))},
      {"random logits",
       make_problem({13, 11, 9}, unit, random_values(5), random_values(6, -9, 9), PredictionKind::logit)},
      {"soft ball, thick slices", make_problem({14, 12, 9}, thick, ball(6, 5, 4, 4), soft)},
      {"ball, logits", make_problem({14, 12, 9}, thick, ball(7, 5, 4, 3), logits, PredictionKind::logit)},
      {"empty mask", make_problem({9, 8, 7}, unit, constant(0), random_values(7))},
      {"full mask", make_problem({9, 8, 7}, unit, constant(1), random_values(8))},
      {"empty mask, empty prediction", make_problem({9, 8, 7}, unit, constant(0), constant(0))},
      {"full mask, empty prediction", make_problem({9, 8, 7}, unit, constant(1), constant(0))},
      {"empty mask, full prediction", make_problem({9, 8, 7}, unit, constant(0), constant(1))},
      {"one-voxel mask", make_problem({7, 6, 5}, thick, one_voxel, random_values(9))},
      {"perfect", make_problem({14, 12, 9}, unit, ball(6, 5, 4, 4), ball(6, 5, 4, 4))},
      {"inverted", make_problem({14, 12, 9}, unit, ball(6, 5, 4, 4), inverted(ball(6, 5, 4, 4)))},
      {"saturated", make_problem({12, 11, 4}, unit, random_values(10), extremes)},
      {"huge logits", make_problem({12, 11, 4}, unit, random_values(11), huge_logits, PredictionKind::logit)},
      {"1 x 1 x 1", make_problem({1, 1, 1}, unit, constant(1), constant(0.3))},
      {"random 2-D, a third ignored",
       without(make_problem({37, 29, 1}, unit, random_values(14), random_values(15)),
               [draw = random_values(16)](auto i, auto j, auto k) { return draw(i, j, k) < 0.33 ? 1.0 : 0.0; })},
      {"logits, a ball ignored",
       without(make_problem({13, 11, 9}, thick, random_values(17), random_values(18, -9, 9), PredictionKind::logit),
               ball(4, 4, 4, 4))},
      {"soft ball, its lower half ignored", without(make_problem({14, 12, 9}, thick, ball(6, 5, 4, 4), soft),
                                                    [](auto, auto j, auto) { return j < 6 ? 1.0 : 0.0; })},
      {"saturated, a rim ignored",
       without(make_problem({12, 11, 4}, unit, random_values(19), extremes), inverted(ball(6, 5, 2, 5)))},
      {"background ignored",
       without(make_problem({14, 12, 9}, unit, ball(6, 5, 4, 4), soft), inverted(ball(6, 5, 4, 4)))},
      {"all but one voxel ignored",
       without(make_problem({7, 6, 5}, thick, constant(1), constant(0.3)), inverted(one_voxel))},
      {"all ignored", without(make_problem({7, 6, 5}, thick, random_values(20), random_values(21)), constant(1))},
      {"more than one block, some ignored",
       without(make_problem({41, 37, 11}, unit, random_values(22), random_values(23)),
               [draw = random_values(24)](auto i, auto j, auto k) { return draw(i, j, k) < 0.2 ? 1.0 : 0.0; })},
      {"more than one block", make_problem({41, 37, 11}, unit, random_values(12), random_values(13))},
  };
}

std::vector<NamedProblem> edge_table_problems() {
  const std::array<std::int64_t, 3> size{16, 16, 1};
  const std::array<double, 3> unit{1, 1, 1};
  const Fill disc = ball(8, 8, 0, 3.7);
  const auto make = [&](const Fill& g, const Fill& p) { return make_problem(size, unit, g, p); };
  return {
      {"empty/empty", make(constant(0), constant(0))},  {"GT disc, p=0", make(disc, constant(0))},
      {"GT empty, p=disc", make(constant(0), disc)},    {"full/full", make(constant(1), constant(1))},
      {"full GT, p=0", make(constant(1), constant(0))}, {"perfect", make(disc, disc)},
      {"inverted", make(disc, inverted(disc))},         {"p=.5", make(disc, constant(0.5))},
  };
}

std::vector<std::vector<double>> parameter_sets(const Loss& loss) {
  std::vector<std::vector<double>> sets{loss.defaults()};
  const auto rows = loss.parameters();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<double> values{rows[i].slider_minimum, rows[i].slider_maximum};
    for (std::size_t choice = 0; choice < rows[i].choices.size(); ++choice) {
      values.push_back(static_cast<double>(choice));
    }
    if (!rows[i].special.empty()) {
      values.push_back(-1);
    }
    for (const double value : values) {
      sets.push_back(loss.defaults());
      sets.back()[i] = value;
    }
  }
  return sets;
}

std::vector<FieldPtr> fields_for(const Loss& loss, const std::vector<double>& parameters, const Problem& problem) {
  FieldCache cache;
  std::vector<FieldPtr> fields;
  for (const FieldRequest& request : loss.fields(parameters)) {
    fields.push_back(cache.get(request, problem));
  }
  return fields;
}

}  // namespace lossscope::testing
