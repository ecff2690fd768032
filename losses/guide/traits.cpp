// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/traits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "losses/fields/compute.h"
#include "losses/fields/distance.h"
#include "losses/predictions/components.h"

namespace lossscope {
namespace {

constexpr double kFar = 5;       // mm
constexpr double kBoundary = 2;  // of the smallest spacing

constexpr std::uint8_t bit(Region region) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(region)); }

/// Area of the faces between mask and background, mm^2.
double surface_of(const Volume& mask) {
  const Grid& grid = mask.grid;
  const auto g = mask.voxels<std::uint8_t>();
  const auto& h = grid.spacing;
  const std::array<double, 3> face{h[1] * h[2], h[0] * h[2], h[0] * h[1]};
  const std::array<std::int64_t, 3> stride{1, grid.size[0], grid.size[0] * grid.size[1]};
  double area = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    std::int64_t faces = 0;
    const std::int64_t n = grid.size[axis];
    for (std::int64_t i = 0; i < grid.voxels(); ++i) {
      const bool last = i / stride[axis] % n == n - 1;
      faces += !last && (g[i] != 0) != (g[i + stride[axis]] != 0) ? 1 : 0;
    }
    area += static_cast<double>(faces) * face[axis];
  }
  return area;
}

struct ComponentSizes {
  std::vector<std::int64_t> voxels, found;  ///< of each component: its voxels, and those that the prediction has, too
};

ComponentSizes component_sizes(const Components& components, std::span<const std::uint8_t> predicted) {
  ComponentSizes sizes{std::vector<std::int64_t>(components.count), std::vector<std::int64_t>(components.count)};
  for (const Run& run : components.runs) {
    sizes.voxels[run.component] += run.length;
    sizes.found[run.component] += std::count_if(
        predicted.begin() + run.begin, predicted.begin() + run.begin + run.length, [](auto p) { return p != 0; });
  }
  return sizes;
}

void measure_components(const Problem& problem, std::span<const std::uint8_t> predicted, MeasuredCase& measured) {
  const Components components = connected_components(problem.mask);
  CaseTraits& traits = measured.traits;
  traits.components = components.count;
  if (components.count == 0) {
    return;
  }
  const ComponentSizes sizes = component_sizes(components, predicted);
  const auto smallest = std::min_element(sizes.voxels.begin(), sizes.voxels.end());
  traits.smallest = *smallest;
  const auto which = smallest - sizes.voxels.begin();
  traits.missed_components = std::count(sizes.found.begin(), sizes.found.end(), 0);
  const auto regions = measured.regions.voxels<std::uint8_t>();
  for (const Run& run : components.runs) {
    const auto bits = static_cast<std::uint8_t>((run.component == which ? bit(Region::smallest_component) : 0) |
                                                (sizes.found[run.component] == 0 ? bit(Region::missed) : 0));
    for (std::int64_t i = run.begin; i < run.begin + run.length; ++i) {
      regions[i] |= bits;
    }
  }
}

/// Marks and counts what depends on one voxel alone; `distance` is signed, mm, to the other class.
void measure_voxels(const Problem& problem, std::span<const std::uint8_t> predicted, const Volume& distance,
                    MeasuredCase& measured) {
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto d = distance.voxels<float>();
  const auto regions = measured.regions.voxels<std::uint8_t>();
  const auto& h = problem.mask.grid.spacing;
  // Distances run between voxel centres; the face lies half a voxel before.
  const double near = (kBoundary + 0.5) * std::min({h[0], h[1], h[2]});
  CaseTraits& traits = measured.traits;
  for (std::size_t i = 0; i < g.size(); ++i) {
    const bool inside = g[i] != 0, found = predicted[i] != 0;
    const double away = std::abs(static_cast<double>(d[i]));
    std::uint8_t bits = inside ? bit(Region::foreground) : std::uint8_t{0};
    bits |= away > 0 && away <= near ? bit(Region::boundary) : std::uint8_t{0};
    if (inside != found) {
      bits |= bit(inside ? Region::false_negative : Region::false_positive);
      bits |= away > kFar ? bit(Region::far) : std::uint8_t{0};
      ++(inside ? traits.false_negatives : traits.false_positives);
      traits.farthest_error = std::max(traits.farthest_error, away);
    }
    regions[i] |= bits;
    traits.foreground += inside ? 1 : 0;
  }
}

}  // namespace

std::string_view to_string(Region region) {
  static constexpr std::array<std::string_view, kRegions> kNames{
      "the mask's voxels", "the smallest component", "missed components",           "missed voxels (FN)",
      "false alarms (FP)", "the boundary",           "errors far from the boundary"};
  return kNames[static_cast<std::size_t>(region)];
}

MeasuredCase measure_case(const Problem& problem, int threads, std::stop_token stop) {
  MeasuredCase measured;
  measured.regions = make_volume(problem.mask.grid, VoxelType::uint8);
  const Volume predicted = thresholded(problem, 0.5);
  const auto p = predicted.voxels<std::uint8_t>();
  const auto& h = problem.mask.grid.spacing;
  measure_voxels(problem, p, signed_distance(problem.mask, h, threads, std::move(stop)), measured);
  measure_components(problem, p, measured);

  CaseTraits& traits = measured.traits;
  const double voxel = h[0] * h[1] * h[2];
  const auto foreground = static_cast<double>(traits.foreground);
  traits.foreground_share = foreground / static_cast<double>(problem.mask.grid.voxels());
  if (traits.foreground == 0) {
    return measured;
  }
  traits.smallest_share = static_cast<double>(traits.smallest) / foreground;
  traits.smallest_volume = static_cast<double>(traits.smallest) * voxel;
  const double volume = foreground * voxel, surface = surface_of(problem.mask);
  traits.surface_per_volume = surface / volume;
  traits.sphericity = surface > 0 ? std::cbrt(36 * std::numbers::pi * volume * volume) / surface : 0;
  return measured;
}

}  // namespace lossscope
