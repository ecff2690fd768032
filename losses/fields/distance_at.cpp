// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "losses/evaluate.h"
#include "losses/fields/distance.h"

namespace lossscope {
namespace {

/// Calls visit(at) for `centre` and then for its neighbours on either side, ever farther, within [0, n), while
/// near(steps) holds.
template <class Near, class Visit>
void outwards(std::int64_t centre, std::int64_t n, Near near, Visit visit) {
  for (std::int64_t steps = 0; steps < std::max(centre + 1, n - centre) && near(steps); ++steps) {
    if (centre - steps >= 0) {
      visit(centre - steps);
    }
    if (steps > 0 && centre + steps < n) {
      visit(centre + steps);
    }
  }
}

/// Steps along a row from voxel i to the nearest `wanted` that counts, at most `reach`; more than `reach` when there is
/// none.
std::int64_t steps_to(std::uint8_t wanted, const std::uint8_t* row, const std::uint8_t* counts, std::int64_t n,
                      std::int64_t i, std::int64_t reach) {
  std::int64_t found = reach + 1;
  if (counts != nullptr) {
    outwards(
        i, n, [&](std::int64_t steps) { return steps < found; },
        [&](std::int64_t at) {
          found = row[at] == wanted && counts[at] != 0 ? std::min(found, std::abs(at - i)) : found;
        });
    return found;
  }
  const auto right = static_cast<std::size_t>(std::min(reach, n - 1 - i) + 1);
  if (const void* at = std::memchr(row + i, wanted, right)) {
    found = static_cast<const std::uint8_t*>(at) - (row + i);
  }
  const std::int64_t left = std::min({reach, i, found - 1});
  if (const void* at = left > 0 ? ::memrchr(row + i - left, wanted, static_cast<std::size_t>(left)) : nullptr) {
    found = row + i - static_cast<const std::uint8_t*>(at);
  }
  return found;
}

}  // namespace

float signed_distance_at(const Volume& mask, const std::array<double, 3>& spacing,
                         const std::array<std::int64_t, 3>& voxel, const std::stop_token& stop, const Volume& counts) {
  const auto& size = mask.grid.size;
  const std::uint8_t* labels = mask.voxels<std::uint8_t>().data();
  const std::uint8_t* counted = counts.empty() ? nullptr : counts.voxels<std::uint8_t>().data();
  const std::int64_t centre = mask.grid.offset(voxel[0], voxel[1], voxel[2]);
  if (counted != nullptr && counted[centre] == 0) {
    return 0;
  }
  const bool inside = labels[centre] != 0;
  const std::uint8_t wanted = inside ? 0 : 1;
  double nearest = std::numeric_limits<double>::infinity();  // squared
  const auto squared = [&](std::size_t axis, std::int64_t steps) {
    const double d = spacing[axis] * static_cast<double>(steps);
    return d * d;
  };
  outwards(
      voxel[2], size[2], [&](std::int64_t steps) { return squared(2, steps) < nearest; },
      [&](std::int64_t k) {
        if (stop.stop_requested()) {
          throw Cancelled();
        }
        const double slice = squared(2, k - voxel[2]);
        outwards(
            voxel[1], size[1], [&](std::int64_t steps) { return slice + squared(1, steps) < nearest; },
            [&](std::int64_t j) {
              const double row = slice + squared(1, j - voxel[1]);
              const double farthest = std::sqrt(std::max(0.0, nearest - row)) / spacing[0];
              const auto reach = static_cast<std::int64_t>(std::min(farthest, static_cast<double>(size[0])));
              const std::int64_t begin = mask.grid.offset(0, j, k);
              const std::int64_t steps = steps_to(
                  wanted, labels + begin, counted != nullptr ? counted + begin : nullptr, size[0], voxel[0], reach);
              if (steps <= reach) {
                nearest = std::min(nearest, row + squared(0, steps));
              }
            });
      });
  const auto distance = static_cast<float>(std::isinf(nearest) ? 0.0 : std::sqrt(nearest));
  return inside ? -distance : distance;
}

}  // namespace lossscope
