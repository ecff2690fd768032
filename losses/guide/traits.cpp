// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/traits.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "losses/counts.h"
#include "losses/fields/compute.h"
#include "losses/fields/distance.h"
#include "losses/guide/shape.h"

namespace lossscope {
namespace {

constexpr double kFar = 5;           // mm
constexpr double kBoundary = 2;      // of the smallest spacing
constexpr double kSure = 1e-6;       // from 0 or 1
constexpr double kSureLogit = 13.8;  // ln(1 / kSure)

constexpr std::uint8_t bit(Region region) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(region)); }

/// Lists the mask's components and marks the voxels of the smallest and of the missed ones.
void measure_components(const Components& components, const Grid& grid, std::span<const std::uint8_t> predicted,
                        std::int64_t speck, MeasuredCase& measured) {
  CaseTraits& traits = measured.traits;
  const std::vector<ComponentPlace> places = places_of(components, grid);
  const std::vector<std::int64_t> found = shared_with(components, predicted);
  const auto largest = std::ranges::max_element(places, {}, &ComponentPlace::voxels);
  const std::int64_t most = largest == places.end() ? 0 : largest->voxels;
  const std::int64_t limit = speck == kAutomaticSpeck ? std::max<std::int64_t>(10, most / 10'000) : speck;
  traits.speck_limit = most < limit ? 0 : limit;
  constexpr std::size_t kNoComponent = static_cast<std::size_t>(-1);
  std::size_t smallest = kNoComponent;
  std::vector<std::uint8_t> marks(places.size());
  for (std::size_t at = 0; at < places.size(); ++at) {
    if (places[at].voxels < traits.speck_limit) {
      ++traits.specks;
      continue;
    }
    measured.components.push_back({places[at], found[at]});
    smallest = smallest == kNoComponent || places[at].voxels < places[smallest].voxels ? at : smallest;
    marks[at] = found[at] == 0 ? bit(Region::missed) : std::uint8_t{0};
    traits.missed_components += found[at] == 0 ? 1 : 0;
  }
  traits.components = std::ssize(measured.components);
  if (smallest == kNoComponent) {
    return;
  }
  traits.smallest = places[smallest].voxels;
  marks[smallest] |= bit(Region::smallest_component);
  std::ranges::stable_sort(measured.components, {}, [](const ComponentTrait& c) { return c.place.voxels; });
  const auto regions = measured.regions.voxels<std::uint8_t>();
  for (const Run& run : components.runs) {
    for (std::int64_t i = run.begin; i < run.begin + run.length; ++i) {
      regions[static_cast<std::size_t>(i)] |= marks[static_cast<std::size_t>(run.component)];
    }
  }
}

/// Components of the prediction that lie wholly outside the mask.
std::int64_t count_false_components(const Problem& problem, const Volume& predicted, std::int64_t speck) {
  const Components components = connected_components(predicted);
  const std::vector<std::int64_t> shared = shared_with(components, problem.mask.voxels<std::uint8_t>());
  const std::vector<ComponentPlace> places = places_of(components, predicted.grid);
  std::int64_t count = 0;
  for (std::size_t at = 0; at < places.size(); ++at) {
    count += shared[at] == 0 && places[at].voxels >= speck ? 1 : 0;
  }
  return count;
}

/// Marks and counts what depends on one voxel alone; `distance` is signed, mm, to the other class.
void measure_voxels(const Problem& problem, std::span<const std::uint8_t> predicted, const Volume& distance,
                    MeasuredCase& measured) {
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto value = problem.prediction.voxels<float>();
  const auto d = distance.voxels<float>();
  const auto regions = measured.regions.voxels<std::uint8_t>();
  CaseTraits& traits = measured.traits;
  const std::array<double, 3> h = flat_last(problem.mask.grid).spacing;
  const std::uint8_t* counts = problem.counted();
  const bool logits = problem.kind == PredictionKind::logit;
  // Distances run between voxel centres; the face lies half a voxel before.
  const double near = (kBoundary + 0.5) * (traits.flat ? std::min(h[0], h[1]) : std::min({h[0], h[1], h[2]}));
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    if (!counts_at(counts, static_cast<std::int64_t>(i))) {
      continue;
    }
    ++counted;
    const bool inside = g[i] != 0, found = predicted[i] != 0;
    const double away = std::abs(static_cast<double>(d[i])), p = static_cast<double>(value[i]);
    const bool sure = logits ? std::abs(p) > kSureLogit : p < kSure || p > 1 - kSure;
    std::uint8_t bits = inside ? bit(Region::foreground) : std::uint8_t{0};
    bits |= away > 0 && away <= near ? bit(Region::boundary) : std::uint8_t{0};
    if (inside != found) {
      bits |= bit(inside ? Region::false_negative : Region::false_positive);
      bits |= away > kFar ? bit(Region::far) : std::uint8_t{0};
      bits |= sure ? bit(Region::surely_wrong) : std::uint8_t{0};
      ++(inside ? traits.false_negatives : traits.false_positives);
      traits.far_errors += away > kFar ? 1 : 0;
      traits.surely_wrong += sure ? 1 : 0;
      traits.farthest_error = std::max(traits.farthest_error, away);
    }
    regions[i] |= bits;
    traits.sure += sure ? 1 : 0;
    traits.foreground += inside ? 1 : 0;
  }
  traits.uncounted = std::ssize(g) - counted;
  traits.foreground_share = counted > 0 ? static_cast<double>(traits.foreground) / static_cast<double>(counted) : 0;
}

/// Voxels of the mask with a face to background that counts.
std::int64_t count_rim(const Problem& problem) {
  const Grid& grid = problem.mask.grid;
  const auto g = problem.mask.voxels<std::uint8_t>();
  const std::uint8_t* counts = problem.counted();
  const auto [width, height, depth] = grid.size;
  const auto empty = [&](bool there, std::int64_t at) {
    return there && g[static_cast<std::size_t>(at)] == 0 && counts_at(counts, at);
  };
  std::int64_t count = 0;
  for (std::int64_t k = 0; k < depth; ++k) {
    for (std::int64_t j = 0; j < height; ++j) {
      for (std::int64_t i = 0, at = grid.offset(0, j, k); i < width; ++i, ++at) {
        const std::int64_t slice = width * height;
        count +=
            g[static_cast<std::size_t>(at)] != 0 &&
                    (empty(i > 0, at - 1) || empty(i + 1 < width, at + 1) || empty(j > 0, at - width) ||
                     empty(j + 1 < height, at + width) || empty(k > 0, at - slice) || empty(k + 1 < depth, at + slice))
                ? 1
                : 0;
      }
    }
  }
  return count;
}

/// Round, folded or tubular; of a mask that is not empty.
void measure_shape(const Problem& problem, const Components& components, int threads, const std::stop_token& stop,
                   CaseTraits& traits) {
  const Volume& mask = problem.mask;
  const std::array<double, 3> h = flat_last(mask.grid).spacing;
  const double size = traits.flat ? h[0] * h[1] : traits.voxel_volume;
  const double volume = static_cast<double>(traits.foreground) * size;
  const double surface = surface_of(mask, threads, stop, problem.counts);
  traits.rim_share = static_cast<double>(count_rim(problem)) / static_cast<double>(traits.foreground);
  traits.surface_per_volume = surface / volume;
  traits.sphericity = sphericity_of(volume, surface, traits.flat);
  if (surface > 0) {
    // A tube of radius r has 2 / r of surface to its volume, a strip of width w in a slice 2 / w of outline to its
    // area.
    traits.thickness = (traits.flat ? 2 : 4) * volume / surface;
    traits.linearity = linearity_of(mask, components, 8 * volume / surface);
  }
}

}  // namespace

std::string_view to_string(Region region) {
  static constexpr std::array<std::string_view, kRegions> kNames{"the mask's voxels",
                                                                 "the smallest component",
                                                                 "missed components",
                                                                 "missed voxels (FN)",
                                                                 "false alarms (FP)",
                                                                 "the boundary",
                                                                 "errors far from the boundary",
                                                                 "voxels that are surely wrong"};
  return kNames[static_cast<std::size_t>(region)];
}

MeasuredCase measure_case(const Problem& problem, std::int64_t speck, int threads, std::stop_token stop) {
  const Grid& grid = problem.mask.grid;
  MeasuredCase measured;
  CaseTraits& traits = measured.traits;
  traits.flat = flat_last(grid).size[2] == 1;
  measured.regions = make_volume(grid, VoxelType::uint8);
  const Volume predicted = thresholded(problem, 0.5);
  const auto p = predicted.voxels<std::uint8_t>();
  measure_voxels(problem, p, signed_distance(problem.mask, grid.spacing, threads, stop, problem.counts), measured);
  const Components components = connected_components(problem.mask);
  measure_components(components, grid, p, speck, measured);

  traits.voxel_volume = grid.spacing[0] * grid.spacing[1] * grid.spacing[2];
  traits.false_components = count_false_components(problem, predicted, traits.speck_limit);
  if (traits.foreground > 0) {
    traits.smallest_share = static_cast<double>(traits.smallest) / static_cast<double>(traits.foreground);
    measure_shape(problem, components, threads, stop, traits);
  }
  return measured;
}

}  // namespace lossscope
