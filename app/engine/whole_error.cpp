// SPDX-License-Identifier: Apache-2.0
#include "app/engine/whole_error.h"

#include <algorithm>

#include "app/engine/voxel_place.h"
#include "losses/fields/compute.h"
#include "losses/predictions/components.h"

namespace lossscope {
namespace {

constexpr std::int64_t kSpeck = 10;  ///< voxels below which it is noise

/// The largest component of `structure` that shares no voxel with `other`.
std::optional<WholeError> largest_apart(const Volume& structure, const Volume& other, bool missed) {
  const Components components = connected_components(structure);
  const auto shared = shared_with(components, other.voxels<std::uint8_t>());
  const auto places = places_of(components, structure.grid);
  std::optional<std::size_t> largest;
  for (std::size_t at = 0; at < places.size(); ++at) {
    if (shared[at] == 0 && places[at].voxels >= kSpeck && (!largest || places[at].voxels > places[*largest].voxels)) {
      largest = at;
    }
  }
  if (!largest) {
    return std::nullopt;
  }
  WholeError error{missed, places[*largest].voxels, places[*largest].voxel, structure.grid.size, {-1, -1, -1}};
  for (const Run& run : components.runs) {
    for (const std::int64_t end : {run.begin, run.begin + run.length - 1}) {
      for (std::size_t axis = 0; run.component == static_cast<std::int64_t>(*largest) && axis < 3; ++axis) {
        const std::int64_t place = voxel_place(structure.grid.size, end)[axis];
        error.low[axis] = std::min(error.low[axis], place);
        error.high[axis] = std::max(error.high[axis], place);
      }
    }
  }
  return error;
}

}  // namespace

bool WholeError::crossed_by(const std::array<std::int64_t, 3>& planes) const {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (planes[axis] >= low[axis] && planes[axis] <= high[axis]) {
      return true;
    }
  }
  return false;
}

std::optional<WholeError> largest_whole_error(const Problem& problem) {
  const Volume predicted = thresholded(problem, 0.5);
  const auto missed = largest_apart(problem.mask, predicted, true);
  const auto invented = largest_apart(predicted, problem.mask, false);
  return !missed || (invented && invented->voxels > missed->voxels) ? invented : missed;
}

}  // namespace lossscope
