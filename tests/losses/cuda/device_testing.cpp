// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/cuda/device_testing.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace lossscope::testing {

Maps evaluate_on(Driver& driver, const Loss& loss, const std::vector<double>& parameters, const Problem& problem) {
  std::vector<FieldPtr> fields;
  for (const FieldRequest& request : loss.fields(parameters)) {
    fields.push_back(driver.field(request, problem));
  }
  Maps maps;
  maps.reduction = loss.reduce(parameters, problem, fields);
  for (auto* map : {&maps.contribution, &maps.gradient_probability, &maps.gradient_logit, &maps.drop}) {
    map->resize(static_cast<std::size_t>(problem.mask.grid.voxels()));
  }
  const MapKind kinds[]{MapKind::contribution, MapKind::gradient_probability, MapKind::gradient_logit,
                        MapKind::counterfactual};
  const std::span<float> out[]{maps.contribution, maps.gradient_probability, maps.gradient_logit, maps.drop};
  loss.map_volume(parameters, problem, fields, maps.reduction, kinds, out);
  return maps;
}

double largest_of(const std::vector<float>& map) {
  double largest = 0;
  for (const float value : map) {
    largest = std::isfinite(value) ? std::max(largest, std::abs(static_cast<double>(value))) : largest;
  }
  return largest;
}

double worst_difference(const std::vector<float>& map, const std::vector<float>& expected, double scale) {
  double difference = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (std::isfinite(map[i]) != std::isfinite(expected[i])) {
      return INFINITY;
    }
    if (std::isfinite(map[i])) {
      difference = std::max(difference, std::abs(static_cast<double>(map[i]) - static_cast<double>(expected[i])));
    }
  }
  return difference / std::max({largest_of(expected), scale, 1e-20});
}

std::vector<FieldRequest> all_field_requests() {
  std::vector<FieldRequest> requests{{FieldKind::mask_distance, {}},
                                     {FieldKind::prediction_distance, {0.4}},
                                     {FieldKind::boundary_penalty, {0}},
                                     {FieldKind::boundary_penalty, {1}}};
  for (const double choice : {0.0, 1.0}) {
    requests.push_back({FieldKind::boundary_mismatch, {0.5, choice}});
    requests.push_back({FieldKind::hausdorff_weight, {choice + 1.5, choice, 0.6}});
    for (const double window : {3.0, 4.0, 31.0}) {
      requests.push_back({FieldKind::structural_error, {0.1, window, 1.5, 0.01, 1e-8, choice}});
      requests.push_back({FieldKind::structural_slope, {0.1, window, 1.5, 0.01, 1e-8, choice, 0.25}});
    }
  }
  return requests;
}

Problem random_problem(std::array<std::int64_t, 3> size, unsigned seed, std::array<double, 3> spacing, double share) {
  Grid grid;
  grid.size = size;
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), {}, spacing};
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> draw(0, 1);
  const auto mask = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  for (std::size_t i = 0; i < mask.size(); ++i) {
    mask[i] = draw(engine) < share ? 1 : 0;
    prediction[i] = static_cast<float>(draw(engine));
  }
  return problem;
}

std::vector<NamedProblem> device_problems() {
  auto problems = awkward_problems();
  // Around a quad (4), a block (256 threads), a piece of the reduction (8192), and rows longer than a block.
  for (const std::int64_t n : {2, 3, 4, 5, 255, 257, 1023, 1025, 8191, 8192, 8193}) {
    problems.push_back({std::to_string(n) + " in a row", random_problem({n, 1, 1}, static_cast<unsigned>(n))});
  }
  problems.push_back({"rows of 600", random_problem({600, 7, 5}, 99, {0.5, 1, 2}, 0.01)});
  return problems;
}

}  // namespace lossscope::testing
