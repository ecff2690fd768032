// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/engine/frame.h"

namespace lossscope {

/// What slices are made of.
struct SliceSources {
  const CaseData& data;
  const Look& look;          ///< its crosshair is moved into the grid
  const LossResult* result;  ///< null where no loss could be evaluated
  const Volume& distance;    ///< the mask's distance map where the look shows it, else empty
};

/// The three slices, and what is known of their overlays.
struct Slices {
  std::array<ViewResult, 3> views;                     ///< axial, coronal, sagittal
  std::int64_t non_finite = 0;                         ///< overlay voxels that are not finite
  std::optional<std::array<std::int64_t, 3>> largest;  ///< voxel of the largest finite size above 0
};

/// The slices through the crosshair; nothing in them without a case. Only voxels that are seen are visited, and of
/// volumes that `previous` (may be null) shows at the same place not even those: their slices are shared. What the maps
/// are made from is kept in `planes` for other parameters.
[[nodiscard]] Slices slices_of(const SliceSources& sources, PlaneStore& planes, const Frame* previous = nullptr);

/// How many are not finite.
[[nodiscard]] std::int64_t non_finite(const std::vector<float>& values);

/// The map of a loss that the layer shows; none for layers that are no map of it.
[[nodiscard]] std::optional<MapKind> map_of(const Look& look);

}  // namespace lossscope
