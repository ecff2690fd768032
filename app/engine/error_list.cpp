// SPDX-License-Identifier: Apache-2.0
#include "app/engine/error_list.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "app/engine/slicing.h"
#include "app/engine/voxel_place.h"
#include "losses/counts.h"
#include "losses/fields/compute.h"
#include "losses/parallel.h"
#include "losses/predictions/components.h"

namespace lossscope {
namespace {

constexpr std::int64_t kErrorPiece = 1 << 15;  // voxels that a thread maps at once, rounded to whole rows

/// The voxels of one kind of error, in components.
struct Errors {
  Components components;
  std::vector<ComponentPlace> places;
};

Errors errors_of(const Problem& problem, ErrorKind kind) {
  Volume wrong = make_volume(problem.mask.grid, VoxelType::uint8);
  const auto g = problem.mask.voxels<std::uint8_t>();
  const auto value = problem.prediction.voxels<float>();
  const auto out = wrong.voxels<std::uint8_t>();
  const float level = level_of(problem, 0.5);
  const std::uint8_t* counts = problem.counted();
  const bool missed = kind == ErrorKind::missed;
  for (std::size_t at = 0; at < out.size(); ++at) {
    const bool inside = g[at] != 0, found = value[at] > level;
    const bool wrong_here = missed ? inside && !found : !inside && found;
    out[at] = wrong_here && counts_at(counts, static_cast<std::int64_t>(at)) ? 1 : 0;
  }
  Errors errors{connected_components(wrong), {}};
  errors.places = places_of(errors.components, problem.mask.grid);
  return errors;
}

/// What a run of wrong voxels holds. Runs lie within a row, and a thread maps whole rows: none is cut in two.
struct RunSums {
  double contribution = 0, gradient = 0;
  float largest = -std::numeric_limits<float>::infinity();
  std::int64_t at = 0;  ///< of the largest
};

/// Adds up one run; `begin` is the offset of the first value.
RunSums sums_of(const Run& run, double middle, std::int64_t width, std::int64_t begin,
                std::span<const float> contributions, std::span<const float> gradients) {
  RunSums sums;
  sums.at = run.begin;
  double nearest = std::numeric_limits<double>::infinity();
  for (std::int64_t at = run.begin; at < run.begin + run.length; ++at) {
    const float contribution = contributions[static_cast<std::size_t>(at - begin)];
    const float slope = gradients[static_cast<std::size_t>(at - begin)];
    sums.gradient += std::isfinite(slope) ? std::abs(static_cast<double>(slope)) : 0;
    if (!std::isfinite(contribution)) {
      continue;
    }
    sums.contribution += static_cast<double>(contribution);
    const double away = std::abs(static_cast<double>(at % width) - middle);
    if (contribution > sums.largest || (contribution == sums.largest && away < nearest)) {
      sums.largest = contribution;
      sums.at = at;
      nearest = away;
    }
  }
  return sums;
}

/// The maps of one block of rows, added up for the runs of both kinds that lie in it.
class MapPass {
 public:
  MapPass(const LossResult& result, MapKind gradient, const std::array<Errors, 2>& errors)
      : result_(result),
        grid_(result.problem.mask.grid),
        gradient_(gradient),
        errors_(errors),
        has_contribution_(result.loss->has_map(MapKind::contribution, result.fields)) {
    const std::int64_t width = grid_.size[0];
    rows_ = std::max<std::int64_t>(1, kErrorPiece / width);
    gradients_.resize(static_cast<std::size_t>((grid_.size[1] * grid_.size[2] + rows_ - 1) / rows_));
    for (std::size_t kind = 0; kind < 2; ++kind) {
      sums_[kind].resize(errors[kind].components.runs.size());
    }
  }

  void run(int threads, const std::stop_token& stop) {
    parallel_pieces(std::ssize(gradients_), 1, threads, stop, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t at = begin; at < end; ++at) {
        block(at);
      }
    });
  }

  [[nodiscard]] bool has_contribution() const { return has_contribution_; }
  [[nodiscard]] double gradient() const { return std::accumulate(gradients_.begin(), gradients_.end(), 0.0); }

  /// The components of one kind, from their runs.
  [[nodiscard]] std::vector<ErrorComponent> components(std::size_t kind) const {
    const Errors& errors = errors_[kind];
    std::vector<ErrorComponent> made(errors.places.size());
    std::vector<std::pair<float, double>> best(made.size(), {-std::numeric_limits<float>::infinity(), 0});
    for (std::size_t at = 0; at < errors.places.size(); ++at) {
      made[at] = {kind == 0 ? ErrorKind::missed : ErrorKind::false_alarm, errors.places[at].voxels,
                  errors.places[at].voxel, 0, 0};
    }
    for (std::size_t at = 0; at < sums_[kind].size(); ++at) {
      const RunSums& sums = sums_[kind][at];
      const auto which = static_cast<std::size_t>(errors.components.runs[at].component);
      made[which].contribution += sums.contribution;
      made[which].gradient += sums.gradient;
      const std::array<std::int64_t, 3> voxel = voxel_place(grid_.size, sums.at);
      const std::pair candidate{sums.largest, -away(voxel, errors.places[which].centroid)};
      if (has_contribution_ && sums.largest > -std::numeric_limits<float>::infinity() &&
          (best[which].first == -std::numeric_limits<float>::infinity() || candidate > best[which])) {
        best[which] = candidate;
        made[which].voxel = voxel;
      }
    }
    return made;
  }

 private:
  [[nodiscard]] double away(const std::array<std::int64_t, 3>& voxel, const std::array<double, 3>& place) const {
    std::array<double, 3> mm{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      mm[axis] = (static_cast<double>(voxel[axis]) - place[axis]) * grid_.spacing[axis];
    }
    return std::hypot(mm[0], mm[1], mm[2]);
  }

  void block(std::int64_t number) {
    const std::int64_t width = grid_.size[0], voxels = grid_.voxels();
    const std::int64_t begin = number * rows_ * width, end = std::min(begin + rows_ * width, voxels);
    const auto n = static_cast<std::size_t>(end - begin);
    std::array<std::pair<std::size_t, std::size_t>, 2> inside{};
    bool any = false;
    for (std::size_t kind = 0; kind < 2; ++kind) {
      const auto& runs = errors_[kind].components.runs;
      const auto first = std::ranges::lower_bound(runs, begin, {}, &Run::begin);
      const auto last = std::ranges::lower_bound(runs, end, {}, &Run::begin);
      inside[kind] = {static_cast<std::size_t>(first - runs.begin()), static_cast<std::size_t>(last - runs.begin())};
      any |= first != last;
    }
    std::vector<float> gradients(n), contributions(any ? n : 0);
    std::vector<MapKind> kinds{gradient_};
    std::vector<std::span<float>> out{gradients};
    if (any && has_contribution_) {
      kinds.push_back(MapKind::contribution);
      out.emplace_back(contributions);
    }
    result_.map_range(begin, kinds, out);
    double sum = 0;
    for (const float slope : gradients) {
      sum += std::isfinite(slope) ? std::abs(static_cast<double>(slope)) : 0;
    }
    gradients_[static_cast<std::size_t>(number)] = sum;
    for (std::size_t kind = 0; kind < 2; ++kind) {
      for (std::size_t at = inside[kind].first; at < inside[kind].second; ++at) {
        const Run& run = errors_[kind].components.runs[at];
        const double middle = errors_[kind].places[static_cast<std::size_t>(run.component)].centroid[0];
        sums_[kind][at] = sums_of(run, middle, width, begin, contributions, gradients);
      }
    }
  }

  const LossResult& result_;
  const Grid& grid_;
  MapKind gradient_;
  const std::array<Errors, 2>& errors_;
  bool has_contribution_;
  std::int64_t rows_ = 1;
  std::vector<double> gradients_;  ///< of each block
  std::array<std::vector<RunSums>, 2> sums_;
};

bool about_equal(double a, double b) { return std::abs(a - b) <= 1e-5 * std::max(std::abs(a), std::abs(b)); }

bool ties(const ErrorComponent& a, const ErrorComponent& b) {
  return a.kind == b.kind && a.voxels == b.voxels && about_equal(a.contribution, b.contribution) &&
         about_equal(a.gradient, b.gradient);
}

/// Puts ties together; components come in memory order of their first voxels.
std::vector<ErrorGroup> grouped(std::vector<ErrorComponent> errors) {
  std::ranges::stable_sort(errors, [](const ErrorComponent& a, const ErrorComponent& b) {
    return std::tuple(a.kind, -a.voxels, -a.contribution) < std::tuple(b.kind, -b.voxels, -b.contribution);
  });
  std::vector<ErrorGroup> groups;
  for (const ErrorComponent& error : errors) {
    if (groups.empty() || !ties(groups.back().errors.front(), error)) {
      groups.emplace_back();
    }
    groups.back().errors.push_back(error);
  }
  std::ranges::stable_sort(groups, [](const ErrorGroup& a, const ErrorGroup& b) {
    return std::pair(-a.contribution(), -a.errors.front().voxels) <
           std::pair(-b.contribution(), -b.errors.front().voxels);
  });
  return groups;
}

}  // namespace

double ErrorGroup::contribution() const {
  return std::accumulate(errors.begin(), errors.end(), 0.0,
                         [](double sum, const ErrorComponent& error) { return sum + error.contribution; });
}

double ErrorGroup::gradient() const {
  return std::accumulate(errors.begin(), errors.end(), 0.0,
                         [](double sum, const ErrorComponent& error) { return sum + error.gradient; });
}

ErrorList error_list(const LossResult& result, MapKind gradient, int threads, std::stop_token stop) {
  const Problem& problem = result.problem;
  const std::array errors{errors_of(problem, ErrorKind::missed), errors_of(problem, ErrorKind::false_alarm)};
  if (stop.stop_requested()) {
    throw Cancelled();
  }
  MapPass pass(result, gradient, errors);
  pass.run(threads, stop);
  std::vector<ErrorComponent> all = pass.components(0);
  const std::vector<ErrorComponent> invented = pass.components(1);
  all.insert(all.end(), invented.begin(), invented.end());
  const auto flat = flat_axis(problem.mask.grid);
  const auto& h = problem.spacing;
  return {grouped(std::move(all)),
          result.reduction.value,
          pass.gradient(),
          pass.has_contribution(),
          h[0] * h[1] * h[2] / (flat ? h[static_cast<std::size_t>(*flat)] : 1),
          flat};
}

}  // namespace lossscope
