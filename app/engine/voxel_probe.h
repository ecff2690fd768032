// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "app/engine/loss_result.h"

namespace lossscope {

struct CaseData;

/// What one loss says of a voxel; NaN where it says nothing.
struct LossProbe {
  LossResultPtr result;
  double contribution = std::numeric_limits<double>::quiet_NaN();
  double gradient = std::numeric_limits<double>::quiet_NaN();
  double counterfactual = std::numeric_limits<double>::quiet_NaN();
};

/// What is known of a voxel; NaN where there is nothing.
struct VoxelProbe {
  std::array<std::int64_t, 3> voxel{};
  std::int64_t offset = 0;
  std::array<double, 3> world{};  ///< LPS, mm
  double image = std::numeric_limits<double>::quiet_NaN();
  double mask = std::numeric_limits<double>::quiet_NaN();
  double prediction = std::numeric_limits<double>::quiet_NaN();  ///< as it is stored: a probability or a logit
  double p = std::numeric_limits<double>::quiet_NaN();           ///< probability, and the logit that belongs to it
  double z = std::numeric_limits<double>::quiet_NaN();
  double distance = std::numeric_limits<double>::quiet_NaN();  ///< signed, to the mask; where that map is there
  bool counts = true;                                          ///< false: it is in no loss, map or metric
  std::vector<LossProbe> losses;

  /// What the first of them says; nothing where there is none.
  [[nodiscard]] LossProbe loss() const { return losses.empty() ? LossProbe() : losses.front(); }
};

/// Looks at one voxel, whose indices are moved into the grid. `gradient` is MapKind::gradient_probability or
/// gradient_logit; `distance` the signed distance map, or empty.
[[nodiscard]] VoxelProbe probe_voxel(const CaseData& data, std::array<std::int64_t, 3> voxel,
                                     std::span<const LossResultPtr> losses, MapKind gradient,
                                     const Volume& distance = {});

/// A voxel of a volume as a number; NaN for an empty volume.
[[nodiscard]] double value_at(const Volume& volume, std::int64_t offset);

}  // namespace lossscope
