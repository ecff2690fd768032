// SPDX-License-Identifier: Apache-2.0
#include "app/engine/plane_edits.h"

#include <cstdint>

namespace lossscope {
namespace {

/// Calls visit(offset) for every voxel of a plane, the lower axis fastest.
template <class Visit>
void visit_plane(const Grid& grid, Plane plane, Visit visit) {
  const PlaneLayout layout = plane_layout(grid, plane);
  for (std::int64_t y = 0; y < layout.height; ++y) {
    std::int64_t at = layout.begin + y * layout.across;
    for (std::int64_t x = 0; x < layout.width; ++x, at += layout.along) {
      visit(at);
    }
  }
}

}  // namespace

void put_plane(const std::vector<float>& values, Plane plane, const Volume& volume) {
  const auto voxels = volume.voxels<float>();
  auto value = values.begin();
  visit_plane(volume.grid, plane, [&](std::int64_t at) { voxels[at] = *value++; });
}

}  // namespace lossscope
