// SPDX-License-Identifier: Apache-2.0
// Grids whose voxel centres lie on the same points of space, whichever part of them a file holds and in whatever order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "losses/volume.h"

namespace lossscope {

/// A corner may lie this far from its place, in voxels, and still count as being there.
inline constexpr double kPlaceTolerance = 0.05;

/// Where the voxels of another grid lie on the lattice of a reference: a block of voxels, its axes perhaps in another
/// order or direction.
struct Placement {
  std::array<std::size_t, 3> from{0, 1, 2};  ///< axis a of the reference is the other grid's axis from[a] ...
  std::array<bool, 3> flip{};                ///< ... and runs backwards where this says so
  std::array<std::int64_t, 3> first{};       ///< reference index of the block's first voxel; it may be negative
  std::array<std::int64_t, 3> size{};        ///< of the block, along the reference's axes

  [[nodiscard]] bool keeps_order() const;
  /// How the block and the reference's own voxels lie to each other.
  [[nodiscard]] bool is_within(const Grid& reference) const;
  [[nodiscard]] bool covers(const Grid& reference) const;
  [[nodiscard]] bool overlaps(const Grid& reference) const;
};

/// None when the voxel centres of the two do not coincide within kPlaceTolerance. The order of axes that changes least
/// is preferred where an axis of one voxel leaves it open.
[[nodiscard]] std::optional<Placement> placement(const Grid& reference, const Grid& other);

/// The lattice of `reference` from index `first` to `last`, both included and perhaps outside it.
[[nodiscard]] Grid part_of_lattice(const Grid& reference, const std::array<std::int64_t, 3>& first,
                                   const std::array<std::int64_t, 3>& last);
/// The smallest part of the lattice of `reference` with all voxels of the reference and of the block.
[[nodiscard]] Grid united(const Grid& reference, const Placement& block);
/// The smallest part of the lattice of `reference` with its voxels and all of the space that `other` fills, but for
/// half a voxel at its borders.
[[nodiscard]] Grid covering(const Grid& reference, const Grid& other);

/// The voxels of `source` where they lie on `grid`, no voxel changed; `outside` where it has none. Voxels of the source
/// that lie outside the grid are left out.
[[nodiscard]] Volume placed(const Volume& source, const Grid& grid, const Placement& block, double outside);

/// Whether this is what programs write that know nothing of geometry: the first voxel at the origin, the axes along
/// those of the world (of LPS, or of RAS as an identity matrix in NIfTI says it).
[[nodiscard]] bool has_default_place(const Grid& grid);
/// Whether spacing, origin or axes are those that such programs write while the reference has others.
[[nodiscard]] bool may_have_lost_its_place(const Grid& grid, const Grid& reference);

}  // namespace lossscope
