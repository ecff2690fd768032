// SPDX-License-Identifier: Apache-2.0
#include "losses/planes.h"

#include <algorithm>

namespace lossscope {
namespace {

template <class T>
void copy_plane(const Volume& volume, const PlaneLayout& layout, const Volume& plane) {
  // Across the rows every voxel lies in another cache line: it is prefetched so many voxels earlier.
  constexpr std::int64_t kAhead = 64;
  const T* corner = volume.voxels<T>().data() + layout.begin;
  T* to = plane.voxels<T>().data();
  for (std::int64_t y = 0; y < layout.height; ++y) {
    const T* from = corner + y * layout.across;
    if (layout.along == 1) {
      to = std::copy_n(from, layout.width, to);
      continue;
    }
    const std::int64_t asked = std::max<std::int64_t>(0, layout.width - kAhead);
    for (std::int64_t x = 0; x < asked; ++x) {
      __builtin_prefetch(from + (x + kAhead) * layout.along);
      *to++ = from[x * layout.along];
    }
    for (std::int64_t x = asked; x < layout.width; ++x) {
      *to++ = from[x * layout.along];
    }
  }
}

}  // namespace

Volume gathered(const Volume& volume, const PlaneLayout& layout) {
  if (volume.empty()) {
    return {};
  }
  Grid grid;
  grid.size = {layout.width, layout.height, 1};
  Volume plane = make_volume(grid, volume.type);
  switch (volume.type) {
    case VoxelType::uint8:
      copy_plane<std::uint8_t>(volume, layout, plane);
      break;
    case VoxelType::int32:
      copy_plane<std::int32_t>(volume, layout, plane);
      break;
    case VoxelType::float32:
      copy_plane<float>(volume, layout, plane);
      break;
  }
  return plane;
}

Volume PlaneStore::get(const Volume& volume, const PlaneLayout& layout) {
  if (volume.empty()) {
    return {};
  }
  const auto known =
      std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.layout == layout && entry.of(volume); });
  if (known != entries_.end()) {
    known->used = true;
    return known->plane;
  }
  entries_.push_back({volume.data, volume.data.get(), layout, gathered(volume, layout)});
  return entries_.back().plane;
}

PlaneInputs PlaneStore::inputs(const Problem& problem, std::span<const FieldPtr> fields, const PlaneLayout& layout) {
  PlaneInputs inputs{problem, {}};
  inputs.problem.mask = get(problem.mask, layout);
  inputs.problem.prediction = get(problem.prediction, layout);
  inputs.problem.counts = get(problem.counts, layout);
  for (const FieldPtr& field : fields) {
    inputs.fields.push_back(std::make_shared<const Field>(Field{get(field->map, layout), field->scalars, {}}));
  }
  return inputs;
}

void PlaneStore::forget(const Volume& volume) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.of(volume); });
}

void PlaneStore::drop_unused() {
  std::erase_if(entries_, [](const Entry& entry) { return !entry.used; });
  for (Entry& entry : entries_) {
    entry.used = false;
  }
}

}  // namespace lossscope
