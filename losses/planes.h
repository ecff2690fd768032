// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

/// The voxels of a plane next to each other in the order of `layout` (whose steps may be negative): a volume of
/// width x height x 1, without geometry. Empty for an empty volume.
[[nodiscard]] Volume gathered(const Volume& volume, const PlaneLayout& layout);

/// What a loss on the host needs of one plane. Loss::map_range of it from 0 on, with the reduction of the whole volume,
/// gives the maps of the plane: the same bits as the same voxels of the volume.
struct PlaneInputs {
  Problem problem;
  std::vector<FieldPtr> fields;
};

/// Planes that were gathered, by volume and layout. A plane across the rows costs a cache line for each of its voxels,
/// many times what mapping it costs: so it is gathered when the crosshair, the data or a field changes, and kept when a
/// parameter does. A buffer's voxels are taken as constant; call `forget` where they have changed.
class PlaneStore {
 public:
  [[nodiscard]] Volume get(const Volume& volume, const PlaneLayout& layout);
  [[nodiscard]] PlaneInputs inputs(const Problem& problem, std::span<const FieldPtr> fields, const PlaneLayout& layout);
  void forget(const Volume& volume);
  /// Drops what nobody asked for since the last call.
  void drop_unused();

 private:
  struct Entry {
    std::weak_ptr<void> source;  ///< weak: tells a new buffer at the same address, without keeping the old one alive
    const void* address;
    PlaneLayout layout;
    Volume plane;
    bool used = true;
    [[nodiscard]] bool of(const Volume& volume) const {
      return address == volume.data.get() && !source.owner_before(volume.data) && !volume.data.owner_before(source);
    }
  };
  std::vector<Entry> entries_;
};

}  // namespace lossscope
