// SPDX-License-Identifier: Apache-2.0
#include "losses/predictions/components.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lossscope {
namespace {

/// Sets of runs that touch; a set's root is its smallest run, so that numbering the roots follows memory order.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }

  std::size_t root(std::size_t element) {
    while (parent_[element] != element) {
      parent_[element] = parent_[parent_[element]];
      element = parent_[element];
    }
    return element;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

/// Appends the runs of one row that begins at `offset`.
void find_runs(std::span<const std::uint8_t> row, std::int64_t offset, std::vector<Run>& runs) {
  const auto end = row.end();
  for (auto at = std::find_if(row.begin(), end, [](auto v) { return v != 0; }); at != end;) {
    const auto stop = std::find(at, end, std::uint8_t{0});
    runs.push_back({offset + (at - row.begin()), stop - at, 0});
    at = std::find_if(stop, end, [](auto v) { return v != 0; });
  }
}

struct Rows {
  const std::vector<Run>& runs;
  const std::vector<std::size_t>& first;  ///< of each row, and one past the last
  std::int64_t width;
};

/// Joins the runs of two rows that overlap or meet at a corner.
void join_rows(const Rows& rows, std::size_t row, std::size_t other, DisjointSets& sets) {
  std::size_t a = rows.first[row], b = rows.first[other];
  while (a < rows.first[row + 1] && b < rows.first[other + 1]) {
    const std::int64_t a_begin = rows.runs[a].begin % rows.width, a_end = a_begin + rows.runs[a].length;
    const std::int64_t b_begin = rows.runs[b].begin % rows.width, b_end = b_begin + rows.runs[b].length;
    if (a_begin <= b_end && b_begin <= a_end) {
      sets.join(a, b);
    }
    a_end < b_end ? ++a : ++b;
  }
}

}  // namespace

Components connected_components(const Volume& mask) {
  const auto voxels = mask.voxels<std::uint8_t>();
  const auto [width, height, depth] = mask.grid.size;
  Components components;
  std::vector<std::size_t> first{0};
  for (std::int64_t row = 0; row < height * depth; ++row) {
    find_runs(voxels.subspan(row * width, width), row * width, components.runs);
    first.push_back(components.runs.size());
  }

  DisjointSets sets(components.runs.size());
  const Rows rows{components.runs, first, width};
  for (std::int64_t k = 0; k < depth; ++k) {
    for (std::int64_t j = 0; j < height; ++j) {
      const std::int64_t row = j + height * k;
      if (j > 0) {
        join_rows(rows, row, row - 1, sets);
      }
      for (std::int64_t below = std::max<std::int64_t>(j - 1, 0); k > 0 && below <= std::min(j + 1, height - 1);
           ++below) {
        join_rows(rows, row, below + height * (k - 1), sets);
      }
    }
  }

  for (std::size_t run = 0; run < components.runs.size(); ++run) {
    const std::size_t root = sets.root(run);
    components.runs[run].component = root == run ? components.count++ : components.runs[root].component;
  }
  return components;
}

namespace {

/// Where a run begins: (i, j, k).
std::array<std::int64_t, 3> begin_of(const Run& run, const Grid& grid) {
  return {run.begin % grid.size[0], run.begin / grid.size[0] % grid.size[1], run.begin / (grid.size[0] * grid.size[1])};
}

}  // namespace

std::vector<ComponentPlace> places_of(const Components& components, const Grid& grid) {
  std::vector<ComponentPlace> places(static_cast<std::size_t>(components.count));
  for (const Run& run : components.runs) {
    ComponentPlace& place = places[static_cast<std::size_t>(run.component)];
    const auto [i, j, k] = begin_of(run, grid);
    const auto length = static_cast<double>(run.length);
    place.voxels += run.length;
    place.centroid[0] += length * (static_cast<double>(i) + (length - 1) / 2);
    place.centroid[1] += length * static_cast<double>(j);
    place.centroid[2] += length * static_cast<double>(k);
  }
  for (ComponentPlace& place : places) {
    for (double& index : place.centroid) {
      index /= static_cast<double>(place.voxels);
    }
  }
  std::vector<double> nearest(places.size(), std::numeric_limits<double>::infinity());
  for (const Run& run : components.runs) {
    ComponentPlace& place = places[static_cast<std::size_t>(run.component)];
    auto voxel = begin_of(run, grid);
    voxel[0] = std::clamp<std::int64_t>(std::llround(place.centroid[0]), voxel[0], voxel[0] + run.length - 1);
    double square = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double away = (static_cast<double>(voxel[axis]) - place.centroid[axis]) * grid.spacing[axis];
      square += away * away;
    }
    if (square < nearest[static_cast<std::size_t>(run.component)]) {
      nearest[static_cast<std::size_t>(run.component)] = square;
      place.voxel = voxel;
    }
  }
  return places;
}

std::vector<std::int64_t> shared_with(const Components& components, std::span<const std::uint8_t> other) {
  std::vector<std::int64_t> shared(static_cast<std::size_t>(components.count));
  for (const Run& run : components.runs) {
    const auto begin = other.begin() + run.begin;
    shared[static_cast<std::size_t>(run.component)] +=
        std::count_if(begin, begin + run.length, [](auto v) { return v != 0; });
  }
  return shared;
}

}  // namespace lossscope
